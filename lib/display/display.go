// Package display has the names by which notebooks written for gophernotes show
// things, so that they run as they are:
//
//	display.HTML("<b>bold</b>")                  // as a cell's last expression
//	Display(display.Markdown("* one\n* two"))    // at once, in the middle of a cell
//	display.File("image/png", "galaxy.png")
//
// A function of this package shows nothing by itself: it returns [Data], which is
// shown as any value is. Any type may have one of the methods
//
//	Render() display.Data    SimpleRender() display.MIMEMap
//	HTML() string            JavaScript() string     Latex() string
//	Markdown() string        SVG() string            JSON() map[string]any
//	JPEG() []byte            PNG() []byte            PDF() []byte
//
// New notebooks have package notebook, which shows at once, and values that show
// themselves.
package display

import (
	"fmt"
	"image"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/galago-hpc/galago/internal/mime"
)

// The MIME types of the forms.
const (
	MIMETypeHTML       = mime.HTML
	MIMETypeJavaScript = mime.JavaScript
	MIMETypeJPEG       = mime.JPEG
	MIMETypeJSON       = mime.JSON
	MIMETypeLatex      = mime.LaTeX
	MIMETypeMarkdown   = mime.Markdown
	MIMETypePNG        = mime.PNG
	MIMETypePDF        = mime.PDF
	MIMETypeSVG        = mime.SVG
	MIMETypeText       = mime.Plain
)

// MIMEMap holds forms, or what there is to say about them, by MIME type. Binary
// forms are []byte.
type MIMEMap = map[string]any

// Data is something to be shown.
type Data = mime.Data

// Any returns data as a form of the given MIME type. It may be a string, a []byte,
// an io.Reader or io.WriterTo whose bytes are meant, or any value that can show
// itself, whose own forms are taken. Without a MIME type that of bytes is found
// out. It panics if data is none of these, or cannot be read.
func Any(mimeType string, data any) Data {
	var content []byte
	switch v := data.(type) {
	case string:
		if mimeType == "" {
			mimeType = MIMETypeText
		}
		return MakeData3(mimeType, v, v)
	case []byte:
		content = v
	case image.Image:
		return Image(v)
	default:
		if b, metadata := mime.Shown(data); len(b) > 1 || b[MIMETypeText] == nil {
			return Data{Data: b, Metadata: metadata}
		}
		content = read(data)
	}
	if mimeType == "" {
		mimeType, _, _ = strings.Cut(http.DetectContentType(content), ";")
	}
	return Data{Data: mime.Form(mimeType, content)}
}

// read takes the bytes of a reader or writer.
func read(data any) []byte {
	switch v := data.(type) {
	case io.Reader:
		content, err := io.ReadAll(v)
		if err != nil {
			panic(fmt.Errorf("show what a %T reads: %w", data, err))
		}
		return content
	case io.WriterTo:
		var b strings.Builder
		if _, err := v.WriteTo(&b); err != nil {
			panic(fmt.Errorf("show what a %T writes: %w", data, err))
		}
		return []byte(b.String())
	}
	panic(fmt.Errorf("show a %T: it is no text, no bytes, and cannot show itself", data))
}

// Auto is Any without a MIME type.
func Auto(data any) Data { return Any("", data) }

// File returns what a file holds. It panics if the file cannot be read.
func File(mimeType, path string) Data {
	content, err := os.ReadFile(path)
	if err != nil {
		panic(fmt.Errorf("show a file: %w", err))
	}
	return Any(mimeType, content)
}

// MakeData returns data as a form of the given MIME type. Bytes, which are no
// text, are told by kind and size in text/plain.
func MakeData(mimeType string, data any) Data {
	switch v := data.(type) {
	case []byte:
		return Data{Data: mime.Form(mimeType, v)}
	case string:
		return MakeData3(mimeType, v, v)
	}
	return MakeData3(mimeType, fmt.Sprint(data), data)
}

// MakeData3 is MakeData with a text of its own.
func MakeData3(mimeType, plaintext string, data any) Data {
	return Data{Data: MIMEMap{MIMETypeText: plaintext, mimeType: data}}
}

// Bytes is Any for bytes.
func Bytes(mimeType string, data []byte) Data { return Any(mimeType, data) }

// String is Any for a string.
func String(mimeType, s string) Data { return Any(mimeType, s) }

// MIME returns several forms and what there is to say about them.
func MIME(data, metadata MIMEMap) Data { return Data{Data: data, Metadata: metadata} }

// HTML returns HTML.
func HTML(html string) Data { return MakeData(MIMETypeHTML, html) }

// JavaScript returns a script, which a notebook runs.
func JavaScript(javascript string) Data { return MakeData(MIMETypeJavaScript, javascript) }

// JSON returns data that notebooks show as a tree.
func JSON(json map[string]any) Data { return MakeData(MIMETypeJSON, json) }

// Markdown returns Markdown.
func Markdown(markdown string) Data { return MakeData(MIMETypeMarkdown, markdown) }

// Latex returns a formula that stands in a line of text, with or without dollar
// signs around it.
func Latex(latex string) Data {
	return MakeData3(MIMETypeLatex, latex, "$"+strings.Trim(latex, "$")+"$")
}

// Math returns a formula that stands by itself, with or without dollar signs
// around it.
func Math(latex string) Data {
	return MakeData3(MIMETypeLatex, latex, "$$"+strings.Trim(latex, "$")+"$$")
}

// SVG returns an SVG document.
func SVG(svg string) Data { return MakeData(MIMETypeSVG, svg) }

// JPEG returns an encoded JPEG picture.
func JPEG(jpeg []byte) Data { return MakeData(MIMETypeJPEG, jpeg) }

// PNG returns an encoded PNG picture.
func PNG(png []byte) Data { return MakeData(MIMETypePNG, png) }

// PDF returns a PDF document.
func PDF(pdf []byte) Data { return MakeData(MIMETypePDF, pdf) }

// Image returns a picture, as PNG, with its size in pixels.
func Image(img image.Image) Data {
	size := img.Bounds()
	return Data{
		Data:     mime.Of(img),
		Metadata: MIMEMap{MIMETypePNG: map[string]any{"width": size.Dx(), "height": size.Dy()}},
	}
}
