package widgets_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/comm"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/notebook"
	"github.com/galago-hpc/galago/lib/widgets"
)

// The tests run this test binary again, as a program with or without a notebook,
// which then plays one of these parts.
var parts = map[string]func(){
	"values":   partValues,
	"progress": partProgress,
	"output":   partOutput,
	"closed":   partClosed,
	"interact": partInteract,
}

const partVariable = "WIDGETS_TEST_PART"

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

// inNotebook runs a part as a front end with widgets would, and returns what it
// has heard, comms by the names of their models.
func inNotebook(t *testing.T, part string, reply event.Reply) []string {
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
	var heard []string
	names := map[string]string{}
	err = pump.Run(func(e event.Event) event.Reply {
		switch e.Kind {
		case event.Comm:
			m := e.Message
			state, _ := m.Data["state"].(map[string]any)
			switch m.Type {
			case event.Open:
				names[m.ID] = strings.TrimSuffix(fmt.Sprint(state["_model_name"]), "Model")
				heard = append(heard, "open "+names[m.ID])
			case event.Close:
				heard = append(heard, "close "+names[m.ID])
			default:
				text, _ := json.Marshal(state)
				heard = append(heard, names[m.ID]+" "+string(text)+m.Capture)
			}
			return reply
		case event.Stdout, event.Stderr:
			heard = append(heard, strings.Split(strings.TrimSuffix(e.Text, "\n"), "\n")...)
		default:
			heard = append(heard, fmt.Sprintf("%s %v", e.Kind, e.Data["text/plain"]))
		}
		return event.Reply{}
	})
	if waitErr := <-ended; err != nil || waitErr != nil {
		t.Fatalf("%v, %v\n%s", err, waitErr, strings.Join(heard, "\n"))
	}
	return heard
}

