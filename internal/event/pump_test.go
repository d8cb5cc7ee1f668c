package event

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests run this test binary again as a child, which then plays one of
// these parts.
var parts = map[string]func(){
	"order":      partOrder,
	"big":        partBig,
	"runes":      partRunes,
	"goroutines": partGoroutines,
	"flood":      partFlood,
	"grandchild": partGrandchild,
	"inherit":    partInherit,
	"garbage":    partGarbage,
	"deaf":       partDeaf,
	"cut":        partCut,
	"orphan":     partOrphan,
	"quiet":      func() {},
}

const partVariable = "EVENT_TEST_PART"

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

// watch runs a part and returns everything that was seen of it.
func watch(t *testing.T, part string, handle func(Event) Reply) (seen []Event, runErr, waitErr error) {
	t.Helper()
	cmd := command(part)
	pump, err := Attach(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		pump.Close()
		t.Fatal(err)
	}
	pump.Started()
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		pump.Finish(50 * time.Millisecond)
		ended <- err
	}()
	runErr = pump.Run(func(e Event) Reply {
		seen = append(seen, e)
		if handle != nil {
			return handle(e)
		}
		return Reply{}
	})
	return seen, runErr, <-ended
}

func mustWatch(t *testing.T, part string, handle func(Event) Reply) []Event {
	t.Helper()
	seen, runErr, waitErr := watch(t, part, handle)
	if runErr != nil || waitErr != nil {
		t.Fatalf("pump: %v, child: %v, seen %v", runErr, waitErr, seen)
	}
	return seen
}

func send(e Event) Reply {
	reply, err := Default().Send(e)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(7)
	}
	return reply
}

func partOrder() {
	for i := range 200 {
		fmt.Printf("out %d\n", i)
		send(Event{Kind: Display, Data: Bundle{"text/plain": fmt.Sprint("figure ", i)}})
		fmt.Fprintf(os.Stderr, "err %d\n", i)
		if reply := send(Event{Kind: Input, Text: "more?"}); reply.Text != fmt.Sprint("answer ", i) {
			fmt.Fprintf(os.Stderr, "reply %q\n", reply.Text)
			os.Exit(3)
		}
	}
}

func TestTextAndEventsKeepTheirOrder(t *testing.T) {
	asked := 0
	seen := mustWatch(t, "order", func(e Event) Reply {
		if e.Kind != Input {
			return Reply{}
		}
		asked++
		return Reply{Text: fmt.Sprint("answer ", asked-1)}
	})
	var b strings.Builder
	for _, e := range seen {
		switch e.Kind {
		case Display:
			fmt.Fprintln(&b, e.Data["text/plain"])
		default:
			b.WriteString(e.Text)
		}
	}
	var want strings.Builder
	for i := range 200 {
		fmt.Fprintf(&want, "out %d\nfigure %d\nerr %d\nmore?", i, i, i)
	}
	if b.String() != want.String() {
		t.Errorf("order lost:\n%s", b.String())
	}
}

// bigSize is the size of the animation of the galaxy tutorial in base64.
const bigSize = 15 << 20

func partBig() {
	fmt.Print(strings.Repeat("x", 300<<10)) // more than a pipe holds
	send(Event{Kind: Display, Data: Bundle{"image/gif": strings.Repeat("R0lG", bigSize/4)}})
	fmt.Print("after")
}

func TestBigEvent(t *testing.T) {
	size, before, after := 0, 0, ""
	for _, e := range mustWatch(t, "big", nil) {
		switch {
		case e.Kind == Display:
			size = len(e.Data["image/gif"].(string))
		case size == 0:
			before += len(e.Text)
		default:
			after += e.Text
		}
	}
	if size != bigSize || before != 300<<10 || after != "after" {
		t.Errorf("before %d bytes, event of %d, after it %q", before, size, after)
	}
}

func partRunes() {
	for _, b := range []byte("Größe 星系 🌌") {
		os.Stdout.Write([]byte{b})
		time.Sleep(2 * time.Millisecond)
	}
	os.Stderr.Write([]byte("a\xffb\xe6\x98")) // no UTF-8, and a character that is never completed
}

