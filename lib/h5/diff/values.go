package diff

import (
	"fmt"
	"hash/crc32"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/nd"
)

// A tally counts the elements of a dataset or an attribute that differ.
type tally struct {
	*comparison
	shape []int        // of the whole
	start []nd.Span    // of the part that is being compared
	files [2]*h5.File  // for references
	seen  map[int]bool // elements of the part that were counted

	count          int
	first, firstAt string // the first difference
	worst          float64
	worstAt        string
	listed         []string
}

// values compares two values as h5.Dataset.Value and h5.Attributes.Get return them,
// element by element.
func (t *tally) values(x, y any, s *h5.Type, files [2]*h5.File) {
	t.files, t.seen = files, map[int]bool{}
	a, okA := x.(*h5.Records)
	b, okB := y.(*h5.Records)
	if okA && okB {
		for _, f := range s.Fields() {
			t.column(a.Column(f.Name), b.Column(f.Name), f.Type, "."+f.Name)
		}
		return
	}
	t.column(x, y, s, "")
}

// column compares values that are elements, or one field of all elements.
func (t *tally) column(x, y any, s *h5.Type, field string) {
	n := 1
	for _, span := range t.start {
		n *= span.Count
	}
	a, okA := x.(*nd.Array)
	b, okB := y.(*nd.Array)
	if okA && okB {
		if a.DType() == b.DType() && a.Equal(b) {
			return
		}
		p, errA := numbersOf(a)
		q, errB := numbersOf(b)
		if err := firstError(errA, errB); err != nil {
			t.fail(t.place(0)+field, err)
			return
		}
		if p.len() != q.len() || n == 0 || p.len()%n != 0 {
			t.differs(0, field, fmt.Sprintf("%d and %d numbers", p.len(), q.len()), 0)
			return
		}
		width := p.len() / n // elements that are arrays have several
		for i := range p.len() {
			if same, distance := t.numbers(p, q, i); !same {
				t.differs(i/width, field, nameOf(s, p.text(i))+" and "+nameOf(s, q.text(i)), distance)
			}
		}
		return
	}
	if !refers(s) && reflect.DeepEqual(x, y) {
		return
	}
	p, q := flatten(reflect.ValueOf(x), len(t.start)), flatten(reflect.ValueOf(y), len(t.start))
	if len(p) != len(q) {
		t.differs(0, field, fmt.Sprintf("%d and %d elements", len(p), len(q)), 0)
		return
	}
	for i := range p {
		if same, distance := t.same(p[i], q[i]); !same {
			t.differs(i, field, t.text(s, p[i], 0)+" and "+t.text(s, q[i], 1), distance)
		}
	}
}

// refers reports whether a type has references in it.
func refers(s *h5.Type) bool {
	for _, f := range s.Fields() {
		if refers(f.Type) {
			return true
		}
	}
	return s.Class() == h5.ClassReference || s.Base() != nil && refers(s.Base())
}

// nameOf gives a number of an enumeration its name.
func nameOf(s *h5.Type, number string) string {
	if s.Class() == h5.ClassEnum {
		for _, m := range s.Members() {
			if strconv.FormatInt(m.Value, 10) == number {
				return m.Name
			}
		}
	}
	return number
}

// differs notes that an element of the part differs.
func (t *tally) differs(i int, field, text string, distance float64) {
	at := t.place(i) + field
	if t.count == 0 {
		t.first, t.firstAt = text, at
	}
	if !t.seen[i] {
		t.seen[i] = true
		t.count++
	}
	if distance > t.worst {
		t.worst, t.worstAt = distance, at+": "+text
	}
	if len(t.listed) < t.Values {
		t.listed = append(t.listed, at+": "+text)
	}
}

