package check

import (
	"go/importer"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/kernel/cell"
)

// The checker of Go 1.26 takes all memory for such types.
func TestTypesThatAreInstancesOfThemselves(t *testing.T) {
	for _, source := range []string{
		"type pair[A, B any] pair[A, B]\nx := pair[int, string]{}",
		"x := list[int]{}\ntype list[T any] (list[T])",
		"type a[T any] b[T]\ntype b[T any] a[T]\nfunc f() { _ = a[int]{} }",
		"type a[T any] = b[T]\ntype b[T any] a[T]\nvar x a[int]",
		"type a b[int]\ntype b[T any] a\nvar x a",
	} {
		w := NewWorld(importer.Default(), func(string) string { return "" }, nil)
		fragments, err := cell.Fragments(source, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Check(fragments, 1, 1); err == nil || !strings.Contains(err.Error(), "invalid recursive type") {
			t.Errorf("%s\nerror: %v", source, err)
		}
	}
	for _, source := range []string{
		"type list[T any] struct { next *list[T] }\nx := list[int]{}",
		"type a[T any] []T\ntype b a[int]\nvar x b",
		"type a[T any] []a[T]\nvar x a[int]",
	} {
		w := NewWorld(importer.Default(), func(string) string { return "" }, nil)
		fragments, err := cell.Fragments(source, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Check(fragments, 1, 1); err != nil {
			t.Errorf("%s\nerror: %v", source, err)
		}
	}
}
