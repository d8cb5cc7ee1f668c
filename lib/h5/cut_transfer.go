package h5

import (
	"errors"

	"github.com/galago-hpc/galago/lib/nd"
)

var errShort = errors.New("the file has become shorter than it was when it was opened")

// transferCut moves what a cut selects, in the way that is likely the quickest:
// reading boxes and picking from them, or having HDF5 select the elements. What
// HDF5 allocates memory for, and what is written, is selected exactly. The lock is
// held.
func (d *Dataset) transferCut(op string, p plan, write bool) error {
	err := d.tryCut(op, &p, write)
	if err != nil && p.collective && !p.called {
		_ = d.transferPiece(op, plan{collective: true, nothing: true}, write)
	}
	return err
}

func (d *Dataset) tryCut(op string, p *plan, write bool) error {
	c := p.cut
	if write && d.file.parallel && p.collective {
		raw, rawType, done, err := d.converted(*p)
		defer done()
		if err != nil {
			return err
		}
		p.raw, p.rawType = raw, rawType
	}
	size := len(p.raw) / c.count()
	c.sort()
	kept := &d.file.lib.spaces.points
	runs, places := c.runs(kept.runs)
	kept.runs = runs
	defer kept.shrink()
	chunked := len(d.chunks) > 0
	cost, way := c.exactCost(*p, chunked, runs, places)
	if preferred != cutAny && preferred != cutBoxes && (preferred == cutUnion || !p.collective) {
		return d.transferExact(op, p, runs, places, preferred, write)
	}
	if !write && !p.collective && !p.allocates {
		direct := d.direct && p.rawType == d.file.lib.native[d.dtype] && d.plain().why == nil
		if b := d.boxes(*p, size, direct); preferred == cutBoxes || b.cost < cost || direct && len(runs) > 1 && b.cost < 4*cost {
			return d.readBoxes(op, *p, b, size, direct)
		}
		c.sort()
	}
	if len(p.region) > 0 {
		// A hyperslab by itself, with memory of its shape, which HDF5 likes best.
		p.called = true
		return d.transferPiece(op, *p, write)
	}
	return d.transferExact(op, p, runs, places, way, write)
}

// preferred is a way that is taken wherever it can be, for tests of all ways.
var preferred = cutAny

// scattered reports whether a region has so many short pieces in the file that
// boxes around them may be read quicker.
func scattered(region nd.Region, shape []int, size int) bool {
	const many, short = 64, 1024
	pieces, piece, whole := 1, 1, true
	for axis := len(region) - 1; axis >= 0; axis-- {
		s := region[axis]
		switch {
		case whole && (s.Step == 1 || s.Count == 1):
			piece *= s.Count
		default:
			pieces *= s.Count
		}
		whole = whole && s.Count == shape[axis]
	}
	return pieces > many && piece*size < short
}

// cutOf is a region as a cut.
func cutOf(region nd.Region, shape []int) *cut {
	choice := &nd.Choice{}
	for axis, s := range region {
		choice.Picks = append(choice.Picks, nd.Pick{Axis: axis, Index: -1, Span: s})
	}
	return newCut(choice, shape, false)
}

// pointers reports whether HDF5 has strings or sequences of its own for elements of
// the type.
func (t *Type) pointers() bool {
	switch t.class {
	case ClassString:
		return t.variable
	case ClassVlen:
		return true
	case ClassArray:
		return t.base.pointers()
	case ClassCompound:
		for _, f := range t.fields {
			if f.Type.pointers() {
				return true
			}
		}
	}
	return false
}
