package interpret

import (
	"go/types"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/interpret/forge"
)

// atomicPointer forges an instance of atomic.Pointer, the one generic type with
// methods that is part of many programs.
func (tt *typeTable) atomicPointer(t *types.Named) reflect.Type {
	st := t.Underlying().(*types.Struct)
	like := tt.opaque(st)
	names := []string{"CompareAndSwap", "Load", "Store", "Swap"}
	f := forge.Named(typeString(t), "sync/atomic", like, types.Comparable(t), nil, names)
	tt.set(t, f.Reflect())
	f.FillStruct(tt.fields(st), like, "sync/atomic")
	pt := reflect.PointerTo(tt.of(t.TypeArgs().At(0)))
	offset := like.Field(like.NumField() - 1).Offset // of the pointer itself
	at := func(receiver unsafe.Pointer) *unsafe.Pointer {
		return (*unsafe.Pointer)(unsafe.Add(notNil(receiver), offset))
	}
	value := func(p unsafe.Pointer) []reflect.Value { return []reflect.Value{reflect.NewAt(pt.Elem(), p)} }
	in := func(types ...reflect.Type) []reflect.Type { return types }
	method := func(name string, in, out []reflect.Type, call func(receiver unsafe.Pointer, args []reflect.Value) []reflect.Value) forge.Method {
		return forge.Method{Name: name, Type: reflect.FuncOf(in, out, false), Call: call}
	}
	tt.pending = append(tt.pending, func() {
		err := f.Attach(nil, []forge.Method{
			method(names[0], in(pt, pt), in(reflect.TypeFor[bool]()), func(r unsafe.Pointer, args []reflect.Value) []reflect.Value {
				return []reflect.Value{reflect.ValueOf(atomic.CompareAndSwapPointer(at(r), args[0].UnsafePointer(), args[1].UnsafePointer()))}
			}),
			method(names[1], nil, in(pt), func(r unsafe.Pointer, _ []reflect.Value) []reflect.Value {
				return value(atomic.LoadPointer(at(r)))
			}),
			method(names[2], in(pt), nil, func(r unsafe.Pointer, args []reflect.Value) []reflect.Value {
				atomic.StorePointer(at(r), args[0].UnsafePointer())
				return nil
			}),
			method(names[3], in(pt), in(pt), func(r unsafe.Pointer, args []reflect.Value) []reflect.Value {
				return value(atomic.SwapPointer(at(r), args[0].UnsafePointer()))
			}),
		})
		if err != nil {
			panic(refusef("the type %s: %v", typeString(t), err))
		}
	})
	return f.Reflect()
}
