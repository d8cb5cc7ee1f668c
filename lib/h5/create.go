package h5

import (
	"errors"
	"fmt"
	"math"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A DatasetOption says how a dataset is laid out: a [Shape], [Chunks], [Gzip],
// [Shuffle], [Fill].
type DatasetOption interface{ apply(*layout) }

type layout struct {
	shape   Shape
	chunks  Chunks
	gzip    int
	shuffle bool
	fill    any  // nil if none is given
	exact   bool // of RequireDataset

	trackOrder, trackTimes bool
	typ                    AnyType // of the elements
	null                   bool    // without a shape and without elements

	storage storage
}

func (s Shape) apply(l *layout) { l.shape = s }

// Chunks is the shape of the pieces that a dataset is stored in, one length an
// axis. Without it the dataset is contiguous, which is fastest for reading and
// writing large parts.
type Chunks []int

// String returns the lengths in parentheses.
func (c Chunks) String() string { return Shape(c).String() }

func (c Chunks) apply(l *layout) { l.chunks = c }

// Gzip compresses each chunk, with a level from 1 (fast) to 9 (small); 4 is
// usual. Without [Chunks] their shape is chosen. Large parts are compressed and
// decompressed by all processors at once.
type Gzip int

func (z Gzip) apply(l *layout) { l.gzip = int(z) }

// apply lets a type be an option of CreateDatasetFrom.
func (t *Type) apply(l *layout) { l.typ = t }

// apply lets a committed type be an option of CreateDatasetFrom.
func (n *NamedType) apply(l *layout) { l.typ = n }

type elements struct{ AnyType }

func (e elements) apply(l *layout) { l.typ = e.AnyType }

// Elements says what [Group.CreateDatasetFrom] stores the values as, if not as what
// they are in Go: h5.Elements(h5.Float32). A *[Type] is such an option itself.
// h5py's dtype=.
func Elements(t AnyType) DatasetOption { return elements{t} }

type shuffle struct{}

func (shuffle) apply(l *layout) { l.shuffle = true }

// Shuffle reorders the bytes in each chunk so that they compress better.
var Shuffle DatasetOption = shuffle{}

// Fill is the value of elements that have not been written, 0 without it.
type Fill float64

func (v Fill) apply(l *layout) { l.fill = float64(v) }

// CreateDataset makes a dataset of elements of a type (h5.Int32, h5.Text, what
// [TypeFor] makes of a Go struct ...), and the groups on the way to it that are
// missing. Without a [Shape] it holds one element. Nothing is written but the fill value.
// H5Dcreate2; collective in a parallel file.
//
//	d, err := f.CreateDataset("test", h5.Int32, h5.Shape{42}, h5.Chunks{6}, h5.Gzip(4))
func (g *Group) CreateDataset(name string, t AnyType, options ...DatasetOption) (*Dataset, error) {
	full := g.within(name)
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
	l.typ = t
	return g.createDataset(name, l)
}

// CreateDatasetFrom makes a dataset with the type, the shape and the values of
// data, as h5py's data= does. Data is what nd.From takes: numbers, slices, arrays,
// slices of these, nd.Array, gonum matrices; a Shape among the options reshapes
// it. Or it is made of what [TypeFor] knows a type for, such as []string or slices
// of structs; the slices and arrays around these are the axes. A *[Type] among the
// options says what they are stored as, and [Empty] makes a dataset without
// elements. In a parallel file all ranks pass the same data and rank 0 writes it; to
// write from all ranks use [Group.CreateDataset] and [Dataset.Write].
func (g *Group) CreateDatasetFrom(name string, data any, options ...DatasetOption) (*Dataset, error) {
	full := g.within(name)
	var l layout
	for _, o := range options {
		if o != nil {
			o.apply(&l)
		}
	}
	if l.typ != nil || !numeric(data) || named(data) {
		return g.createFromElements(name, data, l)
	}
	a, err := nd.From(data)
	if err != nil {
		return nil, g.error("create dataset", full, err)
	}
	if l.shape == nil {
		l.shape = a.Shape()
	}
	if a, err = a.Reshape(l.shape...); err != nil {
		return nil, g.error("create dataset", full, err)
	}
	leave, err := g.enter("create dataset", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	l.shape, l.typ = a.Shape(), a.DType()
	d, err := g.createDataset(name, l)
	if err != nil {
		return nil, err
	}
	p := plan{region: whole(d.extent()), shape: d.extent(), source: a.Contiguous()}
	if f := g.file; f.parallel {
		p.collective = len(d.chunks) > 0
		p.nothing = f.comm.Rank() != 0
	}
	if err := d.transfer("write", p, true); err != nil {
		if !g.file.parallel {
			// A dataset with half of its values helps nobody.
			g.unlink(name)
		}
		return nil, err
	}
	return d, nil
}

// createDataset does the work. The lock is held.
func (g *Group) createDataset(name string, l layout) (*Dataset, error) {
	const op = "create dataset"
	full := g.within(name)
	t, err := typeOf(l.typ)
	if err == nil {
		err = l.check(t)
	}
	if err != nil {
		return nil, g.error(op, full, err)
	}
	if err := g.mayAdd(op, name); err != nil {
		return nil, err
	}
	g.file.cleanSpace(&l, t)
	lib := g.file.lib
	c := &lib.c
	plist, err := lib.creationList(&l, t)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	defer c.pClose.Call(dl.Int(plist))
	space := l.storage.space(lib, l.shape)
	if l.null {
		c.sClose.Call(dl.Int(space))
		space = int64(c.sCreate.Call(dl.Int(spaceNull)))
	}
	if space < 0 {
		return nil, g.fail(op, full)
	}
	defer c.sClose.Call(dl.Int(space))
	access, done, err := l.storage.access.list(lib)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	defer done()
	disk, release, err := g.file.diskID(l.typ)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	defer release()
	// hid_t H5Dcreate2(hid_t loc, const char *name, hid_t type, hid_t space, hid_t lcpl, hid_t dcpl, hid_t dapl)
	id := int64(g.file.call(c.dCreate, dl.Int(g.id), dl.Str(name), dl.Int(disk), dl.Int(space), dl.Int(lib.linkPlist), dl.Int(plist), dl.Int(access)))
	if id < 0 {
		return nil, g.fail(op, full)
	}
	g.file.note(id)
	return g.newDataset(op, id, full)
}

// check finds what is wrong with a layout, and completes it.
func (l *layout) check(t *Type) error {
	if len(l.shape) > maxRank {
		return fmt.Errorf("%d axes are more than HDF5's %d", len(l.shape), maxRank)
	}
	bytes := max(t.size, 1)
	for axis, n := range l.shape {
		if n < 0 {
			return fmt.Errorf("length %d of axis %d in shape %v is negative", n, axis, l.shape)
		}
		// HDF5 computes this too, and does not notice when it overflows.
		if n > 0 && bytes > math.MaxInt/n {
			return fmt.Errorf("shape %v of %v is larger than any file can be", l.shape, t)
		}
		bytes *= max(n, 1)
	}
	if l.gzip < 0 || l.gzip > 9 {
		return fmt.Errorf("gzip level %d is not between 1 and 9", l.gzip)
	}
	if err := l.storage.check(l, t); err != nil {
		return err
	}
	if l.chunks == nil {
		return nil
	}
	if len(l.chunks) != len(l.shape) {
		return fmt.Errorf("chunks %v have %d axes and the shape %v has %d", Shape(l.chunks), len(l.chunks), l.shape, len(l.shape))
	}
	if len(l.shape) == 0 {
		l.chunks = nil
		return nil
	}
	for axis, n := range l.chunks {
		if most, limited := l.storage.limit(axis, l.shape[axis]); n < 1 || limited && n > most {
			return fmt.Errorf("chunks %v do not fit shape %v: length %d of axis %d", Shape(l.chunks), l.shape, n, axis)
		}
	}
	return nil
}

// chooseChunks halves the longest axis until a chunk has at most 1 MiB, the size
// of HDF5's cache for chunks.
func chooseChunks(shape Shape, size int) Chunks {
	chunks := make(Chunks, len(shape))
	bytes := size
	for axis, n := range shape {
		chunks[axis] = max(n, 1)
		bytes *= chunks[axis]
	}
	for bytes > 1<<20 {
		longest := 0
		for axis, n := range chunks {
			if n > chunks[longest] {
				longest = axis
			}
		}
		if chunks[longest] == 1 {
			break
		}
		bytes /= chunks[longest]
		chunks[longest] = (chunks[longest] + 1) / 2
		bytes *= chunks[longest]
	}
	return chunks
}

// creationList makes the dataset creation property list.
func (lib *library) creationList(l *layout, t *Type) (int64, error) {
	c := &lib.c
	plist := int64(c.pCreate.Call(dl.Int(lib.datasetCreate)))
	if plist < 0 {
		return 0, errors.New("H5Pcreate failed")
	}
	// Without times of day in it the same program writes the same file.
	ok := int32(c.pTimes.Call(dl.Int(plist), dl.Bool(l.trackTimes))) >= 0
	if l.trackOrder {
		ok = ok && int32(lib.f.setAttrOrder.Call(dl.Int(plist), dl.Int(creationTracked|creationIndexed))) >= 0 // herr_t H5Pset_attr_creation_order(hid_t, unsigned flags)
	}
	if l.chunks != nil {
		dims := lengths(l.chunks)
		ok = ok && int32(c.pChunk.Call(dl.Int(plist), dl.Int(len(dims)), dl.Slice(dims))) >= 0 // herr_t H5Pset_chunk(hid_t, int ndims, const hsize_t *dims)
	}
	if err := l.storage.before(lib, plist); err != nil {
		c.pClose.Call(dl.Int(plist))
		return 0, err
	}
	if l.shuffle {
		ok = ok && int32(c.pShuffle.Call(dl.Int(plist))) >= 0 // herr_t H5Pset_shuffle(hid_t)
	}
	if l.gzip > 0 {
		if int32(c.zAvailable.Call(dl.Int(filterDeflate))) <= 0 { // htri_t H5Zfilter_avail(H5Z_filter_t)
			c.pClose.Call(dl.Int(plist))
			return 0, fmt.Errorf("%s was built without gzip; leave out h5.Gzip or use another library (%s)", lib.info.Path, Setting)
		}
		ok = ok && int32(c.pDeflate.Call(dl.Int(plist), dl.Int(l.gzip))) >= 0 // herr_t H5Pset_deflate(hid_t, unsigned level)
	}
	if err := l.storage.after(lib, plist); err != nil {
		c.pClose.Call(dl.Int(plist))
		return 0, err
	}
	if l.fill != nil {
		dtype := t.number()
		v, err := nd.From(l.fill)
		if err == nil && (dtype == nd.Invalid || t.class == ClassEnum || t.class == ClassBitfield) {
			err = fmt.Errorf("a number does not go with elements of the type %v", t)
		}
		if err == nil {
			v, err = v.Exact(dtype)
		}
		if err != nil {
			c.pClose.Call(dl.Int(plist))
			return 0, fmt.Errorf("fill value: %w", err)
		}
		ok = ok && int32(c.pFill.Call(dl.Int(plist), dl.Int(lib.native[dtype]), dl.Slice(v.Bytes()))) >= 0 // herr_t H5Pset_fill_value(hid_t, hid_t type, const void *value)
	}
	if !ok {
		c.pClose.Call(dl.Int(plist))
		return 0, errors.New("HDF5 refuses the layout")
	}
	return plist, nil
}

// newSpace makes a dataspace.
func (lib *library) newSpace(shape []int) int64 {
	if len(shape) == 0 {
		return int64(lib.c.sCreate.Call(dl.Int(spaceScalar))) // hid_t H5Screate(H5S_class_t)
	}
	dims := lengths(shape)
	return int64(lib.c.sSimple.Call(dl.Int(len(dims)), dl.Slice(dims), dl.Null)) // hid_t H5Screate_simple(int rank, const hsize_t *dims, const hsize_t *maxdims)
}

func lengths(shape []int) []uint64 {
	dims := make([]uint64, len(shape))
	for i, n := range shape {
		dims[i] = uint64(n)
	}
	return dims
}
