package notebook_test

import (
	"fmt"

	"github.com/galago-hpc/galago/lib/notebook"
)

// A Body is shown as a table in notebooks because it has a method HTML.
type Body struct {
	Name string
	Mass float64 // kg
}

// HTML returns the body as a table.
func (b Body) HTML() string {
	return fmt.Sprintf("<table><tr><th>%s</th><td>%g kg</td></tr></table>", b.Name, b.Mass)
}

func ExampleShow() {
	notebook.Show(42, "text", Body{"Earth", 5.97e24})
	// Output:
	// 42
	// "text"
	// {Name:Earth Mass:5.97e+24}
}

func ExampleShowID() {
	d := notebook.ShowID("waiting")
	d.Update("arrived")
	// Output:
	// "waiting"
	// "arrived"
}

func ExampleHTML() {
	notebook.HTML("<h2>Masses</h2><table><tr><td>Sun</td><td>2e30 kg</td></tr></table>")
	// Output:
	// Masses
	// Sun	2e30 kg
}

func ExampleReturn() {
	// On a rank, the session gets a variable energy of type float64.
	notebook.Return("energy", 1.5)
	// Output:
}
