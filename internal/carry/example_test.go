package carry_test

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/carry"
)

func Example() {
	type star struct {
		name      string
		companion *star
	}
	a := &star{name: "Sirius A"}
	a.companion = &star{name: "Sirius B", companion: a}
	data, err := carry.Encode(a)
	if err != nil {
		fmt.Println(err)
		return
	}

	// In another program, Star may be another type with the same fields.
	type Star struct {
		name      string
		companion *Star
	}
	var b *Star
	if err := carry.Decode(data, &b); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(b.companion.name, b.companion.companion == b)
	// Output: Sirius B true
}

func ExampleEncode_error() {
	type connection struct {
		host  string
		lines chan string
	}
	_, err := carry.Encode([]connection{{"a", nil}, {"b", make(chan string)}})
	fmt.Println(err)
	// Output: element [1].lines (chan string): a channel has no value to carry to another process
}
