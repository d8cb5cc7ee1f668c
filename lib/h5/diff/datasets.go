package diff

import (
	"fmt"
	"iter"
	"slices"

	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/nd"
)

// slabBytes is how much of a dataset is in memory at a time.
const slabBytes = 16 << 20

// datasets compares two datasets, from the outside to the inside.
func (c *comparison) datasets(path string, a, b *h5.Dataset) {
	s, t := a.Type(), b.Type()
	switch {
	case s == nil || t == nil:
		c.fail(path, fmt.Errorf("HDF5 cannot tell the type"))
		return
	case !comparable(s, t):
		c.differ(path, "type %v and %v", s, t)
		return
	case a.IsNull() != b.IsNull() || !slices.Equal(a.Shape(), b.Shape()):
		c.differ(path, "shape %s and %s", extent(a), extent(b))
		return
	}
	if c.Storage {
		c.storage(path, a, b)
	}
	if a.Len() == 0 {
		return
	}
	found := &tally{comparison: c, shape: a.Shape()}
	pieces, err := slabs(a)
	if err != nil {
		c.fail(path, err)
		return
	}
	for slab := range pieces {
		x, errA := a.Value(slab)
		y, errB := b.Value(slab)
		if errA != nil || errB != nil {
			c.fail(path, firstError(errA, errB))
			return
		}
		found.start = starts(slab, a.Shape())
		found.values(x, y, s, [2]*h5.File{a.File(), b.File()})
	}
	found.report(path)
}

// slabs goes over a dataset so that each chunk is read once.
func slabs(d *h5.Dataset) (iter.Seq[nd.Selection], error) {
	if d.Chunks() != nil {
		return d.ChunksIn()
	}
	if d.DType() == nd.Invalid {
		return d.Slabs(slabBytes / 16), nil // what is no number takes more memory than file
	}
	return d.Slabs(slabBytes), nil
}

// starts are the places at which a selection of ranges begins, and its lengths.
func starts(s nd.Selection, shape []int) []nd.Span {
	region, err := s.Resolve(shape)
	if err != nil {
		return nil
	}
	return region
}

func extent(d *h5.Dataset) string {
	if d.IsNull() {
		return "without elements"
	}
	return d.Shape().String()
}

// storage compares what does not change the values.
func (c *comparison) storage(path string, a, b *h5.Dataset) {
	for _, pair := range [][3]any{
		{"type", a.Type(), b.Type()},
		{"largest shape", a.MaxShape(), b.MaxShape()},
		{"layout", a.Layout(), b.Layout()},
		{"chunks", h5.Shape(a.Chunks()), h5.Shape(b.Chunks())},
		{"filters", filters(a), filters(b)},
	} {
		if x, y := fmt.Sprint(pair[1]), fmt.Sprint(pair[2]); x != y {
			c.differ(path, "%v %s and %s", pair[0], x, y)
		}
	}
}

func filters(d *h5.Dataset) []string {
	var words []string
	for _, f := range d.Filters() {
		words = append(words, fmt.Sprint(f.Name, f.Parameters))
	}
	return words
}

// comparable reports whether elements of two types can be equal: numbers of one kind,
// text of any form, the same names of enumerations, compounds of the same fields.
func comparable(s, t *h5.Type) bool {
	if s.Class() != t.Class() {
		return false
	}
	switch s.Class() {
	case h5.ClassCompound:
		x, y := s.Fields(), t.Fields()
		return slices.EqualFunc(x, y, func(f, g h5.Field) bool { return f.Name == g.Name && comparable(f.Type, g.Type) })
	case h5.ClassArray:
		return slices.Equal(s.Dims(), t.Dims()) && comparable(s.Base(), t.Base())
	case h5.ClassVlen, h5.ClassComplex:
		return comparable(s.Base(), t.Base())
	case h5.ClassEnum:
		return slices.Equal(sorted(s.Members()), sorted(t.Members()))
	case h5.ClassOpaque:
		return s.Size() == t.Size() && s.Tag() == t.Tag()
	case h5.ClassReference:
		return s.Region() == t.Region()
	}
	return true
}

func sorted(members []h5.Member) []h5.Member {
	slices.SortFunc(members, func(a, b h5.Member) int { return int(min(max(a.Value-b.Value, -1), 1)) })
	return members
}

// attributes compares the attributes of two objects.
func (c *comparison) attributes(path string, a, b h5.Node) {
	if c.NoAttributes {
		return
	}
	x, y := a.Attrs(), b.Attrs()
	first, second := x.Keys(), y.Keys()
	slices.Sort(first)
	slices.Sort(second)
	for _, name := range union(first, second) {
		label := path + " @" + name
		_, inA := slices.BinarySearch(first, name)
		_, inB := slices.BinarySearch(second, name)
		switch {
		case !inB:
			c.differ(label, "only in %s", c.names[0])
		case !inA:
			c.differ(label, "only in %s", c.names[1])
		default:
			c.attribute(label, name, a, b)
		}
	}
}

func (c *comparison) attribute(label, name string, a, b h5.Node) {
	s, errA := a.Attrs().Type(name)
	t, errB := b.Attrs().Type(name)
	if err := firstError(errA, errB); err != nil {
		c.fail(label, err)
		return
	}
	if !comparable(s, t) {
		c.differ(label, "type %v and %v", s, t)
		return
	}
	shapeA, errA := a.Attrs().Shape(name)
	shapeB, errB := b.Attrs().Shape(name)
	if err := firstError(errA, errB); err != nil {
		c.fail(label, err)
		return
	}
	x, errA := a.Attrs().Get(name)
	y, errB := b.Attrs().Get(name)
	if err := firstError(errA, errB); err != nil {
		c.fail(label, err)
		return
	}
	_, nullA := x.(h5.Null)
	_, nullB := y.(h5.Null)
	switch {
	case nullA != nullB || !slices.Equal(shapeA, shapeB):
		c.differ(label, "shape %v and %v", shapeA, shapeB)
		return
	case nullA:
		return
	}
	if c.Storage && s.String() != t.String() {
		c.differ(label, "type %v and %v", s, t)
	}
	region := make([]nd.Span, len(shapeA))
	for i, n := range shapeA {
		region[i] = nd.Span{Step: 1, Count: n}
	}
	found := &tally{comparison: c, shape: shapeA, start: region}
	found.values(x, y, s, [2]*h5.File{files(a), files(b)})
	found.report(label)
}

func files(node h5.Node) *h5.File {
	if in, ok := node.(interface{ File() *h5.File }); ok {
		return in.File()
	}
	return nil
}

// report tells what was found, if anything.
func (t *tally) report(path string) {
	if t.count == 0 {
		return
	}
	n := 1
	for _, k := range t.shape {
		n *= k
	}
	d := Difference{Path: path, Values: t.listed}
	switch {
	case n == 1:
		d.What, d.Values = t.first, nil
	case t.worst > 0:
		d.What = fmt.Sprintf("%s of %s elements differ, the most by %s at %s", quantity.Number(int64(t.count)), quantity.Number(int64(n)), numberText(t.worst), t.worstAt)
	default:
		d.What = fmt.Sprintf("%s of %s elements differ, first %s", quantity.Number(int64(t.count)), quantity.Number(int64(n)), t.firstAt+": "+t.first)
	}
	t.tell(d)
}
