package notebooks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

// show gives the outputs of a cell as short text.
func show(c *Cell) string {
	var parts []string
	for _, o := range c.Outputs {
		switch o.Type {
		case Stream:
			parts = append(parts, fmt.Sprintf("%s %q", o.Name, o.Text))
		case ErrorOutput:
			parts = append(parts, fmt.Sprintf("error %s: %s", o.ErrorName, o.ErrorValue))
		default:
			parts = append(parts, fmt.Sprintf("%s %v", o.Type, o.Data["text/plain"]))
		}
	}
	return strings.Join(parts, "; ")
}

func text(s string) event.Bundle { return event.Bundle{"text/plain": s} }

func TestRecord(t *testing.T) {
	out := func(s string) event.Event { return event.Event{Kind: event.Stdout, Text: s} }
	errs := func(s string) event.Event { return event.Event{Kind: event.Stderr, Text: s} }
	display := func(s string) event.Event { return event.Event{Kind: event.Display, Data: text(s)} }
	clear := func(wait bool) event.Event { return event.Event{Kind: event.Clear, Wait: wait} }
	for name, test := range map[string]struct {
		events []event.Event
		want   string
	}{
		"text is joined":           {[]event.Event{out("a"), out("b\n"), out("c")}, `stdout "ab\nc"`},
		"streams stay apart":       {[]event.Event{out("a"), errs("b"), out("c")}, `stdout "a"; stderr "b"; stdout "c"`},
		"figures divide text":      {[]event.Event{out("a"), display("x"), out("b")}, `stdout "a"; display_data x; stdout "b"`},
		"nothing printed":          {[]event.Event{out("")}, ``},
		"a note is a line":         {[]event.Event{{Kind: event.Note, Text: "queued"}}, `stderr "queued\n"`},
		"value":                    {[]event.Event{{Kind: event.Value, Data: text("42")}}, `execute_result 42`},
		"clear":                    {[]event.Event{out("a"), clear(false), out("b")}, `stdout "b"`},
		"clear waits":              {[]event.Event{out("a"), clear(true), out("b"), out("c")}, `stdout "bc"`},
		"clear waits in vain":      {[]event.Event{out("a"), clear(true)}, `stdout "a"`},
		"clear does not wait":      {[]event.Event{out("a"), clear(true), clear(false)}, ``},
		"clear waits for a figure": {[]event.Event{out("a"), clear(true), display("x"), display("y")}, `display_data x; display_data y`},
		"update": {[]event.Event{
			{Kind: event.Display, Data: text("1"), ID: "p"}, out("a"),
			{Kind: event.Update, Data: text("2"), ID: "p"}, {Kind: event.Update, Data: text("3"), ID: "other"},
		}, `display_data 2; stdout "a"`},
		"progress bar":                {[]event.Event{out("10%\r"), out("20%\r"), out("100%\n"), out("done\n")}, `stdout "100%\ndone\n"`},
		"shorter text over longer":    {[]event.Event{out("12345\rab"), out("c\n")}, `stdout "abc45\n"`},
		"carriage return and newline": {[]event.Event{out("a\r"), out("\nb\r\n")}, `stdout "a\nb\n"`},
		"backspace":                   {[]event.Event{out("1"), out("\b2"), out("\b3\n")}, `stdout "3\n"`},
	} {
		t.Run(name, func(t *testing.T) {
			r, cell := newRecorder(), &Cell{Type: Code}
			r.start(cell)
			for _, e := range test.events {
				r.record(e)
			}
			r.finish(1)
			if got := show(cell); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A progress bar of an earlier cell goes on.
func TestUpdateReachesEarlierCells(t *testing.T) {
	r, first, second := newRecorder(), &Cell{Type: Code}, &Cell{Type: Code}
	r.start(first)
	r.record(event.Event{Kind: event.Display, Data: text("1"), ID: "p"})
	r.start(second)
	r.record(event.Event{Kind: event.Update, Data: text("2"), ID: "p"})
	if got, want := show(first)+"|"+show(second), "display_data 2|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
