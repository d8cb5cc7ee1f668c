package nd_test

import (
	"fmt"

	"github.com/galago-hpc/galago/lib/nd"
)

func Example() {
	samples := []float64{1, 2, 3, 4, 5, 6}
	a, err := nd.Of(samples, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	column, err := a.Sel(":, -1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a)
	fmt.Println(column, a.Mean(0), a.Max().Item())
	// Output:
	// [[1. 2. 3.]
	//  [4. 5. 6.]]
	// [3. 6.] [2.5 3.5 4.5] 6
}

func ExampleArray_Put() {
	t, err := nd.From([][]float64{{12, 25, 31}, {18, 22, 40}})
	if err != nil {
		fmt.Println(err)
		return
	}
	hot, err := t.Gt(24)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hot)
	if err := t.Put(24, hot); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Repr())
	// Output:
	// [[False  True  True]
	//  [False False  True]]
	// array([[12., 24., 24.],
	//        [18., 22., 24.]])
}

func ExampleArray_Sub() {
	a := nd.Arange(0.0, 6, 1)
	a, err := a.Reshape(2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	centred, err := a.Sub(a.Mean(1, nd.KeepDims))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(centred)
	// Output:
	// [[-1.  0.  1.]
	//  [-1.  0.  1.]]
}

func ExampleView() {
	a := nd.Ones(2, 3)
	v, err := nd.View[float64](a)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range v.Pointers() {
		*p += float64(i)
	}
	fmt.Println(a)
	// Output:
	// [[1. 2. 3.]
	//  [4. 5. 6.]]
}
