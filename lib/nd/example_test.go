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
