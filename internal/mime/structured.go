package mime

import (
	"fmt"
	"html"
	"reflect"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// structured adds what can be seen in a value that says nothing about itself: a
// table, the errors that an error wraps, or the whole of a text that is folded.
func structured(b event.Bundle, v any) {
	if err, ok := v.(error); ok {
		if page := chain(err); page != "" {
			b[HTML] = page
		}
		return
	}
	if v == nil || speaks(v) {
		return
	}
	value := reflect.ValueOf(v)
	if m, ok := v.(matrix); ok && !(value.Kind() == reflect.Pointer && value.IsNil()) {
		if text, ok := try(func() string { return matrixText(m) }); ok {
			b[Plain] = text
			return
		}
	}
	if t := tabulate(value); t != nil {
		b[HTML] = t.page()
		if t.pointers || !fitsLine(value) {
			b[Plain] = t.text()
		}
		return
	}
	if short, long, ok := folded(value); ok {
		b[HTML] = unfold(short, long)
		if value.Kind() != reflect.String || value.Len() > foldString {
			b[Plain] = short
		}
	}
}

// try calls what may panic in a value's own methods.
func try(f func() string) (s string, ok bool) {
	defer func() { ok = recover() == nil && ok }()
	return f(), true
}

// lineLength is the length of the longest text, in bytes, that is shown instead
// of a table.
const lineLength = 120

// fitsLine says whether what fmt prints for v is such a text.
func fitsLine(v reflect.Value) bool {
	p := printer{most: lineLength}
	p.print(v, 0)
	return !p.full() && !strings.Contains(p.b.String(), "\n")
}

// unfold shows a short text that opens to a long one.
func unfold(short, long string) string {
	return `<details><summary style="font-family: monospace; overflow-wrap: anywhere">` + html.EscapeString(short) +
		`</summary><pre style="white-space: pre-wrap; overflow-wrap: anywhere">` + html.EscapeString(long) + `</pre></details>`
}

// mostErrors bounds how many wrapped errors are listed.
const mostErrors = 50

// chain lists an error and those that it wraps, each with its type. An error
// that wraps none has no such page.
func chain(err error) string {
	var b strings.Builder
	n := 0
	var walk func(err error)
	walk = func(err error) {
		if n++; err == nil || n > mostErrors {
			return
		}
		fmt.Fprintf(&b, `<li><code>%s</code>`, html.EscapeString(fmt.Sprintf("%T", err)))
		if n > 1 {
			b.WriteString(" " + html.EscapeString(cut(message(err), cellOpened)))
		}
		var inner []error
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			if e := e.Unwrap(); e != nil {
				inner = []error{e}
			}
		case interface{ Unwrap() []error }:
			inner = e.Unwrap()
		}
		if len(inner) > 0 {
			b.WriteString("<ul>")
			for _, e := range inner {
				walk(e)
			}
			b.WriteString("</ul>")
		}
		b.WriteString("</li>")
	}
	if _, ok := try(func() string { walk(err); return "" }); !ok || n < 2 {
		return ""
	}
	return fmt.Sprintf(`<details><summary style="white-space: pre-wrap">%s</summary><ul>%s</ul></details>`, html.EscapeString(cut(message(err), cellOpened)), b.String())
}

// message is an error's text; fmt survives a method that panics.
func message(err error) string { return fmt.Sprint(err) }
