package session

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// A page stands for a front end with ipywidgets: it keeps the states of the
// widgets and what outputs have taken.
type page struct {
	mu     sync.Mutex
	states map[string]map[string]any // by comm
	log    []string
}

func (p *page) emit(e event.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.Kind {
	case event.Comm:
		m := e.Message
		switch state, _ := m.Data["state"].(map[string]any); m.Type {
		case event.Open:
			p.states[m.ID] = state
			p.log = append(p.log, fmt.Sprint("open ", state["_model_name"]))
		case event.Close:
			p.log = append(p.log, "close")
			delete(p.states, m.ID)
		default:
			for field, v := range state {
				if m.Capture == field {
					v = "captured"
				}
				p.states[m.ID][field] = v
				p.log = append(p.log, fmt.Sprintf("%s=%v", field, v))
			}
		}
	case event.Clear:
		p.log = append(p.log, fmt.Sprint("clear ", e.Wait))
	case event.Stdout, event.Stderr:
		p.log = append(p.log, strings.TrimSpace(e.Text))
	default:
		p.log = append(p.log, fmt.Sprintf("%s %v", e.Kind, e.Data["text/plain"]))
	}
}

// said returns and forgets what has happened.
func (p *page) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := strings.Join(p.log, "; ")
	p.log = nil
	return s
}

// find returns the comm of a kind of widget.
func (p *page) find(t *testing.T, model string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, state := range p.states {
		if state["_model_name"] == model {
			return id
		}
	}
	t.Fatalf("no %s was opened", model)
	return ""
}

