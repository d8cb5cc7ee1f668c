package h5

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A plan is a transfer between memory and a part of a dataset.
type plan struct {
	region     nd.Region // what is selected, if that is a box, walked forwards
	cut        *cut      // in its place, anything else
	shape      []int     // of what is selected
	of         []int     // of the dataset when a cut was worked out
	source     *nd.Array // contiguous memory, in the order of the region; nil if there is nothing to transfer
	raw        []byte    // in its place, elements that are not plain numbers
	rawType    int64     // what they are: a datatype of memory
	collective bool
	nothing    bool // take part in a collective transfer without data
	allocates  bool // HDF5 makes strings and sequences of its own for what it reads
	called     bool // HDF5 has been called
}

// whole selects everything.
func whole(shape []int) nd.Region {
	region := make(nd.Region, len(shape))
	for axis, n := range shape {
		region[axis] = nd.Span{Step: 1, Count: n}
	}
	return region
}

// len returns the number of elements that are selected.
func (p plan) len() int { return product(p.shape) }

// fits reports whether what is selected is there in a dataset of a shape: it may have
// been resized since the plan was made.
func (p plan) fits(shape []int) bool {
	if p.cut != nil {
		return p.of == nil || slices.Equal(p.of, shape)
	}
	for axis, s := range p.region {
		if s.Count > 0 && s.Start+(s.Count-1)*s.Step >= shape[axis] {
			return false
		}
	}
	return true
}

// prepare reads the arguments after the data: a selection, and what says how it is
// meant and transferred. It reports the transfer mode even if the rest is wrong,
// because a rank must take part in a collective transfer to which it has nothing to
// give.
func (d *Dataset) prepare(arguments []any) (p plan, err error) {
	if d.collective {
		// One among the arguments comes later, and counts.
		arguments = append([]any{Collective}, arguments...)
	}
	d.upToDate()
	shape := d.extent()
	if region := quickRegion(shape, arguments); region != nil {
		return plan{region: region, shape: region.Shape()}, nil
	}
	selection, how, err := selectionOf(arguments)
	p.collective = how.transfer == Collective && d.file.parallel
	if err != nil {
		return p, err
	}
	choice, err := selection.Choose(shape)
	if choice != nil && (err == nil || how.outer) {
		// That lists cannot be broadcast against each other does not matter to Outer.
		err = checkPoints(choice, how.outer)
	}
	if err != nil {
		return p, err
	}
	if region, ok := regionOf(choice); ok {
		p.region, p.shape = region, choice.Shape()
		return p, nil
	}
	p.cut = newCut(choice, shape, how.outer)
	p.shape, p.of = p.cut.result, shape
	return p, nil
}

// A manner is what the arguments beside the selection say.
type manner struct {
	transfer Transfer
	outer    bool
}

// selectionOf sorts the arguments. It reports the transfer mode even if the rest is
// wrong.
func selectionOf(arguments []any) (selection nd.Selection, how manner, err error) {
	for _, argument := range arguments {
		switch v := argument.(type) {
		case Transfer:
			how.transfer = v
		case ListMeaning:
			how.outer = v == Outer
		case string:
			parsed, e := nd.Parse(v)
			if e != nil && err == nil {
				err = e
			}
			selection = append(selection, parsed...)
		case nd.Index:
			selection = append(selection, v)
		case nd.Selection:
			selection = append(selection, v...)
		case []nd.Index:
			selection = append(selection, v...)
		default:
			if i, ok := integer(argument); ok {
				selection = append(selection, nd.I(i))
				continue
			}
			lists, e := nd.Select(argument) // slices and arrays of integers and bools
			if e != nil && err == nil {
				err = fmt.Errorf("a %T does not select anything; write text such as \"0:10, :\", integers, nd.R(0, 10), lists, masks ... or h5.Collective", argument)
			}
			selection = append(selection, lists...)
		}
	}
	return selection, how, err
}

func integer(v any) (int, bool) {
	value := reflect.ValueOf(v)
	switch {
	case value.CanInt():
		return int(value.Int()), true
	case value.CanUint():
		return int(min(value.Uint(), math.MaxInt)), true // outside of any axis
	}
	return 0, false
}

// pieceSize is the most that a rank reads or writes independently in one call:
// the C int that MPI counts bytes with ends at 2 GiB.
var pieceSize = 1 << 30

// transfer moves the data. The lock is held.
func (d *Dataset) transfer(op string, p plan, write bool) error {
	if p.source != nil && p.raw == nil {
		p.raw = p.source.Bytes()
		p.rawType = d.file.lib.native[p.source.DType()]
	}
	if len(p.raw) == 0 {
		if !p.collective {
			return nil
		}
		p.nothing = true
	}
	if p.nothing && !p.collective {
		return nil
	}
	if d.file.parallel && !p.collective && len(p.raw) > pieceSize && p.cut == nil && p.len() > 1 {
		for _, half := range p.halves() {
			if err := d.transfer(op, half, write); err != nil {
				return err
			}
		}
		return nil
	}
	d.renew()
	if !p.nothing && !p.fits(d.extent()) {
		return d.error(op, d.path, errResized)
	}
	if d.inflates(p, write) {
		if write {
			return d.writeDeflated(op, p)
		}
		if d.readDeflated(p) {
			return nil
		}
	}
	if p.cut == nil && !p.nothing && !write && !p.collective && !p.allocates && len(p.region) > 0 && scattered(p.region, d.extent(), len(p.raw)/p.len()) {
		p.cut = cutOf(p.region, d.extent())
	}
	if p.cut != nil && !p.nothing {
		return d.transferCut(op, p, write)
	}
	return d.transferPiece(op, p, write)
}

