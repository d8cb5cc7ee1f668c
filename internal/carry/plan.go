package carry

import (
	"encoding"
	"math"
	"reflect"
	"strings"
	"sync"
	"time"
)

// A way says how values of a type are carried.
type way int

const (
	byFlat      way = iota // numbers, and arrays and structs of them: as in memory
	byBool                 // one byte
	byString               // length and bytes
	byArray                // its elements
	byStruct               // its fields
	byPointer              // a reference
	bySlice                // a reference
	byMap                  // a reference
	byInterface            // type and value
	byMethod               // what its own method makes of it
	byZero                 // only if it is zero
	byTime                 // a struct, without its monotonic clock
)

// A plan says how values of one type are carried.
type plan struct {
	t      reflect.Type
	way    way
	size   uintptr // in memory
	min    int     // least number of bytes that a value takes when encoded
	elem   *plan   // of pointers, slices, arrays, maps
	key    *plan   // of maps
	fields []field
	reason string // byZero: what is wrong with a value that is not
	method marshaller
}

type field struct {
	name   string
	offset uintptr
	plan   *plan
}

var (
	plansMu sync.RWMutex
	plans   = map[reflect.Type]*plan{}
)

func planOf(t reflect.Type) *plan {
	plansMu.RLock()
	p := plans[t]
	plansMu.RUnlock()
	if p != nil {
		return p
	}
	plansMu.Lock()
	defer plansMu.Unlock()
	return makePlan(t)
}

// makePlan is called with the lock held. A type that is being planned already is
// found in plans, unfinished; only references lead to such a type, and they do not
// look into it.
func makePlan(t reflect.Type) *plan {
	if p := plans[t]; p != nil {
		return p
	}
	p := &plan{t: t, size: t.Size(), min: 1}
	plans[t] = p
	if p.refuse() {
		return p
	}
	switch t.Kind() {
	case reflect.Bool:
		p.way = byBool
	case reflect.String:
		p.way = byString
	case reflect.Pointer:
		p.way, p.elem = byPointer, makePlan(t.Elem())
	case reflect.Slice:
		p.way, p.elem = bySlice, makePlan(t.Elem())
	case reflect.Map:
		p.way, p.key, p.elem = byMap, makePlan(t.Key()), makePlan(t.Elem())
	case reflect.Interface:
		p.way = byInterface
	case reflect.Array:
		p.way, p.elem = byArray, makePlan(t.Elem())
		p.min = times(p.elem.min, t.Len())
		if p.elem.way == byFlat {
			p.way, p.min = byFlat, int(p.size)
		}
	case reflect.Struct:
		p.way, p.min = byStruct, 0
		flat := true
		for i := range t.NumField() {
			f := t.Field(i)
			fp := makePlan(f.Type)
			if t == reflect.TypeFor[strings.Builder]() && fp.way == byPointer {
				flat = false // the pointer to itself by which a Builder finds out that it was copied
				continue
			}
			p.fields = append(p.fields, field{f.Name, f.Offset, fp})
			p.min += fp.min
			flat = flat && fp.way == byFlat
		}
		if flat {
			p.way, p.min = byFlat, int(p.size)
		}
		if t == reflect.TypeFor[time.Time]() {
			p.way = byTime
		}
	default:
		p.way, p.min = byFlat, int(p.size)
	}
	return p
}

func times(a, b int) int {
	if b != 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

// refuse settles the types that are not carried by their parts.
func (p *plan) refuse() bool {
	switch p.t.Kind() {
	case reflect.Chan:
		p.way, p.reason = byZero, "a channel has no value to carry to another process"
		return true
	case reflect.Func:
		p.way, p.reason = byZero, "a function has no value to carry to another process"
		return true
	case reflect.UnsafePointer:
		p.way, p.reason = byZero, "an unsafe pointer has no value to carry to another process"
		return true
	case reflect.Struct:
	default:
		return false
	}
	if m := marshallerOf(p.t); m != 0 && !plain(p.t, map[reflect.Type]bool{}) {
		p.way, p.method = byMethod, m
		return true
	}
	if p.reason = resource(p.t); p.reason != "" {
		p.way = byZero
		return true
	}
	return false
}

// resource says why structs of some packages mean nothing in another process,
// although they consist of numbers.
func resource(t reflect.Type) string {
	const lib = "github.com/galago-hpc/galago/lib/"
	switch name := t.PkgPath() + "." + t.Name(); name {
	case "sync.Mutex", "sync.RWMutex", "internal/sync.Mutex":
		return "a locked mutex cannot be carried to another process"
	case "sync.WaitGroup":
		return "a wait group that is waited for cannot be carried to another process"
	case "os.File", "os.file", "os.Root", "os.root":
		return "an open file cannot be carried to another process; carry its name and open it there"
	case "os.Process", "os/exec.Cmd", "internal/poll.FD", "plugin.Plugin":
		return "it belongs to this process and has no value to carry to another one"
	}
	if t.PkgPath() == "unique" {
		return "a unique handle means something in its process only"
	}
	private := false
	for i := range t.NumField() {
		private = private || !t.Field(i).IsExported()
	}
	switch path := t.PkgPath(); {
	case private && path == lib+"h5":
		return "an open HDF5 object cannot be carried to another process; carry its file and path and open it there"
	case private && path == lib+"mpi":
		return "an MPI object belongs to its process; make it on the ranks"
	}
	return ""
}

// A marshaller is one of the ways in which types encode themselves.
type marshaller int

const (
	binaryMarshaller marshaller = iota + 1
	gobMarshaller
	textMarshaller
)

// The interfaces of encoding/gob, which is too large to import for them.
type (
	gobEncoder interface{ GobEncode() ([]byte, error) }
	gobDecoder interface{ GobDecode([]byte) error }
)

func marshallerOf(t reflect.Type) marshaller {
	p := reflect.PointerTo(t)
	switch {
	case p.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) && p.Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]()):
		return binaryMarshaller
	case p.Implements(reflect.TypeFor[gobEncoder]()) && p.Implements(reflect.TypeFor[gobDecoder]()):
		return gobMarshaller
	case p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) && p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return textMarshaller
	}
	return 0
}

// plain says whether all that a value can lead to is carried by its parts.
func plain(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] || t == reflect.TypeFor[time.Time]() {
		return true
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Interface:
		return false
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return plain(t.Elem(), seen)
	case reflect.Map:
		return plain(t.Key(), seen) && plain(t.Elem(), seen)
	case reflect.Struct:
		if why := resource(t); why != "" && !strings.HasPrefix(t.PkgPath(), "sync") && !strings.HasPrefix(t.PkgPath(), "internal/sync") {
			return false
		}
		for i := range t.NumField() {
			if !plain(t.Field(i).Type, seen) {
				return false
			}
		}
	}
	return true
}
