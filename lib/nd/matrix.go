package nd

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// General returns a Float64 matrix as gonum's BLAS knows it. It shares the memory of
// the array if the elements of each row lie side by side, and is a copy otherwise:
//
//	var m mat.Dense
//	m.SetRawMatrix(must(a.General()))
//
// An array with other than two axes or of another type is an error.
func (a *Array) General() (blas64.General, error) {
	if a.dtype != Float64 || len(a.shape) != 2 {
		return blas64.General{}, fmt.Errorf("a matrix from an array of %v and shape %v: it must be of float64 and have two axes; use Convert and Reshape", a.dtype, Shape(a.shape))
	}
	rows, columns := a.shape[0], a.shape[1]
	if rows > 1 && a.strides[0] < max(1, columns) || columns > 1 && a.strides[1] != 1 {
		a = a.Copy()
	}
	g := blas64.General{Rows: rows, Cols: columns, Stride: max(1, columns)}
	if a.Len() == 0 {
		return g, nil
	}
	if rows > 1 {
		g.Stride = a.strides[0]
	}
	g.Data = elementsOf[float64](a.buf)[a.offset : a.offset+(rows-1)*g.Stride+columns]
	return g, nil
}

// rawMatrix is a gonum matrix whose elements lie in memory row by row.
type rawMatrix interface{ RawMatrix() blas64.General }

// rawVector is a gonum vector.
type rawVector interface{ RawVector() blas64.Vector }

func fromGeneral(g blas64.General) *Array {
	a := &Array{dtype: Float64, buf: typed[float64](g.Data), shape: []int{g.Rows, g.Cols}, strides: []int{g.Stride, 1}}
	return a
}

func fromVector(v blas64.Vector) *Array {
	return &Array{dtype: Float64, buf: typed[float64](v.Data), shape: []int{v.N, 1}, strides: []int{v.Inc, 1}}
}

// Dot returns the matrix product, NumPy's a @ b: of matrices; of a matrix and a
// vector, which has one axis; of two vectors, which is their scalar product. With
// more axes it is that of the last two, and those before are broadcast. Elements
// meet in one type, integers in Int64 or Uint64 at least; floats and complex
// numbers are multiplied by gonum's BLAS.
func (a *Array) Dot(b *Array) (*Array, error) {
	if err := made(a, b); err != nil {
		return nil, fmt.Errorf("product of arrays: %w", err)
	}
	fail := func(err error) (*Array, error) {
		return nil, fmt.Errorf("product of arrays of shape %v and %v: %w", Shape(a.shape), Shape(b.shape), err)
	}
	if len(a.shape) == 0 || len(b.shape) == 0 {
		return fail(fmt.Errorf("a number has no matrix product; use Mul"))
	}
	dtype := Promote(a.dtype, b.dtype)
	if dtype.Integer() || dtype == Bool {
		dtype = dtype.wide()
	}
	x, y := a, b
	if len(x.shape) == 1 {
		x = x.inserted(0, 1)
	}
	if len(y.shape) == 1 {
		y = y.inserted(1, 1)
	}
	p, q := len(x.shape)-2, len(y.shape)-2
	if x.shape[p+1] != y.shape[q] {
		return fail(fmt.Errorf("%d columns meet %d rows", x.shape[p+1], y.shape[q]))
	}
	outer, err := broadcastShapes(x.shape[:p], y.shape[:q])
	if err == nil {
		err = checkShape(append(append([]int{}, outer...), x.shape[p], x.shape[p+1], y.shape[q+1]))
	}
	if err != nil {
		return fail(err)
	}
	m, k, n := x.shape[p], x.shape[p+1], y.shape[q+1]
	x = x.broadcast(append(append([]int{}, outer...), m, k)).Convert(dtype)
	y = y.broadcast(append(append([]int{}, outer...), k, n)).Convert(dtype)
	out := New(dtype, append(append([]int{}, outer...), m, n)...)
	if out.Len() > 0 && k > 0 {
		for i := range product(outer) {
			out.buf.multiplyTo(i*m*n, x.buf, i*m*k, y.buf, i*k*n, m, k, n)
		}
	}
	shape := append([]int{}, outer...)
	if len(a.shape) > 1 {
		shape = append(shape, m)
	}
	if len(b.shape) > 1 {
		shape = append(shape, n)
	}
	return out.reshaped(shape), nil
}

func (b typed[T]) multiplyTo(at int, x buffer, xAt int, y buffer, yAt int, m, k, n int) {
	switch c := any(b).(type) {
	case typed[float64]:
		if !finiteAll(y.(typed[float64])[yAt : yAt+k*n]) {
			multiplyPlainly(c[at:at+m*n], x.(typed[float64])[xAt:], y.(typed[float64])[yAt:], m, k, n)
			return
		}
		gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, x.(typed[float64])[xAt:], k, y.(typed[float64])[yAt:], n, 0, c[at:], n)
	case typed[float32]:
		if !finiteAll(y.(typed[float32])[yAt : yAt+k*n]) {
			multiplyPlainly(c[at:at+m*n], x.(typed[float32])[xAt:], y.(typed[float32])[yAt:], m, k, n)
			return
		}
		gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, x.(typed[float32])[xAt:], k, y.(typed[float32])[yAt:], n, 0, c[at:], n)
	default:
		multiplyPlainly(b[at:at+m*n], x.(typed[T])[xAt:], y.(typed[T])[yAt:], m, k, n)
	}
}

func (b complexes[T]) multiplyTo(at int, x buffer, xAt int, y buffer, yAt int, m, k, n int) {
	switch c := any(b).(type) {
	case complexes[complex128]:
		gonum.Implementation{}.Zgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, x.(complexes[complex128])[xAt:], k, y.(complexes[complex128])[yAt:], n, 0, c[at:], n)
	case complexes[complex64]:
		gonum.Implementation{}.Cgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, x.(complexes[complex64])[xAt:], k, y.(complexes[complex64])[yAt:], n, 0, c[at:], n)
	}
}

// finiteAll reports whether no number is infinite or NaN. gonum leaves out products with 0.
func finiteAll[T number](x []T) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

func multiplyPlainly[T number](c, v, w []T, m, k, n int) {
	for i := range m {
		row := c[i*n : (i+1)*n]
		for l, f := range v[i*k : (i+1)*k] {
			for j, g := range w[l*n : (l+1)*n] {
				row[j] += f * g
			}
		}
	}
}
