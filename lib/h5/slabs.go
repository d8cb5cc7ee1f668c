package h5

import (
	"iter"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// Slabs goes over the dataset in row-major order, in pieces of at most so many bytes,
// or of one element if that is larger: to read what does not fit in memory. All
// axes stay; a dataset without elements has no pieces. Pieces end where chunks do, if
// they can.
//
//	for slab := range d.Slabs(64 << 20) {
//		a, err := d.Read(slab)
//	}
func (d *Dataset) Slabs(bytes int) iter.Seq[nd.Selection] {
	shape, chunks := d.Shape(), d.Chunks()
	room := max(bytes/max(d.elementSize(), 1), 1)
	return func(yield func(nd.Selection) bool) {
		if d.Len() == 0 {
			return
		}
		// The axes from this one on are taken whole.
		axis, inner := len(shape), 1
		for axis > 0 && inner*shape[axis-1] <= room {
			axis--
			inner *= shape[axis]
		}
		slab := make(nd.Selection, len(shape))
		for i, n := range shape {
			slab[i] = nd.R(0, n)
		}
		if axis == 0 {
			yield(slab)
			return
		}
		split := axis - 1
		rows := max(room/inner, 1)
		if chunks != nil && rows > chunks[split] {
			rows -= rows % chunks[split]
		}
		place := make([]int, split)
		for {
			for i, at := range place {
				slab[i] = nd.R(at, at+1)
			}
			for from := 0; from < shape[split]; from += rows {
				slab[split] = nd.R(from, min(from+rows, shape[split]))
				if !yield(slices.Clone(slab)) {
					return
				}
			}
			i := split - 1
			for ; i >= 0; i-- {
				if place[i]++; place[i] < shape[i] {
					break
				}
				place[i] = 0
			}
			if i < 0 {
				return
			}
		}
	}
}