func openPage(t *testing.T) (*Session, *page) {
	t.Helper()
	s, err := New(Options{Dir: t.TempDir(), Comms: true, Late: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, &page{states: map[string]map[string]any{}}
}

func (p *page) run(t *testing.T, s *Session, code string) {
	t.Helper()
	if f := s.Execute(context.Background(), code, p.emit); f != nil {
		t.Fatal(strings.Join(Render(f, false), "\n"))
	}
}

func update(id string, state map[string]any) event.Message {
	return event.Message{Type: event.Send, ID: id, Data: map[string]any{"method": "update", "state": state}}
}

func TestInteract(t *testing.T) {
	s, p := openPage(t)
	p.run(t, s, "func square(n int) int { return n * n }\nwidgets.Interact(func(n int) int {\n\tif n > 8 {\n\t\tpanic(\"too large\")\n\t}\n\tfmt.Println(\"n is\", n)\n\treturn square(n)\n}, widgets.NewIntSlider(1, 9, 3).Label(\"n\"))")
	said := p.said()
	want := "open OutputModel; msg_id=captured; n is 3; display 9; msg_id=; open IntSliderModel; open VBoxModel; display n = 3 (1 to 9)\n(no widget"
	if !strings.HasPrefix(said, want) {
		t.Fatalf("the cell: %s\nwant %s", said, want)
	}
	slider := p.find(t, "IntSliderModel")
	if state := p.states[slider]; state["value"] != 3.0 || state["min"] != 1.0 || state["max"] != 9.0 || state["description"] != "n" {
		t.Errorf("the slider's state: %v", state)
	}

	if f := s.Message(context.Background(), update(slider, map[string]any{"value": 5}), p.emit); f != nil {
		t.Fatal(strings.Join(Render(f, false), "\n"))
	}
	if said, want := p.said(), "msg_id=captured; clear true; n is 5; display 25; msg_id="; said != want {
		t.Errorf("the slider was moved: %s\nwant %s", said, want)
	}
	// What has not changed is not drawn again.
	if f := s.Message(context.Background(), update(slider, map[string]any{"value": 5}), p.emit); f != nil || p.said() != "" {
		t.Errorf("the slider stays: %v", f)
	}

	// A callback that fails says so, in the place where its output goes, and
	// what comes after it works.
	f := s.Message(context.Background(), update(slider, map[string]any{"value": 9}), p.emit)
	if f == nil || f.Message != "too large" || len(f.Stack) == 0 || f.Stack[0].File != "cell 1" || f.Stack[0].Line != 4 {
		t.Errorf("the callback panics: %+v", f)
	}
	if said, want := p.said(), "msg_id=captured; clear true"; said != want {
		t.Errorf("the callback panics: %s\nwant %s", said, want)
	}
	// A value that is out of the range is put right.
	if f := s.Message(context.Background(), update(slider, map[string]any{"value": 100}), p.emit); f != nil || p.said() != "value=9" {
		t.Errorf("a value out of the range: %v", f)
	}
	if f := s.Message(context.Background(), update(slider, map[string]any{"value": 2}), p.emit); f != nil {
		t.Error(f)
	}
	if said, want := p.said(), "msg_id=captured; clear true; n is 2; display 4; msg_id="; said != want {
		t.Errorf("after the failure: %s\nwant %s", said, want)
	}
}

func TestButtonsAndVariables(t *testing.T) {
	s, p := openPage(t)
	p.run(t, s, "count := 0\nbutton := widgets.NewButton(`press`)\nbutton.OnClick(func() { count++ })\nname := widgets.NewText(`a`)\nname.OnChange(func(s string) { if len(s) < 6 { fmt.Println(`hello`, s) } })\nwidgets.NewHBox(button, name)")
	click := event.Message{Type: event.Send, ID: p.find(t, "ButtonModel"), Data: map[string]any{"method": "custom", "content": map[string]any{"event": "click"}}}
	for range 3 {
		if f := s.Message(context.Background(), click, p.emit); f != nil {
			t.Fatal(f)
		}
	}
	p.said()
	p.run(t, s, "count")
	if said := p.said(); said != "value 3" {
		t.Errorf("after three clicks: %s", said)
	}
	if f := s.Message(context.Background(), update(p.find(t, "TextModel"), map[string]any{"value": "Maß"}), p.emit); f != nil || p.said() != "hello Maß" {
		t.Errorf("the text was changed: %v", f)
	}
	p.run(t, s, "name.Set(`b`)\nname.Value()")
	if said, want := p.said(), "value=b; hello b; value \"b\""; said != want {
		t.Errorf("Set: %s\nwant %s", said, want)
	}
	// In a tight loop not each value is drawn, but the last one is, at the latest
	// when the cell has ended.
	p.run(t, s, "for i := range 10_000 {\n\tname.Set(strings.Repeat(`x`, i%100+1))\n}\nname.Set(`last`)")
	if state := p.states[p.find(t, "TextModel")]; state["value"] != "last" {
		t.Errorf("after a tight loop: %v", state["value"])
	}
	p.said()
	// A page that is opened again asks for all widgets.
	m := event.Message{Type: event.Open, ID: "page", Target: "jupyter.widget.control"}
	if f := s.Message(context.Background(), m, p.emit); f != nil {
		t.Fatal(f)
	}
	var states map[string]any
	m = event.Message{Type: event.Send, ID: "page", Data: map[string]any{"method": "request_states"}}
	f := s.Message(context.Background(), m, func(e event.Event) {
		if e.Kind == event.Comm && e.Message.ID == "page" && e.Message.Data["method"] == "update_states" {
			states, _ = e.Message.Data["states"].(map[string]any)
		}
	})
	if f != nil || len(states) != 3 {
		t.Errorf("states: %v, %v", states, f)
	}
}

func TestCallbacksAreInterrupted(t *testing.T) {
	s, p := openPage(t)
	p.run(t, s, "n := 0\nb := widgets.NewButton(`press`)\nb.OnClick(func() {\n\tfmt.Println(`looping`)\n\tfor {\n\t\tn++\n\t}\n})\nb")
	click := event.Message{Type: event.Send, ID: p.find(t, "ButtonModel"), Data: map[string]any{"method": "custom", "content": map[string]any{"event": "click"}}}
	f := s.Message(context.Background(), click, func(e event.Event) {
		if e.Kind == event.Stdout {
			go s.Interrupt()
		}
	})
	if f == nil || f.Name != "interrupt" {
		t.Errorf("failure %v", f)
	}
	p.said()
	if p.run(t, s, "n > 0"); p.said() != "value true" {
		t.Error("the variables are gone")
	}
}

// Widgets of an engine that has ended are removed from the page.
func TestWidgetsOfAnEngineThatHasEnded(t *testing.T) {
	s, p := openPage(t)
	p.run(t, s, "widgets.NewButton(`press`)")
	button := p.find(t, "ButtonModel")
	if f := s.Execute(context.Background(), "must(os.FindProcess(os.Getpid())).Kill(); time.Sleep(time.Minute)", p.emit); f == nil {
		t.Fatal("the engine lives")
	}
	p.said()
	if f := s.Message(context.Background(), update(button, nil), p.emit); f != nil || p.said() != "close" {
		t.Errorf("the widget of an engine that has ended: %v", f)
	}
}

// Without widgets in the front end functions run once, and the values are text.
func TestNoWidgets(t *testing.T) {
	s := open(t)
	r := &record{}
	f := s.Execute(context.Background(), "widgets.Interact(func(x float64, on bool) { fmt.Println(x, on) }, 0.25)", r.emit)
	if f != nil {
		t.Fatal(f)
	}
	if r.out.String() != "0.25 false\n" || len(r.displays) != 1 {
		t.Fatalf("printed %q, shown %v", r.out.String(), r.displays)
	}
	want := event.Bundle{"text/plain": "0.25 (0 to 0.5)\nfalse\n(no widget: this front end draws no widgets)"}
	if got := r.displays[0].Data; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("shown %v, want %v", got, want)
	}
	r = &record{}
	f = s.Execute(context.Background(), "%%mpi -n 1\nnotebook.Show(widgets.NewCheckbox(`on`, true))", r.emit)
	if f != nil {
		t.Fatal(f)
	}
	if len(r.displays) != 1 || !strings.Contains(fmt.Sprint(r.displays[0].Data), "on = true\n(no widget: a rank has no widgets") {
		t.Errorf("on a rank: %v", r.displays)
	}
}

// What goroutines of a cell print after a callback still comes where the cell's
// output goes.
func TestGoroutinesKeepTheirCell(t *testing.T) {
	s, p := openPage(t)
	p.run(t, s, "press := make(chan bool, 1)\nb := widgets.NewButton(`press`)\nb.OnClick(func() { press <- true })\ngo func() { <-press; time.Sleep(300 * time.Millisecond); fmt.Println(`late`) }()\nb")
	click := event.Message{Type: event.Send, ID: p.find(t, "ButtonModel"), Data: map[string]any{"method": "custom", "content": map[string]any{"event": "click"}}}
	p.said()
	callback := &page{states: map[string]map[string]any{}}
	if f := s.Message(context.Background(), click, callback.emit); f != nil {
		t.Fatal(f)
	}
	deadline := time.Now().Add(10 * time.Second)
	said := ""
	for said == "" && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
		said = p.said()
	}
	if said != "late" || callback.said() != "" {
		t.Errorf("the cell's output: %q", said)
	}
}
