package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/notebooks"
)

func TestViewShowsWhatACellShows(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	out := func(s string) event.Event { return event.Event{Kind: event.Stdout, Text: s} }
	update := func(id, s string) event.Event {
		return event.Event{Kind: event.Update, ID: id, Data: event.Bundle{"text/plain": s}}
	}
	var text bytes.Buffer
	v := newView(&text, &text, false)
	v.begin(&notebooks.Cell{Source: "\n  x := 1\ny := 2"}, 2, 7)
	for _, e := range []event.Event{
		out("half a "), out("line"),
		{Kind: event.Value, Data: event.Bundle{"text/plain": "42", "text/html": "<b>42</b>"}},
		{Kind: event.Display, Data: event.Bundle{"image/png": base64.StdEncoding.EncodeToString(picture.Bytes()), "text/plain": "figure"}},
		{Kind: event.Display, Data: event.Bundle{"text/html": "<b>"}},
		{Kind: event.Display, ID: "p", Data: event.Bundle{"text/plain": "0%"}},
		update("p", "50%"), out("between\n"), update("p", "100%"),
		{Kind: event.Stderr, Text: "warning\n"}, {Kind: event.Note, Text: "job 7 is queued"}, out("end"),
	} {
		v.show(e)
	}
	v.end()
	want := `[2/7] x := 1
half a line
42
<image/png, 40 x 30, ` + quantity.Bytes(int64(picture.Len())) + `>
<text/html>
0%
between
warning
job 7 is queued
end
100%
`
	if got := text.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
