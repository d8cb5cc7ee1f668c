package h5

// A NamedType is a type that has a name in the file, and attributes like other
// objects: a committed datatype.
type NamedType struct{ object }

// newNamedType describes a committed type. The lock is held.
func (g *Group) newNamedType(id int64, path string) (*NamedType, error) {
	n := &NamedType{object{file: g.file, id: id, path: path}}
	n.later = closeLater(n, g.file, id)
	return n, nil
}

// Close gives up the type; its file stays open. Closing twice does nothing.
func (n *NamedType) Close() error { return n.close("close type") }

// String returns the name and what it is.
func (n *NamedType) String() string { return n.Name() + "  a named type" }
