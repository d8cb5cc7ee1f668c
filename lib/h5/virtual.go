package h5

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A VirtualSource is a dataset, or a part of one, that a virtual dataset shows:
// h5py's VirtualSource. It need not exist.
type VirtualSource struct {
	file, name string
	shape      Shape
	most       MaxShape
	region     nd.Region
	failed     error
	of         string // the absolute path of the file, if it is that of a Dataset
}

// NewVirtualSource names a dataset by its file, "." for that of the virtual dataset
// itself, its path in it, and its shape. Relative files are looked for beside the file
// of the virtual dataset first. With %b in one of the names it stands for a row of
// them, numbered from 0 on, which goes on along the [Unlimited] axis of the layout.
// A [MaxShape] says which axes of the source can grow.
func NewVirtualSource(file, dataset string, shape Shape, most ...MaxShape) *VirtualSource {
	s := &VirtualSource{file: file, name: dataset, shape: slices.Clone(shape), region: whole(shape)}
	if len(most) > 0 {
		s.most = slices.Clone(most[0])
	}
	switch {
	case file == "" || dataset == "" || strings.IndexByte(file+dataset, 0) >= 0:
		s.failed = errors.New("the name of a virtual source's file or dataset is empty or has a NUL in it")
	case s.most != nil && len(s.most) != len(shape):
		s.failed = fmt.Errorf("the largest shape %v of a virtual source has %d axes and the shape %v has %d", s.most, len(s.most), shape, len(shape))
	}
	return s
}

// Source is the dataset as a source of virtual ones.
func (d *Dataset) Source() *VirtualSource {
	file, err := filepath.Abs(d.file.handle.path)
	if err != nil {
		file = d.file.handle.path
	}
	s := NewVirtualSource(literal(file), literal(d.path), d.Shape(), d.MaxShape())
	s.of = file
	return s
}

// literal is a name without directives such as %b.
func literal(name string) string { return strings.ReplaceAll(name, "%", "%%") }

// Sel takes a part of the source: a selection as for [Dataset.Read], without negative
// steps.
func (s *VirtualSource) Sel(selection ...any) *VirtualSource {
	part := *s
	part.region, part.failed = regionFor(s.shape, selection)
	if s.failed != nil {
		part.failed = s.failed
	}
	return &part
}

// regionFor works out a selection for a virtual dataset.
func regionFor(shape []int, arguments []any) (nd.Region, error) {
	selection, _, err := selectionOf(arguments)
	if err != nil {
		return nil, err
	}
	region, err := selection.Resolve(shape)
	if err != nil {
		return nil, err
	}
	for axis, s := range region {
		if s.Step < 0 && s.Count > 1 {
			return nil, fmt.Errorf("a virtual dataset cannot turn axis %d around", axis)
		}
	}
	return region, nil
}

// Shape returns the shape of what is selected.
func (s *VirtualSource) Shape() Shape { return s.region.Shape() }

// A VirtualLayout is the plan of a virtual dataset: which part of it shows which
// source. h5py's VirtualLayout.
//
//	layout := h5.NewVirtualLayout(h5.Float64, h5.Shape{4, 100})
//	for i := range 4 {
//		source := h5.NewVirtualSource(fmt.Sprintf("%d.h5", i), "data", h5.Shape{100})
//		err := layout.Map(source, i)
//	}
//	d, err := f.CreateVirtualDataset("all", layout, h5.Fill(-1))
type VirtualLayout struct {
	dtype AnyType
	shape Shape
	most  MaxShape
	maps  []virtualMap
}

type virtualMap struct {
	region nd.Region
	source *VirtualSource
}

// NewVirtualLayout begins a plan for elements of a type, a shape, and, if axes can
// grow, a [MaxShape]. An axis that is unlimited in the layout and in a source, and is
// selected to its end in both, grows with the source.
func NewVirtualLayout(dtype AnyType, shape Shape, most ...MaxShape) *VirtualLayout {
	v := &VirtualLayout{dtype: dtype, shape: slices.Clone(shape)}
	if len(most) > 0 {
		v.most = slices.Clone(most[0])
	}
	return v
}