// place tells where the i-th element of the part is in the whole.
func (t *tally) place(i int) string {
	words := make([]string, len(t.start))
	for axis := len(words) - 1; axis >= 0; axis-- {
		n := t.start[axis].Count
		words[axis] = strconv.Itoa(t.start[axis].Start + i%n)
		i /= n
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// flatten returns the elements of slices in slices, so many deep.
func flatten(v reflect.Value, depth int) []reflect.Value {
	if depth == 0 || v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return []reflect.Value{v}
	}
	var all []reflect.Value
	for i := range v.Len() {
		all = append(all, flatten(v.Index(i), depth-1)...)
	}
	return all
}

// numbers are the elements of an array, in the widest type of their kind.
type numbers struct {
	floats   []float64
	complex  []complex128
	signed   []int64
	unsigned []uint64
}

func numbersOf(a *nd.Array) (n numbers, err error) {
	flat, err := a.Contiguous().Reshape(a.Len())
	if err != nil {
		return n, err
	}
	switch {
	case a.DType() == nd.Bool:
		err = flat.Convert(nd.Uint64).CopyTo(&n.unsigned)
	case a.DType().Complex():
		err = flat.CopyTo(&n.complex)
	case a.DType().Float():
		err = flat.CopyTo(&n.floats)
	case a.DType().Signed():
		err = flat.CopyTo(&n.signed)
	default:
		err = flat.CopyTo(&n.unsigned)
	}
	return n, err
}

func (n numbers) len() int {
	return max(len(n.floats), len(n.complex), len(n.signed), len(n.unsigned))
}

func (n numbers) text(i int) string {
	switch {
	case n.floats != nil:
		return numberText(n.floats[i])
	case n.complex != nil:
		return fmt.Sprint(n.complex[i])
	case n.signed != nil:
		return strconv.FormatInt(n.signed[i], 10)
	}
	return strconv.FormatUint(n.unsigned[i], 10)
}

// integer returns an integer as sign and size.
func (n numbers) integer(i int) (negative bool, size uint64) {
	if n.signed != nil {
		if v := n.signed[i]; v < 0 {
			return true, uint64(-v)
		}
		return false, uint64(n.signed[i])
	}
	return false, n.unsigned[i]
}

func numberText(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// numbers compares the i-th of two.
func (t *tally) numbers(p, q numbers, i int) (same bool, distance float64) {
	if p.floats != nil && q.floats != nil {
		return t.floats(p.floats[i], q.floats[i])
	}
	if p.complex != nil && q.complex != nil {
		return t.complexes(p.complex[i], q.complex[i])
	}
	minusA, a := p.integer(i)
	minusB, b := q.integer(i)
	switch {
	case minusA == minusB && a == b:
		return true, 0
	case minusA != minusB:
		distance = float64(a) + float64(b)
	default:
		distance = float64(max(a, b) - min(a, b))
	}
	return t.near(float64(a), distance), distance
}

func (t *tally) floats(a, b float64) (same bool, distance float64) {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return true, 0
	}
	distance = math.Abs(a - b)
	return t.near(math.Abs(a), distance), distance
}

// complexes compares the parts.
func (t *tally) complexes(a, b complex128) (same bool, distance float64) {
	re, dr := t.floats(real(a), real(b))
	im, di := t.floats(imag(a), imag(b))
	return re && im, max(dr, di)
}

// near reports whether a distance is within the tolerances; size is that of the
// first number.
func (t *tally) near(size, distance float64) bool {
	return t.Absolute > 0 && distance <= t.Absolute || t.Relative > 0 && size > 0 && distance/size <= t.Relative
}

// same compares two elements of any type.
func (t *tally) same(a, b reflect.Value) (same bool, distance float64) {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid(), 0
	}
	if a.Kind() == reflect.Interface || b.Kind() == reflect.Interface {
		return t.same(reflect.ValueOf(a.Interface()), reflect.ValueOf(b.Interface()))
	}
	switch {
	case a.CanFloat() && b.CanFloat():
		return t.floats(a.Float(), b.Float())
	case integral(a) && integral(b):
		return t.numbers(one(a), one(b), 0)
	case a.CanComplex() && b.CanComplex():
		return t.complexes(a.Complex(), b.Complex())
	case a.Kind() != b.Kind() && !(list(a) && list(b)):
		return false, 0
	}
	switch x := a.Interface().(type) {
	case h5.Ref, h5.RegionRef:
		return t.text(nil, a, 0) == t.text(nil, b, 1), 0
	case h5.Record:
		y, ok := b.Interface().(h5.Record)
		if !ok {
			return false, 0
		}
		same = true
		for _, name := range x.Names() {
			equal, far := t.same(reflect.ValueOf(x.Get(name)), reflect.ValueOf(y.Get(name)))
			same, distance = same && equal, max(distance, far)
		}
		return same, distance
	}
	if list(a) {
		if a.Len() != b.Len() {
			return false, 0
		}
		same = true
		for i := range a.Len() {
			equal, far := t.same(a.Index(i), b.Index(i))
			same, distance = same && equal, max(distance, far)
		}
		return same, distance
	}
	return reflect.DeepEqual(a.Interface(), b.Interface()), 0
}

func list(v reflect.Value) bool {
	// References are arrays of bytes only from the inside.
	if _, ok := v.Interface().(h5.RegionRef); ok {
		return false
	}
	return v.Kind() == reflect.Slice || v.Kind() == reflect.Array
}

func integral(v reflect.Value) bool { return v.CanInt() || v.CanUint() }

func one(v reflect.Value) numbers {
	if v.CanInt() {
		return numbers{signed: []int64{v.Int()}}
	}
	return numbers{unsigned: []uint64{v.Uint()}}
}

// text writes an element; references by what they lead to, which is the same in both
// files when what they mean is. which is the file that it comes from.
func (t *tally) text(s *h5.Type, v reflect.Value, which int) string {
	if !v.IsValid() {
		return "nothing"
	}
	f := t.files[which]
	switch x := v.Interface().(type) {
	case string:
		return strconv.Quote(shorten(x))
	case h5.Ref:
		if f == nil || x.IsNull() {
			return x.String()
		}
		node, err := f.Deref(x)
		if err != nil {
			return "reference to nothing"
		}
		defer closeAll(node)
		return "reference to " + node.ObjectPath()
	case h5.RegionRef:
		if f == nil || x.IsNull() {
			return x.String()
		}
		region, err := f.DerefRegion(x)
		if err != nil {
			return "reference to nothing"
		}
		defer closeAll(region.Dataset)
		text := fmt.Sprintf("reference to %d elements in %v of %s", region.Len, region.Bounds(), region.Dataset.ObjectPath())
		if len(region.Blocks) > 1 {
			blocks := fmt.Sprint(region.Blocks)
			text += fmt.Sprintf(", %d blocks (%s, checksum %08x)", len(region.Blocks), shorten(blocks), crc32.ChecksumIEEE([]byte(blocks)))
		}
		return text
	}
	if s != nil && integral(v) {
		return nameOf(s, fmt.Sprint(v.Interface()))
	}
	return shorten(fmt.Sprint(v.Interface()))
}

func shorten(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most-3]) + "..."
	}
	return text
}