func compare(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("heard:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// id is how the front end calls a widget that was shown.
func id(w widgets.Widget) string {
	view := w.MIMEBundle()["application/vnd.jupyter.widget-view+json"].(map[string]any)
	return view["model_id"].(string)
}

// user stands for what the user does in the front end.
func user(w widgets.Widget, state map[string]any) {
	comm.Deliver(event.Message{Type: event.Send, ID: id(w), Data: map[string]any{"method": "update", "state": state}})
}

func partValues() {
	i := widgets.NewIntSlider(1, 9, 20).Label("n")
	f := widgets.NewFloatSlider(0, 1, -3)
	c := widgets.NewCheckbox("on", false)
	d := widgets.NewDropdown("a", "b", "a", "c")
	x := widgets.NewText("text")
	i.OnChange(func(n int) { fmt.Println("int", n) })
	f.OnChange(func(v float64) { fmt.Println("float", v) })
	c.OnChange(func(on bool) { fmt.Println("bool", on) })
	d.OnChange(func(s string) { fmt.Println("choice", s, d.Index()) })
	x.OnChange(func(s string) { fmt.Println("text", s) })
	fmt.Println(i, f, c, d, x)
	notebook.Show(widgets.NewVBox(widgets.NewHBox(i, f), c, d, x))
	user(i, map[string]any{"value": 3.0})
	user(i, map[string]any{"value": 3.0})
	user(i, map[string]any{"value": "no number"})
	user(i, map[string]any{"other": 3.0})
	user(f, map[string]any{"value": 7.0})
	user(c, map[string]any{"value": true})
	user(d, map[string]any{"index": 2.0})
	user(d, map[string]any{"index": 7.0})
	user(d, map[string]any{"index": nil})
	user(x, map[string]any{"value": "typed"})
	i.Set(4)
	d.Set("b")
	d.Set("unknown")
	fmt.Println(i.Value(), f.Value(), c.Value(), d.Value(), x.Value())
}

func TestValues(t *testing.T) {
	got := inNotebook(t, "values", event.Reply{})
	compare(t, got,
		`n = 9 (1 to 9) 0 (0 to 1) on = false "a" of ["a" "b" "c"] "text"`,
		"open IntSlider", "open FloatSlider", "open HBox", "open Checkbox", "open Dropdown", "open Text", "open VBox",
		"display n = 9 (1 to 9)\n0 (0 to 1)\non = false\n\"a\" of [\"a\" \"b\" \"c\"]\n\"text\"\n(no widget: this front end lacks ipywidgets; JupyterLab has them with pip install jupyterlab_widgets)",
		"int 3", `FloatSlider {"value":1}`, "float 1", "bool true", "choice c 2", "text typed",
		`IntSlider {"value":4}`, "int 4", `Dropdown {"index":1}`, "choice b 1",
		"4 1 true b typed",
	)
}

func partProgress() {
	p := widgets.NewFloatProgress(1000).Label("steps")
	h := widgets.NewHTML("<b>0</b>")
	notebook.Show(p)
	notebook.Show(h)
	for i := range 1000 {
		p.Set(float64(i + 1))
	}
	time.Sleep(200 * time.Millisecond)
	h.Set("<b>1000</b>")
	p.Close()
	p.Set(1)
	time.Sleep(200 * time.Millisecond)
}

// A bar that is set in a tight loop is not drawn each time, but its end is.
func TestProgress(t *testing.T) {
	got := inNotebook(t, "progress", event.Reply{})
	drawn := 0
	var rest []string
	for _, line := range got {
		if strings.HasPrefix(line, "FloatProgress ") && line != `FloatProgress {"value":1000}` {
			drawn++
			continue
		}
		rest = append(rest, line)
	}
	if drawn > 500 {
		t.Errorf("drawn %d times", drawn)
	}
	const none = "\n(no widget: this front end lacks ipywidgets; JupyterLab has them with pip install jupyterlab_widgets)"
	compare(t, rest, "open FloatProgress", "display steps = 0 of 1000"+none, "open HTML", "display <b>0</b>"+none,
		`FloatProgress {"value":1000}`, `HTML {"value":"\u003cb\u003e1000\u003c/b\u003e"}`, "close FloatProgress")
}

func partOutput() {
	out := widgets.NewOutput()
	b := widgets.NewButton("press")
	fail := false
	b.OnClick(func() {
		out.Replace(func() {
			fmt.Println("pressed")
			if fail {
				panic("fails")
			}
		})
	})
	notebook.Show(widgets.NewVBox(b, out))
	out.Do(func() { fmt.Println("done") })
	press := func() {
		defer func() { fmt.Println("recovered", recover()) }()
		comm.Deliver(event.Message{Type: event.Send, ID: id(b), Data: map[string]any{"method": "custom", "content": map[string]any{"event": "click"}}})
	}
	press()
	fail = true
	press()
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		b.Click()
	}()
	user(out, map[string]any{"outputs": []any{"kept"}})
	comm.Deliver(event.Message{Type: event.Send, ID: id(out), Data: map[string]any{"method": "request_state"}})
	out.Clear()
	comm.Flush() // as at the end of a cell
}

func TestOutput(t *testing.T) {
	got := inNotebook(t, "output", event.Reply{})
	for i, line := range got {
		if strings.Contains(line, "_model_name") {
			if !strings.Contains(line, `"outputs":["kept"]`) {
				t.Errorf("the state is %s", line)
			}
			got[i] = "state"
		}
	}
	on, off := `Output {"msg_id":""}msg_id`, `Output {"msg_id":""}`
	compare(t, got, "open Button", "open Output", "open VBox", "display [press]\n(no widget: this front end lacks ipywidgets; JupyterLab has them with pip install jupyterlab_widgets)",
		on, "done", off,
		on, "clear <nil>", "pressed", off, "recovered <nil>",
		on, "clear <nil>", "pressed", "recovered fails", // the failure of a callback belongs into the output
		on, "clear <nil>", "pressed", off, "recovered fails", // that of a cell does not
		"state", `Output {"outputs":[]}`)
}

func partClosed() {
	s := widgets.NewIntSlider(0, 9, 1)
	out := widgets.NewOutput()
	s.OnChange(func(n int) { out.Replace(func() { fmt.Println(n) }) })
	notebook.Show(widgets.NewVBox(s, out))
	comm.Deliver(event.Message{Type: event.Close, ID: id(s)})
	comm.Deliver(event.Message{Type: event.Close, ID: id(out)})
	s.Set(5)
	comm.Deliver(event.Message{Type: event.Send, ID: "unknown", Data: map[string]any{"method": "update"}})
	comm.Deliver(event.Message{Type: event.Open, ID: "other", Target: "unknown"})
	comm.Deliver(event.Message{Type: event.Close, ID: "unknown"})
}

// A front end that does not know widgets closes their comms. Then nothing is sent
// any more, and nothing is cleared.
func TestClosedByTheFrontEnd(t *testing.T) {
	got := inNotebook(t, "closed", event.Reply{})
	compare(t, append(got[:3:3], got[4:]...), "open IntSlider", "open Output", "open VBox", "5", "close ", "close ")
}

func partInteract() {
	type kind int
	must := func(err error) {
		if err != nil {
			fmt.Println("error:", err)
		}
	}
	must(widgets.Interact(func(n int, x float32, s string, on bool, k kind) { fmt.Println(n, x, s, on, k) }, [2]int{3, 7}, 2, "a", true, []kind{5, 6}))
	must(widgets.Interact(func(a uint8, b float64) (string, error) { return fmt.Sprint(a, b), nil }, widgets.NewIntSlider(0, 5, 2)))
	must(widgets.Interact(3))
	must(widgets.Interact(func(...int) {}))
	must(widgets.Interact(func() {}, 1))
	must(widgets.Interact(func(n int) {}, "text"))
	must(widgets.Interact(func(n int) {}, widgets.NewText("x")))
	must(widgets.Interact(func(n int) {}, widgets.NewOutput()))
	must(widgets.Interact(func(n int) {}, []int{}))
	must(widgets.Interact(func(n int) {}, []int{1, 1}))
	must(widgets.Interact(func(x float64) {}, [2]float64{2, 1}))
	must(widgets.Interact(func(c chan int) {}))
	i, err := widgets.NewInteraction(func() (int, error) { return 1, nil })
	fmt.Println(err, i == nil)
	defer func() { fmt.Println("recovered", recover()) }()
	must(widgets.Interact(func() error { return errors.New("no result") }))
}

func TestInteractInAPlainProgram(t *testing.T) {
	text, err := command("interact").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	const none = "(no widget: there is no front end that draws widgets)"
	compare(t, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"),
		"5 2 a true 5", "5 (3 to 7)", "2 (0 to 4)", `"a"`, "true", `"5" of ["5" "6"]`, none,
		`"2 0.5"`, "2 (0 to 5)", "0.5 (0 to 1)", none,
		"error: interact with a int: it takes a function",
		"error: interact with a func(...int): it takes a function with a fixed number of parameters",
		"error: interact with a func(): there are 1 controls for 0 parameters",
		"error: interact with a func(int): parameter 1: a string is no control for a int: give a widget, a value, a range [2]int{from, to}, or a choice []int{...}",
		"error: interact with a func(int): parameter 1: a *widgets.Text is no control for a int",
		"error: interact with a func(int): parameter 1: a *widgets.Output has no value: use IntSlider, FloatSlider, Checkbox, Text or Dropdown",
		"error: interact with a func(int): parameter 1: there is nothing to choose from",
		`error: interact with a func(int): parameter 1: two of the choices ["1" "1"] look the same`,
		"error: interact with a func(float64): parameter 1: a range from 2 to 1 is empty",
		"error: interact with a func(chan int): parameter 1: no control suits a chan int: give a choice, []chan int{...}",
		"1", "<nil> false",
		"recovered no result",
	)
}

// A front end that refuses comms says why in the text.
func TestRefused(t *testing.T) {
	got := inNotebook(t, "progress", event.Reply{Error: "this front end draws no widgets"})
	compare(t, got, "open FloatProgress", "display steps = 0 of 1000\n(no widget: this front end draws no widgets)", "open HTML", "display <b>0</b>\n(no widget: this front end draws no widgets)")
}
