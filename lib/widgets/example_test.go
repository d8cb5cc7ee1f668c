package widgets_test

import (
	"fmt"

	"github.com/galago-hpc/galago/lib/widgets"
)

// In a notebook there are a slider and a choice, and the line is printed anew
// whenever one of them moves. Here, where nobody draws them, it is printed once.
func ExampleInteract() {
	err := widgets.Interact(func(n int, unit string) {
		fmt.Println(n, unit)
	}, widgets.NewIntSlider(1, 10, 3).Label("length"), []string{"m", "km"})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 m
	// length = 3 (1 to 10)
	// "m" of ["m" "km"]
	// (no widget: there is no front end that draws widgets)
}

func ExampleIntSlider() {
	slider := widgets.NewIntSlider(0, 10, 3)
	slider.OnChange(func(n int) { fmt.Println("moved to", n) })
	slider.Set(12)
	fmt.Println(slider.Value())
	// Output:
	// moved to 10
	// 10
}
