package h5

import (
	"errors"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A RegionRef refers to a part of a dataset, and can be an element of datasets and
// attributes. [File.DerefRegion] opens it. The zero RegionRef refers to nothing.
// hdset_reg_ref_t.
type RegionRef struct{ bytes [12]byte }

// IsNull reports whether the reference refers to nothing.
func (r RegionRef) IsNull() bool { return r == RegionRef{} }

// String says what it is.
func (r RegionRef) String() string {
	if r.IsNull() {
		return "null region reference"
	}
	return "region reference"
}

// RegionRef returns a reference to the part of the dataset that is selected as for
// [Dataset.Read]; h5py's regionref[...]. H5Rcreate.
func (d *Dataset) RegionRef(selection ...any) (RegionRef, error) {
	const op = "make a region reference to"
	p, err := d.prepare(selection)
	if err != nil {
		return RegionRef{}, d.error(op, d.path, err)
	}
	leave, err := d.enter(op, d.path)
	if err != nil {
		return RegionRef{}, err
	}
	defer leave()
	c := &d.file.lib.c
	space := d.file.lib.newSpace(d.extent())
	if space < 0 {
		return RegionRef{}, d.fail(op, d.path)
	}
	defer c.sClose.Call(dl.Int(space))
	if p.cut == nil && !everything(p.region, d.extent()) {
		p.cut = cutOf(p.region, d.extent())
	}
	if p.cut != nil {
		status := int32(c.sNone.Call(dl.Int(space)))
		if p.cut.count() > 0 {
			p.cut.sort()
			runs, _ := p.cut.runs(nil)
			for i, r := range runs {
				if status >= 0 {
					status = p.cut.selectRun(d.file.lib, space, r, i > 0)
				}
			}
		}
		if status < 0 {
			return RegionRef{}, d.fail(op, d.path)
		}
	}
	var r RegionRef
	if int32(d.file.call(c.rCreate, dl.Ptr(&r), dl.Int(d.id), dl.Str("."), dl.Int(referenceRegion), dl.Int(space))) < 0 {
		return RegionRef{}, d.fail(op, d.path)
	}
	return r, nil
}

// A Region is a part of a dataset that a RegionRef refers to.
type Region struct {
	// Dataset is the one that the part is of.
	Dataset *Dataset
	// Blocks are the boxes that make up the part, as HDF5 lists them: for each axis
	// the first place and how many; points are boxes of one element.
	Blocks []nd.Region
	// Len is the number of elements.
	Len int

	ref    RegionRef
	points bool
}

// DerefRegion opens what a region reference of this file refers to.
// H5Rdereference2 and H5Rget_region.
func (f *File) DerefRegion(r RegionRef) (*Region, error) {
	const op = "dereference"
	leave, err := f.root.enter(op, r.String())
	if err != nil {
		return nil, err
	}
	defer leave()
	if r.IsNull() {
		return nil, f.root.error(op, r.String(), errors.New("it refers to nothing"))
	}
	c := &f.lib.c
	id := int64(f.call(c.rDereference, dl.Int(f.id), dl.Int(0), dl.Int(referenceRegion), dl.Ptr(&r)))
	if id < 0 {
		return nil, f.lib.fail(op, r.String(), f.path)
	}
	node, err := f.root.opened(op, id, f.nameOfID(id))
	if err != nil {
		return nil, err
	}
	d, ok := node.(*Dataset)
	if !ok {
		return nil, f.root.error(op, r.String(), errors.New("it refers to "+kindOf(node)))
	}
	// hid_t H5Rget_region(hid_t dataset, H5R_type_t, const void *ref)
	space := int64(f.call(c.rRegion, dl.Int(d.id), dl.Int(referenceRegion), dl.Ptr(&r)))
	if space < 0 {
		return nil, f.lib.fail(op, r.String(), f.path)
	}
	defer c.sClose.Call(dl.Int(space))
	region := &Region{Dataset: d, ref: r, Len: int(int64(c.sSelected.Call(dl.Int(space))))} // hssize_t H5Sget_select_npoints(hid_t)
	n := len(d.extent())
	switch int32(c.sSelType.Call(dl.Int(space))) { // H5S_sel_type H5Sget_select_type(hid_t)
	case selectPoints:
		region.points = true
		count := int(int64(c.sPointCount.Call(dl.Int(space)))) // hssize_t H5Sget_select_elem_npoints(hid_t)
		places := make([]uint64, max(count, 0)*n)
		// herr_t H5Sget_select_elem_pointlist(hid_t, hsize_t first, hsize_t n, hsize_t *buf)
		if count > 0 && int32(c.sPoints.Call(dl.Int(space), dl.Int(0), dl.Int(count), dl.Slice(places))) < 0 {
			return nil, f.lib.fail(op, r.String(), f.path)
		}
		for p := range slices.Chunk(places, max(n, 1)) {
			region.Blocks = append(region.Blocks, box(p, p))
		}
	case selectHyperslabs:
		count := int(int64(c.sBlockCount.Call(dl.Int(space)))) // hssize_t H5Sget_select_hyper_nblocks(hid_t)
		corners := make([]uint64, max(count, 0)*2*n)
		// herr_t H5Sget_select_hyper_blocklist(hid_t, hsize_t first, hsize_t n, hsize_t *buf)
		if count > 0 && int32(c.sBlocks.Call(dl.Int(space), dl.Int(0), dl.Int(count), dl.Slice(corners))) < 0 {
			return nil, f.lib.fail(op, r.String(), f.path)
		}
		for p := range slices.Chunk(corners, max(2*n, 1)) {
			region.Blocks = append(region.Blocks, box(p[:n], p[n:]))
		}
	case selectAll:
		region.Blocks = []nd.Region{whole(d.extent())}
	}
	return region, nil
}

// box is the region between two corners, which belong to it.
func box(first, last []uint64) nd.Region {
	region := make(nd.Region, len(first))
	for axis := range region {
		region[axis] = nd.Span{Start: int(first[axis]), Step: 1, Count: int(last[axis]-first[axis]) + 1}
	}
	return region
}

// Bounds returns the smallest box around the region, as a selection for Read.
func (r *Region) Bounds() nd.Selection {
	var selection nd.Selection
	for axis := range r.Dataset.extent() {
		low, high := 0, 0
		for i, b := range r.Blocks {
			if i == 0 || b[axis].Start < low {
				low = b[axis].Start
			}
			high = max(high, b[axis].Start+b[axis].Count)
		}
		selection = append(selection, nd.R(low, high))
	}
	return selection
}

// shape returns the shape of the elements: if the region is a grid, so many places
// of each axis, and otherwise one axis.
func (r *Region) shape() []int {
	if r.points || len(r.Blocks) == 0 {
		return []int{r.Len}
	}
	shape := make([]int, len(r.Dataset.extent()))
	for axis := range shape {
		spans := make([]nd.Span, len(r.Blocks))
		for i, b := range r.Blocks {
			spans[i] = b[axis]
		}
		slices.SortFunc(spans, func(a, b nd.Span) int { return a.Start - b.Start })
		end := 0 // places before this one are counted
		for _, s := range spans {
			shape[axis] += max(s.Start+s.Count-max(s.Start, end), 0)
			end = max(end, s.Start+s.Count)
		}
	}
	if product(shape) != r.Len {
		return []int{r.Len}
	}
	return shape
}

// Value reads the elements of the region, as what is natural in Go (see
// [Dataset.Value]): in the shape of the grid if it is one, such as ::2, 1:3, and
// otherwise in one axis, points in the order in which they were chosen and others
// in row-major order. h5py's ds[regref].
func (r *Region) Value() (any, error) {
	const op = "read region of"
	d := r.Dataset
	leave, err := d.enter(op, d.path)
	if err != nil {
		return nil, err
	}
	defer leave()
	t, err := d.describeType()
	if err != nil {
		return nil, d.error(op, d.path, err)
	}
	c := &d.file.lib.c
	space := int64(d.file.call(c.rRegion, dl.Int(d.id), dl.Int(referenceRegion), dl.Ptr(&r.ref)))
	if space < 0 {
		return nil, d.fail(op, d.path)
	}
	defer c.sClose.Call(dl.Int(space))
	s := &stream{lib: d.file.lib, file: t, shape: r.shape()}
	s.move = func(memory int64, buffer []byte) error {
		if r.Len == 0 {
			return nil
		}
		line := d.file.lib.newSpace([]int{r.Len})
		defer c.sClose.Call(dl.Int(line))
		if int32(d.file.call(c.dRead, dl.Int(d.id), dl.Int(memory), dl.Int(line), dl.Int(space), dl.Int(d.file.lib.independent), dl.Slice(buffer))) < 0 {
			return d.fail(op, d.path)
		}
		return nil
	}
	v, err := s.readNatural()
	if err != nil {
		return nil, d.error(op, d.path, err)
	}
	return v, nil
}
