package nd

import (
	"fmt"
	"slices"
)

// blockSize is how many elements are worked on at a time, so that what is in
// between stays in the first cache.
const blockSize = 1024

// An op is what is done with each pair of elements.
type op uint8

const (
	opAdd op = iota
	opSub
	opMul
	opDiv
	opFloorDiv
	opMod
	opPow
	opMinimum
	opMaximum
	opHypot
	opAtan2
	opBitAnd
	opBitOr
	opBitXor
	opAnd
	opOr
	opXor
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
)

var opNames = [...]string{
	opAdd: "add", opSub: "subtract", opMul: "multiply", opDiv: "divide", opFloorDiv: "divide down", opMod: "take the remainder of",
	opPow: "raise", opMinimum: "take the minimum of", opMaximum: "take the maximum of", opHypot: "take the hypotenuse of", opAtan2: "take the angle of",
	opBitAnd: "and the bits of", opBitOr: "or the bits of", opBitXor: "xor the bits of", opAnd: "and", opOr: "or", opXor: "xor",
	opEq: "compare", opNe: "compare", opLt: "compare", opLe: "compare", opGt: "compare", opGe: "compare",
}

func (o op) compares() bool { return o >= opEq }
func (o op) logical() bool  { return o >= opAnd && o <= opXor }

// computed returns the type in which an operation on elements of type t is done.
// The result is Bool for comparisons and logic, and of this type for all others.
func (o op) computed(t DType) (DType, error) {
	refuse := func() (DType, error) { return t, fmt.Errorf("it is not defined for %v", t) }
	switch o {
	case opDiv, opHypot, opAtan2:
		if t.Complex() && o != opDiv {
			return refuse()
		}
		return pick(rank(t) >= 2, t, Float64), nil
	case opSub:
		if t == Bool {
			return t, fmt.Errorf("bools have no difference; use Xor, or Convert")
		}
	case opFloorDiv, opMod:
		if t.Complex() {
			return refuse()
		}
		return pick(t == Bool, Int8, t), nil
	case opPow:
		return pick(t == Bool, Int8, t), nil
	case opMinimum, opMaximum:
		if t.Complex() {
			return refuse()
		}
	case opBitAnd, opBitOr, opBitXor:
		if rank(t) >= 2 {
			return refuse()
		}
	case opAnd, opOr, opXor:
		return Bool, nil
	}
	return t, nil
}

// elementwise does an operation on two arrays that are broadcast against each
// other. The result goes to out, or, if that is nil, to a new array.
func (a *Array) elementwise(o op, v any, out *Array) (*Array, error) {
	fail := func(err error) (*Array, error) {
		if b, ok := v.(*Array); ok && b != nil {
			return nil, fmt.Errorf("%s arrays of %v, shape %v, and %v, shape %v: %w", opNames[o], a.dtype, Shape(a.shape), b.dtype, Shape(b.shape), err)
		}
		return nil, fmt.Errorf("%s an array of %v and a %T: %w", opNames[o], a.dtype, v, err)
	}
	b, weak, err := operand(v)
	if err != nil {
		return fail(err)
	}
	t, err := meet(a.dtype, b, weak)
	if err != nil {
		if !o.compares() && !o.logical() && o != opDiv && o != opHypot && o != opAtan2 {
			return fail(err)
		}
		t = Promote(a.dtype, Int64) // the result does not depend on what an element can hold
	}
	t, err = o.computed(t)
	if err != nil {
		return fail(err)
	}
	shape, err := broadcastShapes(a.shape, b.shape)
	if err == nil {
		err = checkShape(shape)
	}
	if err != nil {
		return fail(err)
	}
	result := t
	if o.compares() {
		result = Bool
	}
	if out == nil {
		out = unset(result, shape...)
	} else {
		if !slices.Equal(shape, out.shape) {
			return fail(fmt.Errorf("the result has shape %v", Shape(slices.Clone(shape))))
		}
		if !sameKind(result, out.dtype) {
			return fail(fmt.Errorf("the result is of %v, which is not stored as %v", result, out.dtype))
		}
	}
	if o == opPow && t.Integer() && b.negative() {
		return fail(fmt.Errorf("integers have no negative powers; convert one of the arrays to floats"))
	}
	if o.compares() && t == Float64 && a.dtype.Integer() && b.dtype.Integer() {
		compareMixed(o, out, a, b)
		return out, nil
	}
	x, y := out.apart(a.broadcast(shape)), out.apart(b.broadcast(shape))
	o.run(t, out, x, y)
	return out, nil
}

// apart returns x, or a copy if writing to the array would change elements of x
// before they are read.
func (a *Array) apart(x *Array) *Array {
	if !overlap(a, x) || a.dtype == x.dtype && a.offset == x.offset && slices.Equal(a.strides, x.strides) && sameMemory(a, x) {
		return x
	}
	return x.Copy()
}

func sameMemory(a, b *Array) bool {
	p, _ := a.buf.memory()
	q, _ := b.buf.memory()
	return p == q
}

// negative reports whether an array of integers holds a negative one.
func (a *Array) negative() bool {
	return a.dtype.Signed() && a.Len() > 0 && a.Min().Item() < 0
}

