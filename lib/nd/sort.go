package nd

import (
	"cmp"
	"math"
	"slices"
)

// Sort returns a copy that is sorted along an axis, NaN last. Complex numbers are
// ordered by their real parts and then by the imaginary ones. A wrong axis panics
// with an [*IndexError].
func (a *Array) Sort(axis int) *Array {
	axis = a.axis(axis)
	out := a.withLast(axis).Copy()
	out.buf.sortRuns(out.shape[len(out.shape)-1])
	return out.withLast(axis).Contiguous()
}

// SortInPlace is Sort of the array itself.
func (a *Array) SortInPlace(axis int) {
	axis = a.axis(axis)
	if axis == len(a.shape)-1 && a.IsContiguous() && a.Len() > 0 {
		p, n := a.pointer(), a.Len()
		bufferAt(a.dtype, p, n).sortRuns(a.shape[axis])
		return
	}
	a.Sort(axis).copyInto(a)
}

// withLast returns a view with an axis and the last one swapped.
func (a *Array) withLast(axis int) *Array {
	order := make([]int, len(a.shape))
	for k := range order {
		order[k] = k
	}
	last := len(order) - 1
	order[axis], order[last] = last, axis
	return a.permuted(order)
}

// ArgSort returns, as Int64, the places from which to take elements so that they
// are sorted along an axis as Sort sorts them; equal ones in the order in which
// they stand. A wrong axis panics with an [*IndexError].
func (a *Array) ArgSort(axis int) *Array {
	axis = a.axis(axis)
	of := a.withLast(axis).Contiguous()
	out := unset(Int64, of.shape...)
	places := elementsOf[int64](out.buf)
	if n := of.shape[len(of.shape)-1]; n > 0 {
		for k := range out.Len() / n {
			of.buf.argSort(of.offset+k*n, places[k*n:(k+1)*n])
		}
	}
	return out.withLast(axis).Contiguous()
}

// sortRuns sorts each run of n elements by itself.
func (b typed[T]) sortRuns(n int) {
	if n < 2 {
		return
	}
	for at := 0; at < len(b); at += n {
		sortNumbers(b[at : at+n])
	}
}

func (b complexes[T]) sortRuns(n int) {
	if n < 2 {
		return
	}
	for at := 0; at < len(b); at += n {
		slices.SortFunc(b[at:at+n], compareComplex[T])
	}
}

// sortNumbers sorts, NaN last. Long runs are sorted digit by digit.
func sortNumbers[T number](x []T) {
	if len(x) < radixLength {
		n := len(x)
		for i := 0; i < n; i++ { // NaN to the end
			for i < n && x[i] != x[i] {
				n--
				x[i], x[n] = x[n], x[i]
			}
		}
		slices.Sort(x[:n])
		return
	}
	switch x := any(x).(type) {
	case []uint8:
		countingSort(x)
	case []int8:
		countingSort(x)
	case []boolean:
		countingSort(x)
	case []float64:
		keys := keysOf[uint64](x)
		float64Keys(keys)
		radixSort(keys)
		float64Values(keys)
	case []float32:
		keys := keysOf[uint32](x)
		float32Keys(keys)
		radixSort(keys)
		float32Values(keys)
	case []int64:
		sortSigned(keysOf[uint64](x), 1<<63)
	case []int32:
		sortSigned(keysOf[uint32](x), 1<<31)
	case []int16:
		sortSigned(keysOf[uint16](x), 1<<15)
	case []uint64:
		radixSort(x)
	case []uint32:
		radixSort(x)
	case []uint16:
		radixSort(x)
	}
}

// compareComplex orders complex numbers with a NaN behind all others: first those
// with an imaginary NaN, then those with a real one, then those with two.
func compareComplex[T complexNumber](x, y T) int {
	v, w := complex128(x), complex128(y)
	if c := cmp.Compare(nans(v), nans(w)); c != 0 {
		return c
	}
	if real(v) != real(w) && !math.IsNaN(real(v)) {
		return cmp.Compare(real(v), real(w))
	}
	if math.IsNaN(imag(v)) {
		return 0
	}
	return cmp.Compare(imag(v), imag(w))
}

func nans(v complex128) boolean {
	return 2*truth(math.IsNaN(real(v))) + truth(math.IsNaN(imag(v)))
}

func (b typed[T]) argSort(at int, places []int64) {
	x := b[at : at+len(places)]
	switch x := any(x).(type) {
	case typed[float64]:
		argSortKeys(places, func(i int) uint64 { return key64(x[i]) })
		return
	case typed[int64]:
		argSortKeys(places, func(i int) uint64 { return key64(x[i]) })
		return
	case typed[uint64]:
		argSortKeys(places, func(i int) uint64 { return x[i] })
		return
	}
	argSortKeys(places, func(i int) uint64 { return uint64(key32(x[i])) })
}

func (b complexes[T]) argSort(at int, places []int64) {
	x := b[at : at+len(places)]
	for k := range places {
		places[k] = int64(k)
	}
	slices.SortStableFunc(places, func(i, j int64) int { return compareComplex(x[i], x[j]) })
}