// halves splits a transfer in two.
func (p plan) halves() []plan {
	axis := p.outermost()
	n := p.region[axis].Count
	return []plan{p.part(axis, 0, n/2), p.part(axis, n/2, n)}
}

// outermost returns the first axis of which more than one place is selected: what
// belongs to one place of it is together in memory. It is -1 if there is none.
func (p plan) outermost() int {
	return slices.IndexFunc(p.region, func(s nd.Span) bool { return s.Count > 1 })
}

// part is the transfer of the places from one up to another of the outermost axis.
func (p plan) part(axis, from, to int) plan {
	span := p.region[axis]
	part := p
	part.region = slices.Clone(p.region)
	part.region[axis].Start, part.region[axis].Count = span.Start+from*span.Step, to-from
	part.shape = part.region.Shape()
	each := len(p.raw) / span.Count
	part.raw = p.raw[from*each : to*each]
	return part
}

// transferPiece calls HDF5.
func (d *Dataset) transferPiece(op string, p plan, write bool) error {
	lib := d.file.lib
	c := &lib.c
	fileSpace, memorySpace, err := d.spaces(op, p)
	if err != nil {
		return err
	}
	list := lib.independent
	if p.collective {
		list = lib.collective
	}
	var failed error
	if write && d.file.parallel && p.collective && !p.nothing {
		var done func()
		p.raw, p.rawType, done, failed = d.converted(p)
		defer done()
		if failed != nil {
			// The other ranks wait for this one.
			p.nothing = true
			if fileSpace, memorySpace, err = d.spaces(op, p); err != nil {
				return err
			}
		}
	}
	memory, data := p.rawType, dl.Slice(p.raw)
	if p.nothing {
		// The type does not matter, but there must be one that converts.
		memory, data = int64(c.dType.Call(dl.Int(d.id))), dl.Null
		defer c.tClose.Call(dl.Int(memory))
	}
	function := c.dRead
	if write {
		function = c.dWrite
	}
	// herr_t H5Dread(hid_t dataset, hid_t memory_type, hid_t memory_space, hid_t file_space, hid_t dxpl, void *buffer)
	// herr_t H5Dwrite(the same, const void *buffer)
	if int32(d.file.call(function, dl.Int(d.id), dl.Int(memory), dl.Int(memorySpace), dl.Int(fileSpace), dl.Int(list), data)) < 0 {
		return d.failData(op)
	}
	return failed
}

// spaces returns the dataspaces for the file and for memory, which the library keeps;
// 0 and 0 (H5S_ALL) if everything is transferred.
func (d *Dataset) spaces(op string, p plan) (fileSpace, memorySpace int64, err error) {
	lib := d.file.lib
	c := &lib.c
	if !p.nothing && everything(p.region, d.extent()) {
		return 0, 0, nil
	}
	n := len(d.extent())
	start, stride, count, dims := lib.spaces.room(n)
	for axis, k := range d.extent() {
		dims[axis] = uint64(k)
	}
	if p.nothing {
		return d.noSpaces(op, dims)
	}
	if fileSpace = lib.spaces.file.get(lib, dims); fileSpace < 0 {
		return 0, 0, d.fail(op, d.path)
	}
	for axis, s := range p.region {
		start[axis], stride[axis], count[axis] = uint64(max(s.Start, 0)), uint64(s.Step), uint64(s.Count)
	}
	if memorySpace = lib.spaces.memory.get(lib, count); memorySpace < 0 {
		return 0, 0, d.fail(op, d.path)
	}
	// herr_t H5Sselect_hyperslab(hid_t, H5S_seloper_t set, const hsize_t *start, *stride, *count, *block)
	if int32(c.sHyperslab.Call(dl.Int(fileSpace), dl.Int(0), dl.Slice(start), dl.Slice(stride), dl.Slice(count), dl.Null)) < 0 {
		return 0, 0, d.fail(op, d.path)
	}
	return fileSpace, memorySpace, nil
}

// noSpaces are the dataspaces of a rank without anything to transfer: cached ones, in
// which the next transfer selects anew.
func (d *Dataset) noSpaces(op string, dims []uint64) (fileSpace, memorySpace int64, err error) {
	lib := d.file.lib
	if len(dims) == 0 {
		if lib.spaces.scalar == 0 {
			lib.spaces.scalar = lib.newSpace(nil)
		}
		fileSpace = lib.spaces.scalar
	} else {
		fileSpace = lib.spaces.file.get(lib, dims)
	}
	if fileSpace < 0 || int32(lib.c.sNone.Call(dl.Int(fileSpace))) < 0 { // herr_t H5Sselect_none(hid_t)
		return 0, 0, d.fail(op, d.path)
	}
	// Nothing of one shape is as good as nothing of another.
	return fileSpace, fileSpace, nil
}

func everything(region nd.Region, shape []int) bool {
	for axis, s := range region {
		if s.Count != shape[axis] {
			return false
		}
	}
	return true
}