// run does the operation in type t, with all shapes equal.
func (o op) run(t DType, out, x, y *Array) {
	switch t {
	case Int8:
		runInteger[int8](o, out, x, y)
	case Int16:
		runInteger[int16](o, out, x, y)
	case Int32:
		runInteger[int32](o, out, x, y)
	case Int64:
		runInteger[int64](o, out, x, y)
	case Uint8:
		runInteger[uint8](o, out, x, y)
	case Uint16:
		runInteger[uint16](o, out, x, y)
	case Uint32:
		runInteger[uint32](o, out, x, y)
	case Uint64:
		runInteger[uint64](o, out, x, y)
	case Float32:
		runFloat[float32](o, out, x, y)
	case Float64:
		runFloat[float64](o, out, x, y)
	case Bool:
		if o.compares() {
			pairwiseOp(out, x, y, compareKernel[boolean](o))
		} else {
			pairwiseOp(out, x, y, boolKernel(o))
		}
	case Complex64:
		runComplex[complex64](o, out, x, y)
	case Complex128:
		runComplex[complex128](o, out, x, y)
	}
}

func runInteger[T integer](o op, out, x, y *Array) {
	if o.compares() {
		pairwiseOp(out, x, y, compareKernel[T](o))
	} else {
		pairwiseOp(out, x, y, integerKernel[T](o))
	}
}

func runFloat[T float](o op, out, x, y *Array) {
	if o.compares() {
		pairwiseOp(out, x, y, compareKernel[T](o))
	} else {
		pairwiseOp(out, x, y, floatKernel[T](o))
	}
}

func runComplex[T complexNumber](o op, out, x, y *Array) {
	if o.compares() {
		pairwiseOp(out, x, y, compareComplexKernel[T](o))
	} else {
		pairwiseOp(out, x, y, complexKernel[T](o))
	}
}

// A feed hands out the elements of an array in blocks of type T.
type feed[T element] struct {
	buf    buffer
	own    []T // the elements themselves, if they are of type T
	block  []T
	boxed  buffer // block
	filled int    // the position whose element fills the block, or -1
}

func newFeed[T element](a *Array, size int) *feed[T] {
	f := &feed[T]{buf: a.buf, filled: -1}
	if a.dtype == dtypeOf[T]() {
		f.own = elementsOf[T](a.buf)
	}
	f.block = make([]T, size)
	f.boxed = bufferOf(f.block)
	return f
}

// next returns n elements from i on, step apart.
func (f *feed[T]) next(i, n, step int) []T {
	if f.own != nil && step == 1 {
		return f.own[i : i+n]
	}
	if step == 0 {
		if f.filled != i {
			f.buf.copyRun(f.boxed, i, 0, len(f.block), 0, 1)
			f.filled = i
		}
		return f.block[:n]
	}
	f.filled = -1
	f.buf.copyRun(f.boxed, i, 0, n, step, 1)
	return f.block[:n]
}

// A sink takes the results in blocks of type R.
type sink[R element] struct{ feed[R] }

// room returns where the next n results can be written.
func (s *sink[R]) room(i, n, step int) []R {
	if s.own != nil && step == 1 {
		return s.own[i : i+n]
	}
	return s.block[:n]
}

// done brings results to where they belong.
func (s *sink[R]) done(i, n, step int) {
	if s.own == nil || step != 1 {
		s.boxed.copyRun(s.buf, 0, i, n, 1, step)
	}
}

// pairwiseOp calls a kernel for blocks of two arrays and of the result.
func pairwiseOp[T, R element](out, x, y *Array, kernel func(dst []R, x, y []T)) {
	size := min(blockSize, out.Len())
	left, right, to := newFeed[T](x, size), newFeed[T](y, size), sink[R]{*newFeed[R](out, size)}
	l := layout3{shape: out.shape, off: [3]int{out.offset, x.offset, y.offset}, strides: [3][]int{out.strides, x.strides, y.strides}}
	l.rows(func(at, step [3]int, n int) {
		for n > 0 {
			m := min(n, blockSize)
			kernel(to.room(at[0], m, step[0]), left.next(at[1], m, step[1]), right.next(at[2], m, step[2]))
			to.done(at[0], m, step[0])
			for k := range at {
				at[k] += m * step[k]
			}
			n -= m
		}
	})
}

// eachOp calls a kernel for blocks of an array and of the result.
func eachOp[T, R element](out, x *Array, kernel func(dst []R, x []T)) {
	size := min(blockSize, out.Len())
	from, to := newFeed[T](x, size), sink[R]{*newFeed[R](out, size)}
	l := layout3{shape: out.shape, off: [3]int{out.offset, x.offset, x.offset}, strides: [3][]int{out.strides, x.strides, x.strides}}
	l.rows(func(at, step [3]int, n int) {
		for n > 0 {
			m := min(n, blockSize)
			kernel(to.room(at[0], m, step[0]), from.next(at[1], m, step[1]))
			to.done(at[0], m, step[0])
			for k := range at {
				at[k] += m * step[k]
			}
			n -= m
		}
	})
}
