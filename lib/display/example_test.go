package display_test

import (
	"fmt"

	"github.com/galago-hpc/galago/lib/display"
)

func ExampleMath() {
	d := display.Math(`e^{i\pi} + 1 = 0`)
	fmt.Println(d.Data[display.MIMETypeLatex])
	// Output: $$e^{i\pi} + 1 = 0$$
}
