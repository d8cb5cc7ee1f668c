package dl

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// maxArguments is the largest number of arguments that [Func.Call] passes on.
// MPI and HDF5 stop at 12.
const maxArguments = 16

// A Func is a C function of a library. Its zero value stands for a function
// that the library does not have; see [Func.Present].
type Func struct {
	address uintptr
	name    string
	guard   *Guard  // nil if calls are not guarded
	failure uintptr // what a guarded call returns that crashed
}

// Func looks up a function.
func (l *Library) Func(name string) (Func, error) {
	address, err := l.Symbol(name)
	if err != nil {
		return Func{}, err
	}
	return Func{address: address, name: name, guard: l.guard, failure: minusOne}, nil
}

// minusOne is how most C functions say that they have failed.
const minusOne = ^uintptr(0)

// FuncAt makes a function of an address, such as one read from a table in C
// memory. The name is for messages.
func FuncAt(address uintptr, name string) Func { return Func{address: address, name: name} }

// Present reports whether the function exists.
func (f Func) Present() bool { return f.address != 0 }

// Name is the function's C name.
func (f Func) Name() string { return f.name }

// Address is the C function pointer, for C functions that take one.
func (f Func) Address() uintptr { return f.address }

// Call calls the function with integer and pointer arguments and returns its
// integer or pointer result: int32(r) for an int, int64(r) for a long or a
// hid_t. It allocates nothing and costs about 0.04 microseconds on x86-64. Calling a
// function that is not [Func.Present] is a programming error and panics, as is
// passing more than 16 arguments.
func (f Func) Call(args ...Arg) uintptr {
	if f.address == 0 {
		panic("dl: call of a C function that the library does not have: " + f.name)
	}
	if f.guard != nil {
		return f.guard.call(f, args)
	}
	r := invoke(f.address, args)
	runtime.KeepAlive(args)
	return r
}

// Bind sets the Go function variable that fn points to, such as
// *func(float64) float64, to the C function name. It is slower than
// [Func.Call] (reflection, a few allocations) but passes and returns
// floating-point numbers. The Go signature must match the C prototype.
func (l *Library) Bind(fn any, name string) error {
	address, err := l.Symbol(name)
	if err != nil {
		return err
	}
	purego.RegisterFunc(fn, address)
	return nil
}

// Fill looks up a whole table: table points to a struct, and each of its
// fields of type [Func] is set to the function named by the field's tag:
//
//	var c struct {
//		commRank dl.Func `c:"MPI_Comm_rank"`
//		version  dl.Func `c:"MPI_Get_library_version,optional"`
//	}
//	err := lib.Fill(&c)
//
// A guarded function that crashes returns -1, or 0 with the option zero.
//
// An optional function that is missing leaves a Func that is not
// [Func.Present]. All others that are missing are named in one error.
func (l *Library) Fill(table any) error {
	value := reflect.ValueOf(table).Elem()
	var missing []string
	for i := range value.NumField() {
		tag, tagged := value.Type().Field(i).Tag.Lookup("c")
		if !tagged {
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		// The fields may be unexported, which reflection would not set.
		field := (*Func)(unsafe.Pointer(value.Field(i).Addr().Pointer()))
		f, err := l.Func(name)
		if err != nil && option != "optional" {
			missing = append(missing, name)
			continue
		}
		if option == "zero" {
			f.failure = 0
		}
		f.name = name
		*field = f
	}
	if len(missing) > 0 {
		return fmt.Errorf("library %s lacks %s", l.path, strings.Join(missing, ", "))
	}
	return nil
}

// Callback makes a C function pointer of a Go function whose parameters and
// single result are integers or pointers of at most 64 bits. A process has
// room for 2,000 and none is ever freed: make each once, in a package variable,
// and tell calls apart by the user-data argument that C passes through.
// A panic must not leave the function.
func Callback(fn any) uintptr { return purego.NewCallback(fn) }