func TestRunesAreNotCut(t *testing.T) {
	var out, err strings.Builder
	for _, e := range mustWatch(t, "runes", nil) {
		if e.Kind == Stderr {
			err.WriteString(e.Text)
			continue
		}
		out.WriteString(e.Text)
		if strings.ToValidUTF8(e.Text, "?") != e.Text {
			t.Errorf("a piece is cut inside a character: %q", e.Text)
		}
	}
	if out.String() != "Größe 星系 🌌" {
		t.Errorf("out %q", out.String())
	}
	if err.String() != "a\xffb\xe6\x98" {
		t.Errorf("err %q", err.String())
	}
}

func partGoroutines() {
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 100 {
				id := fmt.Sprintf("%d/%d", g, i)
				if reply := send(Event{Kind: Input, Text: id}); reply.Text != id {
					os.Exit(3)
				}
			}
		})
	}
	wg.Wait()
}

func TestManyGoroutinesGetTheirOwnReplies(t *testing.T) {
	seen := mustWatch(t, "goroutines", func(e Event) Reply { return Reply{Text: e.Text} })
	if len(seen) != 1600 {
		t.Errorf("%d events", len(seen))
	}
}

func partFlood() {
	go func() {
		for {
			fmt.Println(strings.Repeat("flood ", 100))
		}
	}()
	for range 20 {
		send(Event{Kind: Note, Text: "still here"})
	}
}

// A goroutine that prints without end must not keep events from being handled.
func TestEventsPassAFlood(t *testing.T) {
	notes := 0
	for _, e := range mustWatch(t, "flood", nil) {
		if e.Kind == Note {
			notes++
		}
	}
	if notes != 20 {
		t.Errorf("%d notes", notes)
	}
}

func partGrandchild() {
	cmd := exec.Command("sh", "-c", "echo from the grandchild; trap '' HUP; while [ -e "+os.Getenv("EVENT_TEST_FILE")+" ]; do sleep 0.1; done")
	cmd.Stdout = os.Stdout
	if err := cmd.Start(); err != nil {
		os.Exit(3)
	}
	for range 3 {
		send(Event{Kind: Note, Text: "from the child"})
	}
	fmt.Println("last words")
}

// A process that the child leaves behind keeps its standard output open.
func TestFinishDespiteAGrandchild(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alive")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EVENT_TEST_FILE", file)
	text := ""
	for _, e := range mustWatch(t, "grandchild", nil) {
		if e.Kind == Stdout {
			text += e.Text
		}
	}
	if !strings.Contains(text, "last words\n") {
		t.Errorf("text %q", text)
	}
}

func partInherit() {
	fmt.Println(os.Getenv(FDVariable) == "")
	out, err := exec.Command("sh", "-c", "env; ls -l /proc/self/fd").CombinedOutput()
	fmt.Println(strings.Contains(string(out), FDVariable), strings.Contains(string(out), "socket:"), err)
}

func TestDescriptorAndVariableAreNotInherited(t *testing.T) {
	text := ""
	for _, e := range mustWatch(t, "inherit", nil) {
		text += e.Text
	}
	if text != "true\nfalse false <nil>\n" {
		t.Errorf("text %q", text)
	}
}

func partGarbage() {
	s := Default()
	fmt.Fprintln(s.file, "this is no JSON")
	answer, _ := s.reader.ReadString('\n')
	fmt.Print(answer)
	send(Event{Kind: Note, Text: "goes on"})
	_, err := s.Send(Event{Kind: Note, Metadata: map[string]any{"c": make(chan int)}})
	fmt.Println(err)
	send(Event{Kind: Note, Text: "and on"})
}

