// Package mime turns Go values into MIME bundles: the forms in which a notebook
// or a terminal can show them.
//
//	mime.Of(42)          // text/plain: 42
//	mime.Of("a\tb")      // text/plain: "a\tb"
//	mime.Of(figure)      // image/png and text/plain
//	mime.Values(v, err)  // text/plain: both, with a space between
//
// # What makes a value displayable
//
// A value is displayable by having methods, never by importing a package. Each
// of these returns a string or a []byte, or one of them and an error:
//
//	HTML  Markdown  LaTeX  SVG  PNG  JPEG  GIF  PDF  JavaScript  JSON
//
// JSON may also return any other single value, which is then encoded. A method
// MIMEBundle() map[string]any gives several forms at once; binary forms in it are
// []byte, or strings already in base64. What gophernotes shows is shown: a [Data],
// the methods Render() Data and SimpleRender() map[string]any, and Latex.
//
// An image.Image becomes image/png and a *gif.GIF becomes image/gif. So does, as
// image/png of 16 by 10 cm, what can write itself as a picture in the manner of
// gonum/plot: WriterTo(width, height, format) (io.WriterTo, error) with lengths
// in points.
//
// # Text, tables and long values
//
// Every bundle has text/plain: what fmt prints for %+v, strings quoted. Pictures
// that have no String method are named by type and size instead.
//
// Slices of structs or of maps, and maps, are tables: as text/html always, and as
// text/plain if fmt's text is longer than a line, or would show pointers only.
// Of long tables the first and last rows are shown. Matrices in the manner of
// gonum/mat are shown as arrays are. An error that wraps others
// lists them in text/html.
//
// Text that nobody would read to its end is folded to its beginning and end, with
// the number of elements or bytes; text/html unfolds it. Values that speak for
// themselves (String, Format, Error) are shown as they say.
//
// A method that fails, by an error or a panic, loses its own form only; what went
// wrong is added to text/plain.
package mime

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// The MIME types that bundles are made of.
const (
	Plain      = "text/plain"
	HTML       = "text/html"
	Markdown   = "text/markdown"
	LaTeX      = "text/latex"
	SVG        = "image/svg+xml"
	PNG        = "image/png"
	JPEG       = "image/jpeg"
	GIF        = "image/gif"
	PDF        = "application/pdf"
	JSON       = "application/json"
	JavaScript = "application/javascript"
)

// Of returns the forms of one value.
func Of(v any) event.Bundle {
	b, _ := Shown(v)
	return b
}

// Shown returns the forms of one value and, where it has something to say about
// them, such as the size of a picture, their metadata by MIME type.
func Shown(v any) (b event.Bundle, metadata map[string]any) {
	b, metadata, notes := forms(v)
	if _, ok := b[Plain]; !ok {
		if len(b) == 0 {
			structured(b, v)
		}
		if _, ok := b[Plain]; !ok {
			b[Plain] = plain(v, b)
		}
	}
	if len(notes) > 0 {
		b[Plain] = fmt.Sprintf("%v\n(%s)", b[Plain], strings.Join(notes, "; "))
	}
	return b, metadata
}

// Values returns the forms of the results of one expression. Their texts are
// separated by one space. If there are several and one has more than text, they
// are put together as text/html.
func Values(vs ...any) (b event.Bundle, metadata map[string]any) {
	if len(vs) == 1 {
		return Shown(vs[0])
	}
	texts := make([]string, len(vs))
	pages := make([]string, len(vs))
	rich := false
	for i, v := range vs {
		b := Of(v)
		texts[i] = fmt.Sprint(b[Plain])
		rich = rich || len(b) > 1
		pages[i] = page(b)
	}
	b = event.Bundle{Plain: fold(strings.Join(texts, " "))}
	if rich {
		b[HTML] = strings.Join(pages, "\n")
	}
	return b, nil
}

// Form returns a bundle of one form. Binary forms are encoded; pictures get a
// text that says how large they are.
func Form(kind string, data []byte) event.Bundle {
	b := event.Bundle{}
	put(b, kind, data)
	if kind != Plain {
		b[Plain] = describe("", b)
	}
	return b
}

// put adds a form, encoded as notebooks want it.
func put(b event.Bundle, kind string, data []byte) {
	switch {
	case kind == JSON:
		b[kind] = json.RawMessage(data)
	case binary(kind):
		b[kind] = base64.StdEncoding.EncodeToString(data)
	default:
		b[kind] = string(data)
	}
}

// binary says whether a form is kept in base64.
func binary(kind string) bool {
	return kind != SVG && (strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") ||
		strings.HasPrefix(kind, "video/") || kind == PDF || kind == "application/octet-stream")
}

// page returns a bundle as HTML.
func page(b event.Bundle) string {
	if s, ok := b[HTML].(string); ok {
		return s
	}
	if s, ok := b[SVG].(string); ok {
		return s
	}
	for _, kind := range slices.Sorted(maps.Keys(b)) {
		if s, ok := b[kind].(string); ok && strings.HasPrefix(kind, "image/") {
			return `<img src="data:` + kind + ";base64," + s + `">`
		}
	}
	return "<pre>" + html.EscapeString(fmt.Sprint(b[Plain])) + "</pre>"
}
