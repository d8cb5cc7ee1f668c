package mime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/gif"
	"image/png"
	"io"
	"maps"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/internal/event"
)

// forms returns what v itself can be shown as, and what went wrong on the way.
func forms(v any) (b event.Bundle, metadata map[string]any, notes []string) {
	b = event.Bundle{}
	value := reflect.ValueOf(v)
	if !value.IsValid() || value.Kind() == reflect.Pointer && value.IsNil() {
		return b, nil, nil
	}
	try := func(what string, make func() error) {
		defer func() {
			if r := recover(); r != nil {
				notes = append(notes, fmt.Sprintf("%s: panic: %v", what, r))
			}
		}()
		if err := make(); err != nil {
			notes = append(notes, fmt.Sprintf("%s: %v", what, err))
		}
	}
	if m, ok := v.(interface{ MIMEBundle() map[string]any }); ok {
		try("MIMEBundle", func() error { return putAll(b, m.MIMEBundle()) })
	}
	if d, ok := v.(Data); ok {
		metadata = d.Metadata
		try("Data", func() error { return putAll(b, d.Data) })
	}
	if m, ok := v.(interface{ Render() Data }); ok {
		try("Render", func() error {
			d := m.Render()
			metadata = d.Metadata
			return putAll(b, d.Data)
		})
	}
	if m, ok := v.(interface{ SimpleRender() map[string]any }); ok {
		try("SimpleRender", func() error { return putAll(b, m.SimpleRender()) })
	}
	for _, m := range methods(value) {
		if _, ok := b[m.kind]; ok || !m.suits() {
			continue
		}
		try(m.name, func() error { return m.call(b) })
	}
	if len(b) > 0 {
		return b, metadata, notes
	}
	switch v := v.(type) {
	case image.Image:
		try(PNG, func() error { return encode(b, PNG, func(w io.Writer) error { return png.Encode(w, v) }) })
	case *gif.GIF:
		try(GIF, func() error { return encode(b, GIF, func(w io.Writer) error { return gif.EncodeAll(w, v) }) })
	default:
		if m := value.MethodByName("WriterTo"); suitsPlot(m) {
			try("WriterTo", func() error { return plot(b, m) })
		}
	}
	return b, metadata, notes
}

// Data is what gophernotes shows: forms, and what there is to say about them, by
// MIME type. It has no name of its own, so that nobody has to import it.
type Data = struct {
	Data      map[string]any
	Metadata  map[string]any
	Transient map[string]any
}

// A method of a value that may give one of its forms.
type method struct {
	kind, name string
	function   reflect.Value
}

// methods looks the methods up by constant names: the linker then keeps methods
// of these names and drops what else a program does not call.
func methods(v reflect.Value) []method {
	return []method{
		{HTML, "HTML", v.MethodByName("HTML")},
		{Markdown, "Markdown", v.MethodByName("Markdown")},
		{LaTeX, "LaTeX", v.MethodByName("LaTeX")},
		{LaTeX, "Latex", v.MethodByName("Latex")},
		{SVG, "SVG", v.MethodByName("SVG")},
		{PNG, "PNG", v.MethodByName("PNG")},
		{JPEG, "JPEG", v.MethodByName("JPEG")},
		{GIF, "GIF", v.MethodByName("GIF")},
		{PDF, "PDF", v.MethodByName("PDF")},
		{JavaScript, "JavaScript", v.MethodByName("JavaScript")},
		{JSON, "JSON", v.MethodByName("JSON")},
	}
}

var (
	errorType = reflect.TypeFor[error]()
	bytesType = reflect.TypeFor[[]byte]()
)

// suits says whether the method exists and has one of the signatures.
func (m method) suits() bool {
	if !m.function.IsValid() {
		return false
	}
	t := m.function.Type()
	if t.NumIn() != 0 || t.NumOut() == 0 || t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != errorType {
		return false
	}
	out := t.Out(0)
	return out.Kind() == reflect.String || out.ConvertibleTo(bytesType) || m.kind == JSON && out != errorType
}

func (m method) call(b event.Bundle) error {
	out := m.function.Call(nil)
	if len(out) == 2 && !out[1].IsNil() {
		return out[1].Interface().(error)
	}
	switch result := out[0]; {
	case result.Kind() == reflect.String:
		return putChecked(b, m.kind, []byte(result.String()))
	case result.Type().ConvertibleTo(bytesType):
		return putChecked(b, m.kind, result.Bytes())
	default:
		return putAll(b, map[string]any{m.kind: result.Interface()})
	}
}

// putChecked adds a form unless it is empty, or JSON that is none.
func putChecked(b event.Bundle, kind string, data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("returned nothing")
	}
	if kind == JSON && !json.Valid(data) {
		return fmt.Errorf("returned %d bytes that are not JSON", len(data))
	}
	put(b, kind, data)
	return nil
}

// putAll adds the forms of a bundle that somebody else has made.
func putAll(b event.Bundle, all map[string]any) error {
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		switch data := all[kind].(type) {
		case []byte:
			put(b, kind, data)
		case string:
			b[kind] = data
		default:
			text, err := json.Marshal(data)
			if err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
			b[kind] = json.RawMessage(text)
		}
	}
	return nil
}

func encode(b event.Bundle, kind string, write func(io.Writer) error) error {
	var buf bytes.Buffer
	if err := write(&buf); err != nil {
		return err
	}
	put(b, kind, buf.Bytes())
	return nil
}

// A plot without a size of its own is 16 by 10 cm, at the 96 dots per inch of
// gonum's PNG writer about 600 by 380 pixels. Lengths are in points, 1/72 inch.
const (
	plotWidth  = 16 / 2.54 * 72
	plotHeight = 10 / 2.54 * 72
)

// suitsPlot says whether m is gonum/plot's
//
//	func (p *Plot) WriterTo(w, h vg.Length, format string) (io.WriterTo, error)
//
// which is recognised by its shape, so that nobody has to link gonum.
func suitsPlot(m reflect.Value) bool {
	if !m.IsValid() {
		return false
	}
	t := m.Type()
	return t.NumIn() == 3 && t.In(0).Kind() == reflect.Float64 && t.In(1).Kind() == reflect.Float64 && t.In(2).Kind() == reflect.String &&
		t.NumOut() == 2 && t.Out(0) == reflect.TypeFor[io.WriterTo]() && t.Out(1) == errorType
}

func plot(b event.Bundle, m reflect.Value) error {
	t := m.Type()
	out := m.Call([]reflect.Value{
		reflect.ValueOf(plotWidth).Convert(t.In(0)),
		reflect.ValueOf(plotHeight).Convert(t.In(1)),
		reflect.ValueOf("png").Convert(t.In(2)),
	})
	if !out[1].IsNil() {
		return out[1].Interface().(error)
	}
	writer := out[0].Interface().(io.WriterTo)
	return encode(b, PNG, func(w io.Writer) error { _, err := writer.WriteTo(w); return err })
}
