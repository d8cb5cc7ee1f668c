package nd

import "fmt"

// Unique returns the different elements, sorted, along one axis. NaNs count as
// equal.
func (a *Array) Unique() *Array {
	values, _ := a.Ravel().Copy().uniques(false)
	return values
}

// UniqueCounts is Unique, and how often each element occurs, as Int64.
func (a *Array) UniqueCounts() (values, counts *Array) { return a.Ravel().Copy().uniques(true) }

// uniques sorts the array, which has one axis, and drops what is repeated.
func (a *Array) uniques(count bool) (values, counts *Array) {
	a.SortInPlace(0)
	n := a.Len()
	if n == 0 {
		return a, New(Int64, 0)
	}
	// Each element that differs from the one before begins a group.
	begins := New(Bool, n)
	marks := elementsOf[boolean](begins.buf)
	a.buf.changes(a.offset, marks)
	if values = a.compress(begins); !count {
		return values, nil
	}
	counts = New(Int64, values.Len())
	data, k := elementsOf[int64](counts.buf), -1
	for _, mark := range marks {
		k += int(mark)
		data[k]++
	}
	return values, counts
}

// UniqueInverse is Unique, and for each element of the array, in an Int64 array of
// its shape, which of the values it is.
func (a *Array) UniqueInverse() (values, inverse *Array) {
	flat := a.Ravel()
	order := elementsOf[int64](flat.ArgSort(0).buf)
	inverse = New(Int64, a.shape...)
	sorted := flat.gatherPlaces(order)
	begins := New(Bool, len(order))
	marks := elementsOf[boolean](begins.buf)
	if len(order) > 0 {
		sorted.buf.changes(sorted.offset, marks)
	}
	to, k := elementsOf[int64](inverse.buf), int64(-1)
	for i, place := range order {
		k += int64(marks[i])
		to[place] = k
	}
	return sorted.compress(begins), inverse
}

// gatherPlaces returns the elements at places of an array of one axis.
func (a *Array) gatherPlaces(places []int64) *Array {
	list, _ := Of(places)
	out, _ := a.Slice(Places(list))
	return out
}

// changes marks the elements that differ from the one before, and the first.
func (b typed[T]) changes(at int, marks []boolean) {
	x := b[at : at+len(marks)]
	marks[0] = 1
	for i := 1; i < len(x); i++ {
		v, w := x[i-1], x[i]
		marks[i] = truth(v != w && (v == v || w == w))
	}
}

func (b complexes[T]) changes(at int, marks []boolean) {
	x := b[at : at+len(marks)]
	marks[0] = 1
	for i := 1; i < len(x); i++ {
		v, w := complex128(x[i-1]), complex128(x[i])
		marks[i] = truth(v != w && !(isComplexNaN(v) && isComplexNaN(w)))
	}
}

// SearchSorted returns, as Int64 in the shape of values, where in a sorted array of
// one axis each value could be inserted, before those that are equal to it. Values
// are what [From] takes.
func (a *Array) SearchSorted(values any) (*Array, error) { return a.search(values, false) }

// SearchSortedRight is SearchSorted behind those that are equal.
func (a *Array) SearchSortedRight(values any) (*Array, error) { return a.search(values, true) }

func (a *Array) search(values any, right bool) (*Array, error) {
	if len(a.shape) != 1 {
		return nil, fmt.Errorf("search in an array of shape %v: it must have one axis", Shape(a.shape))
	}
	v, weak, err := operand(values)
	if err != nil {
		return nil, fmt.Errorf("search in an array: %w", err)
	}
	if weak == weakFloat {
		weak = strong // to round the value would move it to another place
	}
	t, err := meet(a.dtype, v, weak)
	if err != nil {
		t = Promote(a.dtype, Int64)
	}
	x, v := a.Convert(t), v.Convert(t)
	out := New(Int64, v.shape...)
	x.buf.searchTo(v.buf, elementsOf[int64](out.buf), right)
	return out, nil
}

func (b typed[T]) searchTo(values buffer, places []int64, right bool) {
	for k, v := range values.(typed[T]) {
		low, high := 0, len(b)
		for low < high {
			middle := (low + high) / 2
			w := b[middle]
			if w < v || v != v && w == w || right && (w == v || v != v) {
				low = middle + 1
			} else {
				high = middle
			}
		}
		places[k] = int64(low)
	}
}

func (b complexes[T]) searchTo(values buffer, places []int64, right bool) {
	for k, v := range values.(complexes[T]) {
		low, high := 0, len(b)
		for low < high {
			middle := (low + high) / 2
			if c := compareComplex(b[middle], v); c < 0 || right && c == 0 {
				low = middle + 1
			} else {
				high = middle
			}
		}
		places[k] = int64(low)
	}
}
