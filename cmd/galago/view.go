package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // so that the size of figures can be told
	_ "image/jpeg"
	_ "image/png"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/notebooks"
)

// A view shows on a terminal or in a log what the cells of a notebook show:
// text as it comes, figures by their kind and size.
type view struct {
	out, err io.Writer
	dim      [2]string // what surrounds Galago's own words
	inLine   bool      // the last text did not end its line
	updates  map[string]event.Bundle
	order    []string // the keys of updates
}

func newView(out, err io.Writer, colour bool) *view {
	v := &view{out: out, err: err, updates: map[string]event.Bundle{}}
	if colour {
		v.dim = [2]string{"\x1b[2m", "\x1b[0m"}
	}
	return v
}

// begin announces a cell by its number and first line.
func (v *view) begin(cell *notebooks.Cell, number, total int) {
	v.own(v.out, fmt.Sprintf("[%d/%d] %s", number, total, cell.FirstLine()))
}

// show prints one event.
func (v *view) show(e event.Event) {
	switch e.Kind {
	case event.Stdout:
		v.print(v.out, e.Text)
	case event.Stderr:
		v.print(v.err, e.Text)
	case event.Note:
		v.own(v.err, strings.TrimSuffix(e.Text, "\n"))
	case event.Display, event.Value:
		v.line(v.out, summary(e.Data))
	case event.Update:
		// A progress bar may be updated a thousand times: its last state is
		// printed when the cell ends.
		if _, ok := v.updates[e.ID]; !ok {
			v.order = append(v.order, e.ID)
		}
		v.updates[e.ID] = e.Data
	}
}

// end finishes what a cell shows.
func (v *view) end() {
	for _, id := range v.order {
		v.line(v.out, summary(v.updates[id]))
	}
	clear(v.updates)
	v.order = v.order[:0]
	if v.inLine {
		v.print(v.out, "\n")
	}
}

func (v *view) print(w io.Writer, text string) {
	if text != "" {
		io.WriteString(w, text)
		v.inLine = !strings.HasSuffix(text, "\n")
	}
}

// line prints text on lines of its own.
func (v *view) line(w io.Writer, text string) {
	if v.inLine {
		v.print(v.out, "\n")
	}
	v.print(w, strings.TrimSuffix(text, "\n")+"\n")
}

// own prints Galago's own words.
func (v *view) own(w io.Writer, text string) { v.line(w, v.dim[0]+text+v.dim[1]) }

// summary gives a value in the form that a terminal can show: a figure's kind
// and size, else the text, else what kinds of data there are.
func summary(data event.Bundle) string {
	kinds := slices.Sorted(maps.Keys(data))
	for _, kind := range kinds {
		if strings.HasPrefix(kind, "image/") {
			return "<" + figure(kind, data[kind]) + ">"
		}
	}
	if text, ok := data["text/plain"].(string); ok {
		return text
	}
	return "<" + strings.Join(kinds, ", ") + ">"
}

// figure tells an image's kind, size in pixels and size in the file.
func figure(kind string, value any) string {
	text, _ := value.(string)
	if kind == "image/svg+xml" {
		return fmt.Sprintf("%s, %s", kind, quantity.Bytes(int64(len(text))))
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return kind
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return fmt.Sprintf("%s, %s", kind, quantity.Bytes(int64(len(raw))))
	}
	return fmt.Sprintf("%s, %d x %d, %s", kind, config.Width, config.Height, quantity.Bytes(int64(len(raw))))
}
