package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// RequireGroup opens a group, and creates it if it does not exist. If the name
// belongs to something else it is an error.
func (g *Group) RequireGroup(name string, options ...GroupOption) (*Group, error) {
	if !g.Has(name) {
		// Another goroutine may be faster.
		if child, err := g.CreateGroup(name, options...); !errors.Is(err, fs.ErrExist) {
			return child, err
		}
	}
	return g.Group(name)
}

type exact struct{}

func (exact) apply(l *layout) { l.exact = true }

// Exact makes [Group.RequireDataset] ask for the very type, and not only for one
// that holds every value of it.
var Exact DatasetOption = exact{}

// RequireDataset opens a dataset, and creates it if it does not exist. One that
// exists must have the shape that is asked for, or, with a [MaxShape] or [Resizable],
// may have grown to another shape if it can grow as far as is asked for; and a type
// that every value of t can be converted to without loss, or with [Exact] the same
// type; else it is an error. An [AccessOption] counts for this opening, the other
// options only for a new dataset.
//
//	// A log that each run goes on with.
//	d, err := f.RequireDataset("log", h5.Float64, h5.Shape{0, 3}, h5.MaxShape{h5.Unlimited, 3})
func (g *Group) RequireDataset(name string, t AnyType, options ...DatasetOption) (*Dataset, error) {
	const op = "require dataset"
	if !g.Has(name) {
		if d, err := g.CreateDataset(name, t, options...); !errors.Is(err, fs.ErrExist) {
			return d, err
		}
	}
	var l layout
	var access []AccessOption
	for _, o := range options {
		if o != nil {
			o.apply(&l)
		}
		if a, ok := o.(AccessOption); ok {
			access = append(access, a)
		}
	}
	d, err := g.OpenDataset(name, access...)
	if err != nil {
		return nil, err
	}
	wrong := func(format string, values ...any) (*Dataset, error) {
		_ = d.Close()
		return nil, &Error{Op: op, Object: d.path, File: g.file.path, Reason: fmt.Sprintf(format, values...), Advice: "delete it first, or choose another name", Err: fs.ErrExist}
	}
	want, err := typeOf(t)
	if err != nil {
		_ = d.Close()
		return nil, g.error(op, d.path, err)
	}
	have := d.Type()
	if have == nil {
		_ = d.Close()
		return nil, g.error(op, d.path, errors.New("HDF5 cannot tell its type"))
	}
	dtype, plain := want.DType(), have.DType()
	shape, most := d.Shape(), d.MaxShape()
	switch {
	case !slices.Equal(l.shape, shape) && !l.storage.grows(l.shape):
		return wrong("it exists with shape %v and not %v", shape, l.shape)
	case !slices.Equal(l.shape, shape) && !slices.Equal(l.storage.mostOf(l.shape), most):
		return wrong("it exists with shape %v, which can grow to %v and not to %v", shape, most, l.storage.mostOf(l.shape))
	case have.Equal(want):
	case l.exact:
		return wrong("it exists with type %v and not %v", have, want)
	case have.Class() != want.Class() && !(numberClass(have) && numberClass(want)), plain == nd.Invalid, !holds(plain, dtype), have.size < plain.Size(), have.odd():
		return wrong("it exists with type %v, which does not hold every %v", have, want)
	}
	return d, nil
}

// holds reports whether a type has every value of another, as NumPy's can_cast
// does (which calls int64 to float64 safe).
func holds(to, from DType) bool {
	if to == from {
		return true
	}
	float := func(t DType) bool { return t == Float32 || t == Float64 }
	switch {
	case from.Size() == 0 || to.Size() == 0:
		return false
	case float(from):
		return float(to) && to.Size() > from.Size()
	case float(to):
		return to == Float64 || from.Size() < 4
	case from.Signed() && !to.Signed():
		return false
	}
	// An unsigned integer needs one more bit where there is a sign.
	return to.Size() > from.Size()
}

func numberClass(t *Type) bool { return t.class == ClassInteger || t.class == ClassFloat }
