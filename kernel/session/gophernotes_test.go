package session

import (
	"context"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

// Cells as they stand in notebooks written for gophernotes: package display is
// there without an import, Display shows at once, and types show themselves by
// the methods that gophernotes knows.
func TestGophernotesCells(t *testing.T) {
	s := open(t)
	for _, test := range []struct {
		name, code string
		want       []string // "kind of event, MIME type: form", in order
	}{
		{"last expression", "display.HTML(`<h1 style=\"color:green;\">Hello, World</h1>`)", []string{`value text/html: <h1 style="color:green;">Hello, World</h1>`}},
		{"Display", "{\n    Display(display.Markdown(\"* hello from markdown\"))\n    Display(display.Math(`e^{i\\Pi}+1=0`))\n}", []string{"display text/markdown: * hello from markdown", `display text/latex: $$e^{i\Pi}+1=0$$`}},
		{"Display as the last expression", "Display(display.HTML(`<p>`))", []string{"display text/html: <p>"}},
		{"Display in a loop", "for i := 0; i < 2; i++ {\n\tDisplay(display.HTML(fmt.Sprint(i)))\n}", []string{"display text/html: 0", "display text/html: 1"}},
		{"Display of any value", "err := Display([]int{1, 2})\nerr == nil", []string{"display text/plain: [1 2]", "value text/plain: true"}},
		{"Renderer", "type A struct{}\nfunc (A) Render() display.Data { return display.HTML(`<a>`) }\nA{}", []string{"value text/html: <a>"}},
		{"SimpleRenderer", "type B struct{}\nfunc (B) SimpleRender() display.MIMEMap { return display.MIMEMap{\"text/html\": `<b>`} }\nB{}", []string{"value text/html: <b>"}},
		{"a type's own method", "type C struct{}\nfunc (C) Latex() string { return `$x$` }\nC{}", []string{"value text/latex: $x$"}},
		{"a function as argument", "show := func(d display.Data) { Display(d) }\nshow(display.SVG(`<svg/>`))", []string{"display image/svg+xml: <svg/>"}},
		{"a name of the user's own", "func Display(n int) int { return n + 1 }\nDisplay(1)", []string{"value text/plain: 2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			f := s.Execute(context.Background(), test.code, func(e event.Event) {
				for kind, form := range e.Data {
					if len(e.Data) == 1 || kind != "text/plain" {
						text, _ := form.(string)
						got = append(got, string(e.Kind)+" "+kind+": "+text)
					}
				}
			})
			if f != nil {
				t.Fatal(strings.Join(Render(f, false), "\n"))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("shown:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// Without a Go toolchain cells show and draw the same.
func TestDisplayWithoutToolchain(t *testing.T) {
	t.Setenv("GALAGO_GO", "none")
	s, p := openPage(t)
	p.run(t, s, "Display(display.Math(`x`))\ndisplay.HTML(`<b>x</b>`)")
	if said, want := p.said(), "display x; value <b>x</b>"; !strings.HasSuffix(said, want) {
		t.Errorf("shown: %s\nwant %s", said, want)
	}
	p.run(t, s, "widgets.Interact(func(n int) int { return n * n }, widgets.NewIntSlider(1, 9, 3))")
	p.said()
	if f := s.Message(context.Background(), update(p.find(t, "IntSliderModel"), map[string]any{"value": 5}), p.emit); f != nil {
		t.Fatal(strings.Join(Render(f, false), "\n"))
	}
	if said, want := p.said(), "msg_id=captured; clear true; display 25; msg_id="; said != want {
		t.Errorf("the slider was moved: %s\nwant %s", said, want)
	}
}

// What a cell has shown is replaced from another one.
func TestDisplayHandle(t *testing.T) {
	s := open(t)
	var events []event.Event
	for _, code := range []string{"h := notebook.ShowID(`waiting`)", "h.Update([]int{1, 2})"} {
		f := s.Execute(context.Background(), code, func(e event.Event) { events = append(events, e) })
		if f != nil {
			t.Fatal(strings.Join(Render(f, false), "\n"))
		}
	}
	if len(events) != 2 || events[0].Kind != event.Display || events[1].Kind != event.Update || events[0].ID == "" || events[0].ID != events[1].ID || events[1].Data["text/plain"] != "[1 2]" {
		t.Errorf("events: %v", events)
	}
}

// Matrices of gonum are shown as arrays are.
func TestGonumMatrix(t *testing.T) {
	s := open(t)
	if r := run(t, s, "m := mat.NewDense(2, 2, []float64{1, 2.5, -3, 4})\nm"); r.value != "[[  1 2.5]\n [ -3   4]]" {
		t.Errorf("a matrix:\n%s", r.value)
	}
	if r := run(t, s, "mat.Formatted(m)"); !strings.HasPrefix(r.value, "⎡") {
		t.Errorf("a matrix that gonum writes:\n%s", r.value)
	}
}

// Tables are made of the types that cells define.
func TestTablesOfCells(t *testing.T) {
	s := open(t)
	var page, text string
	code := "type star struct {\n\tName string\n\tmass float64\n}\n[]*star{{`a`, 1.5}, {`b`, 10}}"
	f := s.Execute(context.Background(), code, func(e event.Event) {
		page, _ = e.Data["text/html"].(string)
		text, _ = e.Data["text/plain"].(string)
	})
	if f != nil {
		t.Fatal(strings.Join(Render(f, false), "\n"))
	}
	if want := "   Name  mass\n0  a      1.5\n1  b       10"; text != want {
		t.Errorf("text\n%s\nwant\n%s", text, want)
	}
	if !strings.HasPrefix(page, "<table>") || !strings.Contains(page, ">mass</th>") {
		t.Errorf("page %s", page)
	}
}