// Map shows a source at a selection of the virtual dataset, given as for
// [Dataset.Read], all of it without one. The two have equally many elements; axes of
// length 1 do not count.
func (v *VirtualLayout) Map(source *VirtualSource, selection ...any) error {
	if source == nil {
		return errors.New("map a virtual source: there is none")
	}
	wrong := func(err error) error { return fmt.Errorf("map %s of %s: %w", source.name, source.file, err) }
	if source.failed != nil {
		return wrong(source.failed)
	}
	region, err := regionFor(v.shape, selection)
	if err != nil {
		return wrong(err)
	}
	open := openAxes(v.shape, v.most, region)
	if len(open) == 0 && !slices.Equal(trim(region.Shape()), trim(source.region.Shape())) {
		return wrong(fmt.Errorf("the source has shape %v and the selection has %v", source.Shape(), Shape(region.Shape())))
	}
	if source.numbered() && len(open) != 1 {
		return wrong(errors.New("a source with a %b goes along the one unlimited axis of the layout, which must be selected to its end"))
	}
	v.maps = append(v.maps, virtualMap{region, source})
	return nil
}

func (s *VirtualSource) numbered() bool {
	return strings.Contains(strings.ReplaceAll(s.file+s.name, "%%", ""), "%b")
}

// openAxes returns the axes that are unlimited and selected to their end.
func openAxes(shape Shape, most MaxShape, region nd.Region) []int {
	var open []int
	for axis, s := range region {
		if axis < len(most) && most[axis] == Unlimited && !s.Drop && (s.Count == 0 || s.Start+s.Count*s.Step >= shape[axis]) {
			open = append(open, axis)
		}
	}
	return open
}

