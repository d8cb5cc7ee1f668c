package nd

import (
	"testing"

	"github.com/galago-hpc/galago/internal/carry"
)

func TestArraysCanBeCarried(t *testing.T) {
	whole, err := From([][]float64{{1, 2, 3}, {4, 5, 6}})
	if err != nil {
		t.Fatal(err)
	}
	view, err := whole.Sel(":, ::2")
	if err != nil {
		t.Fatal(err)
	}
	data, err := carry.Encode(&view)
	if err != nil {
		t.Fatal(err)
	}
	var got *Array
	if err := carry.Decode(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.String() != view.String() {
		t.Errorf("got\n%v\nwant\n%v", got, view)
	}
}
