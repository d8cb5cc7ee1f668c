package h5

import (
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// Fields is a view of some fields of a dataset of compounds: only these are read or
// written.
type Fields struct {
	d     *Dataset
	names []string
	one   bool // a single field stands for itself, not for a compound of one
}

// Field returns a view of one field: its elements are those of the field. h5py's
// ds["name"].
//
//	mass, err := stars.Field("mass").Read("0:10")   // an *nd.Array
//	err = stars.Field("mass").Write(0.5, 3)         // the other fields stay
func (d *Dataset) Field(name string) *Fields { return &Fields{d, []string{name}, true} }

// Fields returns a view of several fields: its elements are compounds of these
// only. h5py's ds.fields(names).
func (d *Dataset) Fields(names ...string) *Fields { return &Fields{d, slices.Clone(names), false} }

// view narrows a stream to the fields.
func (v *Fields) view(s *stream) error {
	if s.file.class != ClassCompound {
		return fmt.Errorf("elements of the type %v have no fields", s.file)
	}
	narrow := &Type{class: ClassCompound, size: s.file.size}
	for _, name := range v.names {
		f, ok := s.file.field(name)
		if !ok {
			return fmt.Errorf("there is no field %q; there are %s", name, fieldNames(s.file))
		}
		if _, twice := narrow.field(name); twice {
			return fmt.Errorf("field %q is named twice", name)
		}
		narrow.fields = append(narrow.fields, f)
	}
	if v.one {
		s.file, s.field = narrow.fields[0].Type, v.names[0]
		return nil
	}
	if len(narrow.fields) == 0 {
		return fmt.Errorf("no field is named; there are %s", fieldNames(s.file))
	}
	s.file = narrow
	return nil
}

// Read reads a field of numbers as an array, which has the further axes of the
// field if this is an array itself. The arguments are those of [Dataset.Read].
func (v *Fields) Read(selection ...any) (*nd.Array, error) { return v.d.readArray(selection, v.view) }

// Value is [Dataset.Value] of the fields.
func (v *Fields) Value(selection ...any) (any, error) {
	var value any
	err := v.d.readElements(selection, v.view, func(s *stream) error {
		read, err := s.readNatural()
		value = read
		return err
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

// ReadInto is [Dataset.ReadInto] of the fields.
func (v *Fields) ReadInto(dst any, selection ...any) error {
	return v.d.readElements(selection, v.view, func(s *stream) error { return s.readInto(dst) })
}

// Write is [Dataset.Write] of the fields; the others keep their values.
func (v *Fields) Write(values any, selection ...any) error {
	return v.d.writeElements(values, selection, v.view)
}
