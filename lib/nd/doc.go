// Package nd is the n-dimensional array that reading a dataset returns, and what
// NumPy's array is to Python: shape, strides, views without copies, arithmetic,
// reductions, sorting, and the way to and from Go slices, gonum matrices and files.
//
// # Making arrays
//
//	a := nd.New(nd.Float64, 1000, 3)                // zeros
//	b := must(nd.From([][]float64{{1, 2}, {3, 4}})) // from slices, arrays, numbers, gonum matrices
//	c := must(nd.Of(samples, 10, -1))               // shares the memory of the slice samples
//	x := nd.Linspace(0, 1, 101)                     // also Arange, Ones, Full, Eye, Logspace, Meshgrid
//
// Elements are integers and floats of all sizes, bools and complex numbers.
//
// # Elements and views
//
//	a.At(3, -1)                                    // float64, whatever the type of the elements
//	a.Set(2.5, 3, 1)
//	v := must(a.Sel("0:10, ::-1"))                 // a view: it shares memory with a
//	v := must(a.Slice(nd.R(0, 10), nd.Step(-1)))   // the same
//	a.T(); a.Reshape(3, -1); a.Copy()
//
// For loops over elements there is [View], which knows their Go type and is as
// fast as a slice:
//
//	v := must(nd.View[float64](a))
//	for i := range v.Len() { sum += v.At2(i, 0) }
//	for x := range v.All() { sum += x }
//
// # Selections
//
// The selection language is NumPy's: integers (which remove their axis),
// start:stop:step ranges, negative numbers that count from the end, one "..." that
// stands for as many full axes as are missing, "None" for a new axis, lists of
// places, and masks of bools. Ranges that reach over the end are cut, integers
// outside an axis are an error.
//
//	a.Sel("[1, 3, 5], ..., ::2")
//	a.Sel([]int{1, 3, 5}, nd.Ellipsis, nd.Step(2)) // the same
//	a.Sel(must(a.Gt(0)))                           // the elements that are positive
//	a.Put(0, must(a.Lt(0)))                        // a[a < 0] = 0
//
// Integers and ranges give views, lists and masks copies. Several lists go
// together, point by point, and are broadcast. [Selection.Choose] says what a
// selection takes of a shape, for those who read it from somewhere else.
//
// # Arithmetic
//
//	c := must(a.Mul(b))                            // shapes are broadcast
//	c := must(a.Sub(a.Mean(0)))
//	must0(a.AddInPlace(1))
//	a.Sqrt(); a.Exp(); a.Apply(f)
//	warm := must(must(t.Gt(20)).And(must(t.Lt(30))))
//
// Operands are arrays, numbers, or anything that From takes. [Promote] says in
// which type elements meet: that of NumPy, so that float32 and int32 make float64.
// A plain Go int, float64 or complex128 takes the type of the array beside it, as
// Python's numbers do. Integers wrap around; integers divided by 0 with FloorDiv
// and Mod are 0; Div of integers is of float64.
//
// # Reductions
//
// Sum, Prod, Mean, Var, Std, Min, Max, ArgMin, ArgMax, Median, Quantile, Any, All and
// CountNonzero reduce the axes they are given, or all of them, and return an array;
// Item takes the one number out of it. [KeepDims] keeps the axes with length 1.
//
//	a.Mean(0)          // shape (3)
//	a.Mean().Item()    // float64
//
// Integers are summed exactly in 64 bits (wrapping around beyond them), floats
// in float64, pairwise along runs of memory. NaN is contagious; NaNSum, NaNMean and
// their like leave it out. The mean of nothing is NaN, and so are its minimum and
// maximum.
//
// # Data in Go slices, in gonum and in files
//
//	x, err := nd.Data[float64](a)   // the memory itself if a is contiguous
//	y := a.Float64s()               // always a converted copy
//	err := a.CopyTo(&points)        // points may be []T, [][]T, [][3]T ...
//	m.SetRawMatrix(must(a.General())) // m is a mat.Dense
//	a.Save("a.npy"); nd.Load("a.npy"); nd.SaveNPZ("all.npz", arrays)
//
// Arrays have a binary form, for encoding/gob and for the way from a notebook to
// its ranks. They are printed as NumPy prints them.
//
// # Errors
//
// An index outside its axis, a wrong number of indices or an axis that does not
// exist make At, Set, the reductions, and what else returns an array alone, panic
// with an [*IndexError], just as indexing a Go slice does. So do New and its kin
// with a shape that cannot be. Everything else returns an error.
//
// # What it is not for
//
// Linear algebra beyond the product Dot: use gonum's mat. Strings: use Go slices.
package nd
