package nd

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// A generic type in the methods of what Array holds makes every importer compile
// all its methods again, which takes seconds.
func TestImportersCompileNoGenericTypes(t *testing.T) {
	of := reflect.TypeFor[buffer]()
	for i := range of.NumMethod() {
		if m := of.Method(i); strings.Contains(m.Type.String(), "[go.shape") || strings.Contains(m.Type.String(), "typed[") || strings.Contains(m.Type.String(), "complexes[") {
			t.Errorf("%s has the type %v", m.Name, m.Type)
		}
	}
}

// Memory that is not cleared must be as aligned as other memory, and all of it
// there.
func TestUnsetMemory(t *testing.T) {
	for dtype := Int8; dtype <= Complex128; dtype++ {
		for _, n := range []int{0, 1, 5000, 1 << 15, 1<<17 + 1} {
			a := unset(dtype, n)
			if n == 0 {
				continue
			}
			if uintptr(a.pointer())%unsafe.Sizeof(complex128(0)) != 0 && n*dtype.Size() >= 1<<15 {
				t.Errorf("%d elements of %v begin at %p", n, dtype, a.pointer())
			}
			if a.Fill(1); a.Sum().buf.atComplex(0) != complex(float64(n), 0) {
				t.Errorf("%d elements of %v: sum %v", n, dtype, a.Sum())
			}
		}
	}
}