func TestGarbageIsAnError(t *testing.T) {
	seen, runErr, waitErr := watch(t, "garbage", nil)
	if waitErr != nil || runErr == nil || !strings.Contains(runErr.Error(), "invalid character") {
		t.Errorf("pump: %v, child: %v", runErr, waitErr)
	}
	text := ""
	for _, e := range seen {
		text += e.Text
	}
	for _, want := range []string{`"error":"read events: invalid character`, "goes on", "encode note event: json: unsupported type: chan int", "and on"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
}

// A strict pump gives a child up that can no longer be understood.
func TestStrict(t *testing.T) {
	for _, part := range []string{"garbage", "deaf"} {
		cmd := command(part)
		pump, err := Attach(cmd)
		if err != nil {
			t.Fatal(err)
		}
		pump.Strict = true
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		pump.Started()
		text := ""
		err = pump.Run(func(e Event) Reply { text += e.Text; return Reply{} })
		if wrong := err != nil && strings.Contains(err.Error(), "invalid character"); wrong != (part == "garbage") {
			t.Errorf("%s: %v", part, err)
		}
		if strings.Contains(text, "goes on") {
			t.Errorf("%s: events are handled after it: %q", part, text)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// partDeaf closes its event channel and goes on.
func partDeaf() {
	Default().file.Close()
	time.Sleep(time.Minute)
}

func partCut() {
	fmt.Println("text")
	fmt.Fprint(Default().file, `{"kind":"display","data":{"text/plain":"half`)
	os.Exit(5)
}

func TestEventCutOffByTheEnd(t *testing.T) {
	seen, runErr, waitErr := watch(t, "cut", nil)
	if waitErr == nil || waitErr.Error() != "exit status 5" || runErr == nil || !strings.Contains(runErr.Error(), "cut off") {
		t.Errorf("pump: %v, child: %v", runErr, waitErr)
	}
	if len(seen) != 1 || seen[0].Text != "text\n" {
		t.Errorf("seen %v", seen)
	}
}

func partOrphan() {
	reply, err := Default().Send(Event{Kind: Note})
	_, again := Default().Send(Event{Kind: Note})
	os.WriteFile(os.Getenv("EVENT_TEST_FILE"), fmt.Appendf(nil, "%v|%v|%v", reply, err, again), 0o600)
}

// A child whose watcher has gone gets an error and lives on.
func TestSendWithoutWatcher(t *testing.T) {
	file := filepath.Join(t.TempDir(), "result")
	t.Setenv("EVENT_TEST_FILE", file)
	cmd := command("orphan")
	pump, err := Attach(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pump.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(got), "send note event: the process that watches this one is gone") != 2 {
		t.Errorf("%s", got)
	}
}

func TestFinishWithoutOutput(t *testing.T) {
	for range 20 {
		if seen := mustWatch(t, "quiet", nil); len(seen) != 0 {
			t.Fatalf("seen %v", seen)
		}
	}
}

func TestAttachThatIsNotStarted(t *testing.T) {
	before := descriptors(t)
	cmd := exec.Command("/nonexistent/program")
	pump, err := Attach(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err == nil {
		t.Fatal("started")
	}
	pump.Close()
	pump.Finish(time.Second) // must not write to a closed, possibly reused, descriptor
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, before %d", after, before)
	}
}

func TestRunLeavesNoDescriptors(t *testing.T) {
	mustWatch(t, "quiet", nil)
	before := descriptors(t)
	for range 5 {
		mustWatch(t, "quiet", nil)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, before %d", after, before)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A variable that was left over from another process must not be believed.
func TestStaleVariable(t *testing.T) {
	for _, value := range []string{"", "x", "-1", "0", "1", "99999"} {
		t.Setenv(FDVariable, value)
		if fromEnvironment() != nil {
			t.Errorf("%s=%q is taken for a channel", FDVariable, value)
		}
		if _, ok := os.LookupEnv(FDVariable); ok {
			t.Errorf("%s=%q was left in the environment", FDVariable, value)
		}
	}
}

func TestWholeRunes(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "a": 1, "ä": 2, "a\xc3": 1, "\xf0\x9f\x8c": 0, "🌌": 4, "a🌌\xf0": 5,
		"\xff": 1, "\x80\x80\x80\x80\x80": 5, "\xc3\xc3": 1,
	} {
		if got := wholeRunes([]byte(in)); got != want {
			t.Errorf("wholeRunes(%q) = %d, want %d", in, got, want)
		}
	}
}
