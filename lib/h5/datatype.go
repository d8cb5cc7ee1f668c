package h5

// A Datatype is a type that is stored in a file under a name of its own (a
// committed type).
type Datatype struct{ object }

func (g *Group) newDatatype(id int64, path string) *Datatype {
	t := &Datatype{object{file: g.file, id: id, path: path}}
	closeLater(t, g.file, id)
	return t
}

// Close gives up the type; its file stays open. Closing twice does nothing.
func (t *Datatype) Close() error { return t.close("close named type") }

// String says what it is.
func (t *Datatype) String() string { return t.Name() + "  a named type" }