// CreateVirtualDataset makes a dataset that shows parts of others and holds nothing
// itself. What no source covers, and sources that are missing, are read as the [Fill]
// value. H5Pset_virtual; collective in a parallel file.
func (g *Group) CreateVirtualDataset(name string, v *VirtualLayout, options ...DatasetOption) (*Dataset, error) {
	full := g.within(name)
	if v == nil {
		return nil, g.error("create dataset", full, errors.New("there is no layout"))
	}
	leave, err := g.enter("create dataset", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	var l layout
	for _, o := range options {
		if o != nil {
			o.apply(&l)
		}
	}
	l.shape, l.storage.maxShape, l.storage.virtual = v.shape, v.most, v.in(g.file)
	l.typ = v.dtype
	return g.createDataset(name, l)
}

// in is the layout of a dataset in a file: sources in that file are found there by
// whatever name it gets.
func (v *VirtualLayout) in(f *File) *VirtualLayout {
	own, err := filepath.Abs(f.handle.path)
	if err != nil {
		return v
	}
	layout := *v
	layout.maps = slices.Clone(v.maps)
	for i, m := range layout.maps {
		if m.source.of == own {
			source := *m.source
			source.file = "."
			layout.maps[i].source = &source
		}
	}
	return &layout
}

// set adds the mappings to a dataset creation property list.
func (v *VirtualLayout) set(lib *library, plist int64) error {
	c := &lib.c
	for _, m := range v.maps {
		s := m.source
		block := 0
		if s.numbered() {
			if block = 1; len(s.region) > 0 {
				block = max(s.region[0].Count, 1)
			}
			if open := openAxes(v.shape, v.most, m.region); len(open) == 1 && len(s.region) == len(v.shape) {
				block = max(s.region[open[0]].Count, 1)
			} else if len(s.region) < len(v.shape) {
				block = 1
			}
		}
		target, err := lib.virtualSpace(v.shape, v.most, m.region, block)
		if err != nil {
			return err
		}
		source, err := lib.virtualSpace(s.shape, s.most, s.region, 0)
		if err != nil {
			c.sClose.Call(dl.Int(target))
			return err
		}
		// herr_t H5Pset_virtual(hid_t dcpl, hid_t space, const char *file, const char *dataset, hid_t source_space)
		err = lib.set(plist, "VirtualLayout", lib.d.setVirtual, dl.Int(target), dl.Str(s.file), dl.Str(s.name), dl.Int(source))
		c.sClose.Call(dl.Int(target))
		c.sClose.Call(dl.Int(source))
		if err != nil {
			return err
		}
	}
	return nil
}

// virtualSpace makes a dataspace with a region selected. A block other than 0 is what
// repeats without an end along the open axis.
func (l *library) virtualSpace(shape Shape, most MaxShape, region nd.Region, block int) (int64, error) {
	space := (&storage{maxShape: most}).space(l, shape)
	if space < 0 {
		return 0, errors.New("HDF5 refuses the shape of a virtual dataset")
	}
	if len(shape) == 0 {
		return space, nil
	}
	n := len(shape)
	numbers := make([]uint64, 4*n)
	start, stride, count, blocks := numbers[:n], numbers[n:2*n], numbers[2*n:3*n], numbers[3*n:]
	for axis, s := range region {
		start[axis], stride[axis], count[axis], blocks[axis] = uint64(s.Start), uint64(max(s.Step, 1)), uint64(s.Count), 1
	}
	for _, axis := range openAxes(shape, most, region) {
		count[axis] = unlimited
		if block > 0 {
			stride[axis], blocks[axis] = uint64(block), uint64(block)
		}
	}
	// herr_t H5Sselect_hyperslab(hid_t, H5S_seloper_t set, const hsize_t *start, *stride, *count, *block)
	if int32(l.c.sHyperslab.Call(dl.Int(space), dl.Int(0), dl.Slice(start), dl.Slice(stride), dl.Slice(count), dl.Slice(blocks))) < 0 {
		l.c.sClose.Call(dl.Int(space))
		return 0, errors.New("HDF5 refuses a selection of a virtual dataset")
	}
	return space, nil
}

// A VirtualMapping is one part of a virtual dataset: h5py's VDSmap. A Count of
// [Unlimited] in a region has no end. A nil region is a selection that is no regular
// one, or everything.
type VirtualMapping struct {
	File, Dataset  string
	Region, Source nd.Region
}

// VirtualSources returns what a virtual dataset shows, nil for another dataset.
// H5Pget_virtual_filename and its kin.
func (d *Dataset) VirtualSources() ([]VirtualMapping, error) {
	const op = "look at the sources of"
	if d.Layout() != Virtual {
		return nil, nil
	}
	var all []VirtualMapping
	err := d.creation(op, func(l *library, plist int64) error {
		var n uint64
		// herr_t H5Pget_virtual_count(hid_t, size_t *n)
		if int32(l.d.virtualCount.Call(dl.Int(plist), dl.Ptr(&n))) < 0 {
			return d.fail(op, d.path)
		}
		for i := range int(n) {
			m := VirtualMapping{File: l.virtualText(l.d.virtualFile, plist, i), Dataset: l.virtualText(l.d.virtualName, plist, i)}
			m.Region = l.regionOf(int64(l.d.virtualSpace.Call(dl.Int(plist), dl.Int(i))))  // hid_t H5Pget_virtual_vspace(hid_t, size_t)
			m.Source = l.regionOf(int64(l.d.virtualSource.Call(dl.Int(plist), dl.Int(i)))) // hid_t H5Pget_virtual_srcspace(hid_t, size_t)
			all = append(all, m)
		}
		return nil
	})
	return all, err
}

// virtualText calls ssize_t H5Pget_virtual_filename(hid_t, size_t index, char *name, size_t room).
func (l *library) virtualText(f dl.Func, plist int64, i int) string {
	n := int64(f.Call(dl.Int(plist), dl.Int(i), dl.Null, dl.Int(0)))
	if n <= 0 {
		return ""
	}
	name := make([]byte, n+1)
	f.Call(dl.Int(plist), dl.Int(i), dl.Slice(name), dl.Int(len(name)))
	return dl.Text(name)
}

// regionOf reads the hyperslab selected in a dataspace, and closes it.
func (l *library) regionOf(space int64) nd.Region {
	if space < 0 {
		return nil
	}
	defer l.c.sClose.Call(dl.Int(space))
	n := int(int32(l.c.sNDims.Call(dl.Int(space))))
	const hyperslabs = 2 // H5S_SEL_HYPERSLABS
	if n <= 0 || int32(l.d.selType.Call(dl.Int(space))) != hyperslabs || int32(l.d.isRegular.Call(dl.Int(space))) <= 0 {
		return nil
	}
	numbers := make([]uint64, 4*n)
	start, stride, count, block := numbers[:n], numbers[n:2*n], numbers[2*n:3*n], numbers[3*n:]
	// herr_t H5Sget_regular_hyperslab(hid_t, hsize_t *start, *stride, *count, *block)
	if int32(l.d.regular.Call(dl.Int(space), dl.Slice(start), dl.Slice(stride), dl.Slice(count), dl.Slice(block))) < 0 {
		return nil
	}
	region := make(nd.Region, n)
	for axis := range region {
		s := nd.Span{Start: int(start[axis]), Step: int(stride[axis]), Count: int(count[axis])}
		switch {
		case count[axis] == 1:
			s.Step, s.Count = 1, int(block[axis])
		case count[axis] == unlimited:
			s.Count = Unlimited
		case block[axis] != 1 && block[axis] != stride[axis]:
			return nil
		case block[axis] != 1:
			s.Step, s.Count = 1, int(count[axis]*block[axis])
		}
		if block[axis] == unlimited {
			s.Count = Unlimited
		}
		region[axis] = s
	}
	return region
}
