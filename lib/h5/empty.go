package h5

// A Null is a value that has a type and nothing else: a null dataspace, h5py's
// Empty. [Empty] makes one, and [Attributes.Get] and [Dataset.Value] return one.
type Null struct{ typ *Type }

// Empty returns the value of attributes and datasets without elements, for
// [Attributes.Set] and [Group.CreateDatasetFrom]. H5S_NULL.
//
//	err := d.Attrs().Set("valid range", h5.Empty(h5.Float64))
func Empty(t AnyType) Null {
	typ, err := typeOf(t)
	if err != nil {
		typ = nil // refused where it is used
	}
	return Null{typ}
}

// Type returns the type that elements would have.
func (n Null) Type() *Type { return n.typ }

// String says that there is nothing.
func (n Null) String() string {
	if n.typ == nil {
		return "empty"
	}
	return "empty " + n.typ.String()
}
