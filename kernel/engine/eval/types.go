package eval

import (
	"fmt"
	"reflect"

	"github.com/galago-hpc/galago/lib/rt"
)

var basic = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](), "int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](), "uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](), "uintptr": reflect.TypeFor[uintptr](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
	AnyType: reflect.TypeFor[any](), ErrorType: reflect.TypeFor[error](),
}

// Composite reports whether the type has no name and is made of others.
func (t *Type) Composite() bool {
	switch t.Kind {
	case PointerType, SliceType, ArrayType, MapType, ChanType, FuncType:
		return true
	}
	return false
}

// String tells types apart; it is no Go.
func (t *Type) String() string {
	if t == nil {
		return ""
	}
	return fmt.Sprint(t.Kind, t.Unit, t.Path, ".", t.Name, "(", t.Key, t.Elem, t.Length, t.Dir, t.Parameters, t.Results, t.Variadic, ")")
}

// resolve finds the type that t names.
func (t *Type) resolve() reflect.Type {
	if b, ok := basic[t.Kind]; ok {
		return b
	}
	switch t.Kind {
	case SessionType:
		if found, ok := rt.TypeOf(t.Unit, t.Name); ok {
			return found
		}
	case PackageType:
		if found, ok := rt.Symbol(t.Path, t.Name).(reflect.Type); ok {
			return found
		}
	case PointerType:
		return reflect.PointerTo(t.Elem.resolve())
	case SliceType:
		return reflect.SliceOf(t.Elem.resolve())
	case ArrayType:
		return reflect.ArrayOf(int(t.Length), t.Elem.resolve())
	case MapType:
		return reflect.MapOf(t.Key.resolve(), t.Elem.resolve())
	case FuncType:
		return reflect.FuncOf(resolveAll(t.Parameters), resolveAll(t.Results), t.Variadic)
	case ChanType:
		return reflect.ChanOf(reflect.ChanDir(t.Dir), t.Elem.resolve())
	}
	panic(fmt.Sprintf("the engine does not know the type %s of %s%s", t.Name, t.Path, t.Kind))
}

func resolveAll(list []*Type) []reflect.Type {
	var types []reflect.Type
	for _, t := range list {
		types = append(types, t.resolve())
	}
	return types
}
