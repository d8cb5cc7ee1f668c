// Package notebook shows things and talks to the user from Go code that runs in a
// notebook, on a rank of a parallel run, in the REPL, or as a plain program. The same
// calls work in all of them.
//
//	notebook.Show(figure)                        // a plot, an image, any value
//	notebook.HTML("<b>bold</b>")
//	bar := notebook.Progress(len(files))
//	for _, file := range files {
//		convert(file)
//		bar.Add(1)
//	}
//	name, err := notebook.Input("Your name: ")
//	notebook.Return("energy", total)             // on a rank: the session gets a variable energy
//
// # What can be shown
//
// A value becomes displayable by having a method, never by importing this package:
//
//	HTML() string            Markdown() string        LaTeX() string
//	PNG() ([]byte, error)    JPEG() ([]byte, error)   GIF() ([]byte, error)
//	SVG() string             JSON() any               MIMEBundle() map[string]any
//
// with or without the error. An image.Image, a *gif.GIF and the plots of
// gonum.org/v1/plot are shown as pictures, slices of structs and maps as tables,
// everything else as fmt prints it with %+v. What is long is folded.
//
// # Without a notebook
//
// A plain go run prints the text form to standard output: pictures are named by type
// and size, a progress bar is a line on standard error, Input reads a line of standard
// input, Return checks its value and does nothing.
//
// # Ranks
//
// Every rank may call everything here. Which figures are shown is decided by the cell
// that has started the run: those of rank 0.
package notebook

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
)

// Show displays values, one after the other.
func Show(values ...any) {
	for _, v := range values {
		b, metadata := mime.Shown(v)
		display(b, metadata, "")
	}
}

// HTML displays HTML.
func HTML(s string) { display(mime.Form(mime.HTML, []byte(s)), nil, "") }

// Markdown displays Markdown.
func Markdown(s string) { display(mime.Form(mime.Markdown, []byte(s)), nil, "") }

// LaTeX displays a formula, or text with formulas between dollar signs.
func LaTeX(s string) { display(mime.Form(mime.LaTeX, []byte(formula(s))), nil, "") }

// SVG displays an SVG document.
func SVG(s string) { display(mime.Form(mime.SVG, []byte(s)), nil, "") }

// PNG displays an encoded PNG picture.
func PNG(data []byte) { display(mime.Form(mime.PNG, data), nil, "") }

// JPEG displays an encoded JPEG picture.
func JPEG(data []byte) { display(mime.Form(mime.JPEG, data), nil, "") }

// GIF displays an encoded GIF picture or animation.
func GIF(data []byte) { display(mime.Form(mime.GIF, data), nil, "") }

// JSON displays the JSON form of v, which notebooks show as a tree. A string or
// []byte is encoded like any other value; a json.RawMessage is shown as it is. If v
// has no JSON form, it is shown as by [Show].
func JSON(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		complain("show a %T as JSON: %v", v, err)
		Show(v)
		return
	}
	display(mime.Form(mime.JSON, data), nil, "")
}

// ClearOutput removes what the cell has shown so far; with wait, only once something
// new is shown, so that nothing flickers. Terminals keep what they have.
func ClearOutput(wait bool) {
	if event.Default() != nil {
		send(event.Event{Kind: event.Clear, Wait: wait})
	}
}

func display(b event.Bundle, metadata map[string]any, id string) {
	send(event.Event{Kind: event.Display, Data: b, Metadata: metadata, ID: id})
}

// send reports what cannot be shown where the user may see it: the calls of this
// package have no result that could say so.
func send(e event.Event) {
	if err := mime.Send(e); err != nil {
		complain("%v", err)
	}
}

func complain(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "notebook: "+format+"\n", args...)
}
