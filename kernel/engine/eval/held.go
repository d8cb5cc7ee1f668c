package eval

import (
	"bufio"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// known are types of which it was seen that code mentions them.
var (
	knownMu sync.Mutex
	known   = map[reflect.Type]bool{}
)

func init() {
	for _, family := range [][]reflect.Type{
		family[bool](), family[string](), family[error](), family[any](),
		family[int](), family[int8](), family[int16](), family[int32](), family[int64](),
		family[uint](), family[uint8](), family[uint16](), family[uint32](), family[uint64](), family[uintptr](),
		family[float32](), family[float64](), family[complex64](), family[complex128](),
		{reflect.TypeFor[func()](), reflect.TypeFor[map[string]map[string]int](), reflect.TypeFor[[][][]float64](), reflect.TypeFor[chan struct{}]()},
	} {
		for _, t := range family {
			known[t] = true
		}
	}
}

// family mentions the types that sessions often make of another one.
func family[T any]() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[*T](), reflect.TypeFor[**T](), reflect.TypeFor[chan T](),
		reflect.TypeFor[[]T](), reflect.TypeFor[*[]T](), reflect.TypeFor[[]*T](), reflect.TypeFor[[][]T](), reflect.TypeFor[*[][]T](),
		reflect.TypeFor[map[string]T](), reflect.TypeFor[*map[string]T](), reflect.TypeFor[map[string][]T](),
		reflect.TypeFor[map[int]T](), reflect.TypeFor[*map[int]T](), reflect.TypeFor[map[int][]T](),
	}
}

// Held reports whether loaded code mentions all of some types that have no
// name. For one that no code mentions, reflection makes up a form of its own on
// the heap, which is not the type that cells have that are compiled later.
func Held(types []*Type) bool {
	knownMu.Lock()
	defer knownMu.Unlock()
	var objects []span
	for _, t := range types {
		r := t.resolve()
		if known[r] {
			continue
		}
		if objects == nil {
			objects = loadedObjects()
		}
		if !within(objects, reflect.ValueOf(r).Pointer()) {
			return false
		}
		known[r] = true
	}
	return true
}

// A span is a range of addresses.
type span struct{ from, to uintptr }

func within(spans []span, address uintptr) bool {
	for _, s := range spans {
		if s.from <= address && address < s.to {
			return true
		}
	}
	return false
}

// loadedObjects returns where the executable and the shared objects lie, by
// proc(5): what a file was mapped to.
func loadedObjects() []span {
	file, err := os.Open("/proc/self/maps")
	if err != nil {
		return []span{} // nothing is known to be held, and cells are compiled
	}
	defer file.Close()
	spans := []span{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 6 || !strings.HasPrefix(fields[5], "/") {
			continue
		}
		low, high, _ := strings.Cut(fields[0], "-")
		spans = append(spans, span{address(low), address(high)})
	}
	return spans
}

func address(hexadecimal string) uintptr {
	n, err := strconv.ParseUint(hexadecimal, 16, 64)
	if err != nil {
		return 0
	}
	return uintptr(n)
}
