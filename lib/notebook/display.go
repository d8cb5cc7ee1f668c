package notebook

import (
	"fmt"
	"math/rand/v2"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
)

// A Display is something shown that can be replaced by something else, in its place,
// from this cell or a later one.
//
//	d := notebook.ShowID("waiting")
//	...
//	d.Update(figure)
type Display struct {
	id string
}

// ShowID displays v and returns the handle by which it can be replaced.
func ShowID(v any) *Display {
	d := &Display{id: newID()}
	b, metadata := mime.Shown(v)
	display(b, metadata, d.id)
	return d
}

// Update shows v in place of what was shown before. In a plain program it is shown
// below.
func (d *Display) Update(v any) { d.update(mime.Shown(v)) }

func (d *Display) update(b event.Bundle, metadata map[string]any) {
	send(event.Event{Kind: event.Update, Data: b, Metadata: metadata, ID: d.id})
}

// newID returns a name that no other display has, in this session or a saved notebook.
func newID() string { return fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()) }
