// Package nd is the n-dimensional array that reading a dataset returns: shape,
// strides, views without copies, reductions, and the way to and from Go slices.
//
// # Making arrays
//
//	a := nd.New(nd.Float64, 1000, 3)               // zeros
//	b := must(nd.From([][]float64{{1, 2}, {3, 4}})) // from slices, arrays, numbers, gonum matrices
//	c := must(nd.Of(samples, 10, -1))              // shares the memory of the slice samples
//
// # Elements and views
//
//	a.At(3, -1)                                    // float64, whatever the type of the elements
//	a.Set(2.5, 3, 1)
//	v := must(a.Sel("0:10, ::-1"))                 // a view: it shares memory with a
//	v := must(a.Slice(nd.R(0, 10), nd.Step(-1)))   // the same
//	a.Transpose(); a.Reshape(3, -1); a.Copy()
//
// The selection language is NumPy's basic indexing: integers (which remove
// their axis), start:stop:step ranges, negative numbers that count from the
// end, and one "..." that stands for as many full axes as are missing. Ranges
// that reach over the end are cut, integers outside an axis are an error.
//
// # Reductions
//
// Sum, Mean, Min and Max reduce the axes they are given, or all of them, and
// return an array; Item takes the one number out of it:
//
//	a.Mean(0)          // shape (3)
//	a.Mean().Item()    // float64
//
// Integers are summed exactly in 64 bits (wrapping around beyond them), floats
// in float64, pairwise along runs of memory. NaN is contagious in all four. The
// mean of nothing is NaN, and so are its minimum and maximum.
//
// # Data in Go slices
//
//	x, err := nd.Data[float64](a)   // the memory itself if a is contiguous
//	y := a.Float64s()               // always a converted copy
//	err := a.CopyTo(&points)        // points may be []T, [][]T, [][3]T ...
//
// Arrays have a binary form, for encoding/gob and for the way from a notebook to
// its ranks.
//
// # What it is not for
//
// Linear algebra: use gonum's mat on the slice that Data returns. Arithmetic of
// whole arrays: write the loop, it is as fast and easier to read.
//
// An index outside its axis, a wrong number of indices or an axis that does not
// exist make At, Set and the reductions panic with an [*IndexError], just as
// indexing a Go slice does. Everything else returns an error.
package nd
