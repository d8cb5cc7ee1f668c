package carry

import (
	"cmp"
	"errors"
	"slices"
	"unsafe"
)

// A part is an object that lies within another one: a pointer to an element or a field,
// a slice of a longer slice. It is written as an object of its own all the same, since
// a reader has to know its type before it may come to what it is a part of.
type part struct {
	id, of int     // numbers of objects
	offset uintptr // in bytes
}

// parts finds the objects that lie within others.
func (e *encoder) parts() ([]part, error) {
	var regions []int
	for id, o := range e.objects {
		if o.size() > 0 {
			regions = append(regions, id)
		}
	}
	if len(regions) < 2 {
		return nil, nil
	}
	slices.SortFunc(regions, func(a, b int) int {
		x, y := e.objects[a], e.objects[b]
		return cmp.Or(cmp.Compare(uintptr(x.at), uintptr(y.at)), cmp.Compare(y.size(), x.size()), cmp.Compare(a, b))
	})
	var found []part
	whole := regions[0]
	first := 0 // the parts from here on are parts of whole
	for _, id := range regions[1:] {
		w, o := e.objects[whole], e.objects[id]
		offset := uintptr(o.at) - uintptr(w.at)
		if offset >= w.size() {
			whole, first = id, len(found)
			continue
		}
		switch {
		case within(w, offset, o):
			found = append(found, part{id, whole, offset})
		case offset == 0 && within(o, 0, w):
			// Of the same size, but of the containing type.
			for i := first; i < len(found); i++ {
				found[i].of = id
			}
			found = append(found, part{whole, id, 0})
			whole = id
		default:
			return nil, e.overlap(o)
		}
	}
	return found, nil
}

func (e *encoder) overlap(o object) error {
	e.path = append(e.path[:0], o.path)
	t := "*" + o.plan.t.String()
	if o.many {
		t = "[]" + o.plan.t.String()
	}
	return &Error{Path: e.place(), Type: t, Reason: "it shares a part of its memory with another slice or pointer, which the copy could not do; copy the elements first"}
}

// size is the number of bytes of a variable or of the elements of a slice.
func (o object) size() uintptr {
	if o.m.IsValid() {
		return 0
	}
	return o.plan.size * uintptr(o.n)
}

// within says whether an object of o's type lies at offset in w.
func within(w object, offset uintptr, o object) bool {
	p, n := w.plan, w.n
	for p.size > 0 && n > 0 {
		i := offset / p.size
		offset %= p.size
		if i >= uintptr(n) {
			return false
		}
		if offset == 0 && p == o.plan && o.n <= n-int(i) {
			return true
		}
		switch {
		case p.method != 0 || p.reason != "":
			return false
		case p.fields != nil:
			f := p.fieldAt(offset)
			if f == nil {
				return false
			}
			p, n, offset = f.plan, 1, offset-f.offset
		case p.elem != nil && (p.way == byArray || p.way == byFlat):
			p, n = p.elem, p.t.Len()
		default:
			return false
		}
	}
	return false
}

func (p *plan) fieldAt(offset uintptr) *field {
	for i := range p.fields {
		f := &p.fields[i]
		if f.offset <= offset && offset < f.offset+f.plan.size {
			return f
		}
	}
	return nil
}

// join reads which objects are parts of others. If there are any, it gives them their
// places and says that the objects have to be read again, now that all places are known.
func (d *decoder) join() (again bool, err error) {
	n, err := d.number()
	if err != nil || n == 0 {
		return false, err
	}
	if n > len(d.objects) {
		return false, errBad
	}
	is := make([]bool, len(d.objects)) // a part
	has := make([]bool, len(d.objects))
	for range n {
		id, err1 := d.number()
		of, err2 := d.number()
		offset, err3 := d.number()
		if err := cmp.Or(err1, err2, err3); err != nil {
			return false, err
		}
		if id >= len(d.objects) || of >= len(d.objects) {
			return false, errBad
		}
		o, w := &d.objects[id], d.objects[of]
		if id == d.fixed {
			return false, errors.New("the value is an element or a field of something that it leads to: decode a pointer to it")
		}
		if is[id] || is[of] || has[id] || o.m.IsValid() || w.m.IsValid() || !within(w, uintptr(offset), *o) {
			return false, errBad
		}
		is[id], has[of] = true, true
		o.at = unsafe.Add(w.at, offset)
	}
	return true, nil
}
