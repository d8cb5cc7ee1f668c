package notebook_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/notebook"
)

// The tests run this test binary again, as a program with or without a notebook, which
// then plays one of these parts.
var parts = map[string]func(){
	"show":     partShow,
	"update":   partUpdate,
	"progress": partProgress,
	"input":    partInput,
	"password": partPassword,
	"return":   partReturn,
	"refused":  partRefused,
	"channel":  partChannel,
	"name":     partName,
}

const partVariable = "NOTEBOOK_TEST_PART"

func TestMain(m *testing.M) {
	if name := os.Getenv(partVariable); name != "" {
		parts[name]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func command(part string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partVariable+"="+part)
	return cmd
}

// inNotebook runs a part as a notebook would.
func inNotebook(t *testing.T, part string, handle func(event.Event) event.Reply) []event.Event {
	t.Helper()
	cmd := command(part)
	pump, err := event.Attach(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pump.Started()
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		pump.Finish(50 * time.Millisecond)
		ended <- err
	}()
	var seen []event.Event
	err = pump.Run(func(e event.Event) event.Reply {
		seen = append(seen, e)
		if handle != nil {
			return handle(e)
		}
		return event.Reply{}
	})
	if waitErr := <-ended; err != nil || waitErr != nil {
		t.Fatalf("pump: %v, program: %v, seen %v", err, waitErr, seen)
	}
	return seen
}

// asProgram runs a part as go run would.
func asProgram(t *testing.T, part, input string) (stdout, stderr string) {
	t.Helper()
	cmd := command(part)
	var out, err bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	if e := cmd.Run(); e != nil {
		t.Fatalf("%v\n%s", e, err.String())
	}
	return out.String(), err.String()
}

func picture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

type table struct{}

func (table) HTML() string { return "<table></table>" }

func partShow() {
	fmt.Println("before")
	notebook.Show(1, "text", table{})
	notebook.HTML("<h1>Title</h1>")
	notebook.Markdown("*m*")
	notebook.LaTeX("E = mc^2")
	notebook.LaTeX("where $x$")
	notebook.SVG("<svg/>")
	notebook.PNG(picture())
	notebook.JPEG([]byte("jpeg"))
	notebook.GIF([]byte("gif"))
	notebook.JSON(map[string]int{"a": 1})
	notebook.JSON(func() {})
	notebook.ClearOutput(true)
	notebook.Show()
}

func TestShowInANotebook(t *testing.T) {
	b64 := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	want := []event.Event{
		{Kind: event.Stdout, Text: "before\n"},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "1"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": `"text"`}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "{}", "text/html": "<table></table>"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "Title", "text/html": "<h1>Title</h1>"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "*m*", "text/markdown": "*m*"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": `$\displaystyle E = mc^2$`, "text/latex": `$\displaystyle E = mc^2$`}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "where $x$", "text/latex": "where $x$"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "image/svg+xml, 6 bytes", "image/svg+xml": "<svg/>"}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": fmt.Sprintf("image/png, 30x20 pixels, %d bytes", len(picture())), "image/png": b64(picture())}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "image/jpeg, 4 bytes", "image/jpeg": b64([]byte("jpeg"))}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": "image/gif, 3 bytes", "image/gif": b64([]byte("gif"))}},
		{Kind: event.Display, Data: event.Bundle{"text/plain": `{"a":1}`, "application/json": map[string]any{"a": 1.0}}},
	}
	got := inNotebook(t, "show", nil)
	for i, w := range want {
		if i >= len(got) || !reflect.DeepEqual(got[i], w) {
			t.Fatalf("event %d of %v\nwant %v", i, got, w)
		}
	}
	// What has no JSON form is complained about and shown as it is.
	rest := got[len(want):]
	if len(rest) != 3 || rest[0].Kind != event.Stderr || !strings.Contains(rest[0].Text, "show a func() as JSON: json: unsupported type: func()") ||
		rest[1].Kind != event.Display || !reflect.DeepEqual(rest[2], event.Event{Kind: event.Clear, Wait: true}) {
		t.Errorf("%v", rest)
	}
}

func TestShowInAProgram(t *testing.T) {
	out, err := asProgram(t, "show", "")
	want := "before\n1\n\"text\"\n{}\nTitle\n*m*\n$\\displaystyle E = mc^2$\nwhere $x$\nimage/svg+xml, 6 bytes\n" +
		fmt.Sprintf("image/png, 30x20 pixels, %d bytes\n", len(picture())) + "image/jpeg, 4 bytes\nimage/gif, 3 bytes\n{\"a\":1}\n0x"
	if !strings.HasPrefix(out, want) {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if !strings.HasPrefix(err, "notebook: show a func() as JSON") {
		t.Errorf("stderr %q", err)
	}
}

func partUpdate() {
	a, b := notebook.ShowID("a"), notebook.ShowID(table{})
	a.Update(2)
	b.Update("b")
}

func TestUpdate(t *testing.T) {
	got := inNotebook(t, "update", nil)
	if len(got) != 4 || got[0].Kind != event.Display || got[2].Kind != event.Update || got[3].Kind != event.Update ||
		got[0].ID == "" || got[0].ID == got[1].ID || got[2].ID != got[0].ID || got[3].ID != got[1].ID || got[2].Data["text/plain"] != "2" {
		t.Errorf("%v", got)
	}
	if out, _ := asProgram(t, "update", ""); out != "\"a\"\n{}\n2\n\"b\"\n" {
		t.Errorf("%q", out)
	}
}

func partProgress() {
	bar := notebook.Progress(100_000)
	bar.Label("<stars>")
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 10_000 {
				bar.Add(1)
			}
		})
	}
	wg.Wait()
	bar.Add(5)
	bar.Done()
	early := notebook.Progress(10)
	early.Set(3)
	early.Done()
	open := notebook.Progress(0)
	open.Add(7)
	open.Done()
}

func TestProgressInANotebook(t *testing.T) {
	last := map[string]event.Event{}
	var order []string
	events := inNotebook(t, "progress", nil)
	for _, e := range events {
		if e.Kind == event.Display {
			order = append(order, e.ID)
		} else if e.Kind != event.Update {
			t.Errorf("%v", e)
		}
		last[e.ID] = e
	}
	if len(order) != 3 {
		t.Fatalf("%d bars", len(order))
	}
	// 100,000 steps must not become 100,000 events.
	if len(events) > 1000 {
		t.Errorf("%d events", len(events))
	}
	for i, want := range []string{"<stars> " + strings.Repeat("━", 30) + "  100000/100000  100%", strings.Repeat("━", 9) + strings.Repeat("─", 21) + "  3/10  30%", "7  "} {
		if text := fmt.Sprint(last[order[i]].Data["text/plain"]); !strings.HasPrefix(text, want) {
			t.Errorf("bar %d: %q, want %q", i, text, want)
		}
	}
	if s := fmt.Sprint(last[order[0]].Data["text/html"]); !strings.Contains(s, `<progress value="100000" max="100000"`) || !strings.Contains(s, "&lt;stars&gt;") {
		t.Errorf("HTML %q", s)
	}
}

func TestProgressInAProgram(t *testing.T) {
	out, err := asProgram(t, "progress", "")
	lines := strings.Split(err, "\n")
	if out != "" || len(lines) != 4 || !strings.Contains(lines[0], "  100000/100000  100%  ") || strings.ContainsAny(err, "\r") {
		t.Errorf("out %q, err %q", out, err)
	}
}

func partInput() {
	for {
		s, err := notebook.Input("? ")
		if err != nil {
			fmt.Println(errors.Is(err, io.EOF), err)
			return
		}
		fmt.Printf("%q\n", s)
	}
}

func TestInput(t *testing.T) {
	if out, _ := asProgram(t, "input", "one\r\n\nlast"); out != "? \"one\"\n? \"\"\n? \"last\"\n? true ask for input: EOF\n" {
		t.Errorf("program: %q", out)
	}
	n, text := 0, ""
	inNotebook(t, "input", func(e event.Event) event.Reply {
		text += e.Text
		if e.Kind != event.Input {
			return event.Reply{}
		}
		if n++; n == 3 {
			return event.Reply{Error: "nobody is there"}
		}
		return event.Reply{Text: fmt.Sprint("answer ", n)}
	})
	if text != "? \"answer 1\"\n? \"answer 2\"\n? false ask for input: nobody is there\n" {
		t.Errorf("notebook: %q", text)
	}
}

func partPassword() {
	s, err := notebook.Password("secret: ")
	fmt.Printf("%q %v\n", s, err)
}

func TestPasswordInANotebook(t *testing.T) {
	got := inNotebook(t, "password", func(e event.Event) event.Reply { return event.Reply{Text: "pw"} })
	if len(got) != 2 || !got[0].Secret || got[0].Text != "secret: " || got[1].Text != "\"pw\" <nil>\n" {
		t.Errorf("%v", got)
	}
}

func partReturn() {
	total := []float64{1.5, 2}
	notebook.Return("energy", total[0])
	if err := notebook.Return("all", map[string]any{"total": total}); err != nil {
		panic(err)
	}
	fmt.Println("went on")
}

func TestReturn(t *testing.T) {
	got := inNotebook(t, "return", nil)
	if len(got) != 3 || got[0].Kind != event.Return || got[0].Name != "energy" || got[1].Name != "all" || got[2].Text != "went on\n" {
		t.Fatalf("%v", got)
	}
	var energy float64
	var all map[string]any
	if err := carry.Decode(got[0].Payload, &energy); err != nil || energy != 1.5 {
		t.Errorf("%v %v", energy, err)
	}
	if err := carry.Decode(got[1].Payload, &all); err != nil || !reflect.DeepEqual(all, map[string]any{"total": []float64{1.5, 2}}) {
		t.Errorf("%v %v", all, err)
	}
	if out, _ := asProgram(t, "return", ""); out != "went on\n" {
		t.Errorf("program: %q", out)
	}
}

// caught prints what a panic of f tells.
func caught(f func()) {
	defer func() {
		err, ok := recover().(error)
		fmt.Println(ok, err)
	}()
	f()
}

func partRefused() { caught(func() { notebook.Return("x", 1) }) }

func partChannel() {
	type conn struct{ w chan int }
	caught(func() { notebook.Return("c", map[string]conn{"k": {make(chan int)}}) })
}

func partName() { caught(func() { notebook.Return("no name", 1) }) }

// A value that is lost must not be lost silently, although nobody looks at the result.
func TestReturnOfTheImpossible(t *testing.T) {
	for part, want := range map[string]string{
		"channel": "true return c to the session: element [\"k\"].w (chan int): a channel has no value to carry to another process\n",
		"name":    "true return a value as \"no name\": no variable can have this name\n",
	} {
		if out, _ := asProgram(t, part, ""); out != want {
			t.Errorf("%s: %q, want %q", part, out, want)
		}
	}
	got := inNotebook(t, "refused", func(e event.Event) event.Reply {
		if e.Kind == event.Return {
			return event.Reply{Error: "x is a function of the session"}
		}
		return event.Reply{}
	})
	if len(got) != 2 || got[1].Text != "true return x to the session: x is a function of the session\n" {
		t.Errorf("refused: %v", got)
	}
}

func BenchmarkBarAdd(b *testing.B) {
	bar := notebook.Progress(1 << 62)
	for b.Loop() {
		bar.Add(1)
	}
}
