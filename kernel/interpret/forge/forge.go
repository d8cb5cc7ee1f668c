// Package forge makes what package reflect cannot: named types with methods,
// interface types, structs with embedded fields, recursive types.
//
//	shell := forge.Named("main.Celsius", "main", reflect.TypeFor[float64](), nil, []forge.Method{...})
//	shell.Fill(reflect.TypeFor[float64]())
//	shell.Attach(...)
//
// The types are real ones. Compiled code that gets a value of a forged type
// finds its name, its fields and its methods: fmt calls a String method, sort a Less
// method, errors.As looks at the type.
//
// A type is forged in three steps, because types may refer to each other:
// [Named] makes its memory layout known, [Type.Fill] says what it consists of,
// [Type.Attach] gives it methods. The package relies on the layout of Go's own type
// descriptions; [Available] says whether this program has the one that it knows.
//
// Types are never freed. What goes wrong (too many methods) is an error.
package forge

import (
	"errors"
	"go/token"
	"hash/fnv"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(unsafe.Pointer) int32

var kept struct {
	sync.Mutex
	list []any
}

// keep holds on to what the garbage collector does not see being used.
func keep(v any) {
	kept.Lock()
	defer kept.Unlock()
	kept.list = append(kept.list, v)
}

// A Type is a type in the making.
type Type struct {
	t       *rtype
	pointer *rtype // the type of pointers to it, if that has methods
	final   func(a, b unsafe.Pointer) bool
}

// Reflect returns the type. It may be used to build other types at once.
func (t *Type) Reflect() reflect.Type { return typeOf(t.t) }

// A Method is one of a method set.
type Method struct {
	Name string
	Type reflect.Type // without the receiver
	// Call is called with a pointer to the receiver, or with the receiver itself if that
	// is a pointer.
	Call func(receiver unsafe.Pointer, args []reflect.Value) []reflect.Value
}

// Named begins a named type. Like is a type with the memory layout of the
// underlying type, which need not be that type. The type will have as many
// methods as values and pointers say, which are the names of the methods in
// the method sets of the type and of pointers to it.
func Named(name, pkgPath string, like reflect.Type, comparable bool, values, pointers []string) *Type {
	return begin(name, pkgPath, flagNamed, like, comparable, values, pointers)
}

// Struct begins a struct type without a name; its text is what reflect would
// write.
func Struct(text, pkgPath string, like reflect.Type, comparable bool, values, pointers []string) *Type {
	t := begin(text, pkgPath, 0, like, comparable, values, pointers)
	if len(values) == 0 {
		t.t.flags &^= flagUncommon
	}
	return t
}

func begin(name, pkgPath string, flags uint8, like reflect.Type, comparable bool, values, pointers []string) *Type {
	t := &Type{t: describe(like, name, pkgPath, flags, values)}
	if comparable {
		t.t.equal = func(a, b unsafe.Pointer) bool { return t.final(a, b) }
		keep(t.t.equal)
	} else {
		t.t.equal = nil
	}
	if len(pointers) > 0 {
		t.pointer = describe(reflect.TypeFor[*byte](), "*"+name, pkgPath, 0, pointers)
		(*pointerType)(unsafe.Pointer(t.pointer)).elem = t.t
		t.t.pointerTo = addReflectOff(unsafe.Pointer(t.pointer))
	}
	return t
}

var serial struct {
	sync.Mutex
	n int
}

// describe allocates the description of a type with room for methods.
func describe(like reflect.Type, name, pkgPath string, flags uint8, methods []string) *rtype {
	from := raw(like)
	size := kindSize(like.Kind())
	total := size + unsafe.Sizeof(uncommon{})
	if like.Kind() == reflect.Func {
		total += uintptr(like.NumIn()+like.NumOut()) * 8
	}
	offset := total - size
	total += uintptr(len(methods)) * unsafe.Sizeof(method{})
	memory := make([]uint64, (total+7)/8)
	keep(memory)
	keep(like)
	t := (*rtype)(unsafe.Pointer(&memory[0]))
	copy(unsafe.Slice((*byte)(unsafe.Pointer(t)), size), unsafe.Slice((*byte)(unsafe.Pointer(from)), size))
	t.flags = from.flags&^(flagExtraStar|flagNamed|flagUncommon) | flags | flagUncommon
	t.name = addReflectOff(unsafe.Pointer(nameBytes(name, "", false, false)))
	t.pointerTo = 0
	h := fnv.New32a()
	serial.Lock()
	serial.n++
	h.Write([]byte(name + " " + strconv.Itoa(serial.n)))
	serial.Unlock()
	t.hash = h.Sum32()
	u := uncommonOf(t)
	*u = uncommon{pkgPath: addReflectOff(unsafe.Pointer(nameBytes(pkgPath, "", false, false))), methods: uint16(len(methods)), offset: uint32(offset)}
	for _, m := range methods {
		if token.IsExported(m) {
			u.exports++
		}
	}
	return t
}

func uncommonOf(t *rtype) *uncommon {
	return (*uncommon)(unsafe.Add(unsafe.Pointer(t), kindSize(reflect.Kind(t.kind))))
}

// Fill gives the type the parts of its underlying type.
func (t *Type) Fill(underlying reflect.Type) {
	from := raw(underlying)
	n := kindSize(underlying.Kind())
	keep(underlying)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(t.t)), n)[48:], unsafe.Slice((*byte)(unsafe.Pointer(from)), n)[48:])
	if underlying.Kind() == reflect.Func {
		old := unsafe.Add(unsafe.Pointer(from), n)
		if from.flags&flagUncommon != 0 {
			old = unsafe.Add(old, unsafe.Sizeof(uncommon{}))
		}
		count := underlying.NumIn() + underlying.NumOut()
		to := unsafe.Add(unsafe.Pointer(t.t), n+unsafe.Sizeof(uncommon{}))
		copy(unsafe.Slice((*uintptr)(to), count), unsafe.Slice((*uintptr)(old), count))
	}
	t.final = from.equal
}

// A Field is one of a struct type.
type Field struct {
	Name     string
	Type     reflect.Type
	Tag      string
	Embedded bool
}

// FillStruct gives a struct type its fields; like is the type with the same
// memory layout, as in [Named].
func (t *Type) FillStruct(fields []Field, like reflect.Type, pkgPath string) {
	s := (*structType)(unsafe.Pointer(t.t))
	var list []structField
	private := false
	for i, f := range fields {
		exported := token.IsExported(f.Name)
		private = private || !exported
		if f.Name == "_" {
			t.t.flags &^= flagRegular // blank fields do not count in comparisons
		}
		list = append(list, structField{nameBytes(f.Name, f.Tag, exported, f.Embedded), raw(f.Type), like.Field(i).Offset})
	}
	keep(list)
	s.fields = list
	s.pkgPath = nil
	if private {
		s.pkgPath = nameBytes(pkgPath, "", false, false)
	}
	t.final = func(a, b unsafe.Pointer) bool {
		for i, f := range list {
			if fields[i].Name != "_" && !f.t.equal(unsafe.Add(a, f.offset), unsafe.Add(b, f.offset)) {
				return false
			}
		}
		return true
	}
}

// Interface begins an interface type with the given number of methods. An
// empty package path and a text instead of a name make one without a name.
func Interface(name, pkgPath string, named bool, methods int) *Type {
	like := reflect.TypeFor[any]()
	if methods > 0 {
		like = reflect.TypeFor[error]()
	}
	t := &Type{t: describe(like, name, pkgPath, 0, nil)}
	if named {
		t.t.flags |= flagNamed
	} else {
		t.t.flags &^= flagUncommon
	}
	i := (*interfaceType)(unsafe.Pointer(t.t))
	i.methods = make([]interfaceMethod, methods)
	keep(i.methods)
	i.pkgPath = nil
	if pkgPath != "" {
		i.pkgPath = nameBytes(pkgPath, "", false, false)
	}
	return t
}

// FillInterface gives an interface type its methods, sorted as by [Less].
func (t *Type) FillInterface(names []string, types []reflect.Type) {
	i := (*interfaceType)(unsafe.Pointer(t.t))
	for k, name := range names {
		keep(types[k])
		i.methods[k] = interfaceMethod{
			addReflectOff(unsafe.Pointer(nameBytes(name, "", token.IsExported(name), false))),
			addReflectOff(unsafe.Pointer(raw(types[k]))),
		}
	}
}

// Less is the order of methods in a type: exported ones first, by name.
func Less(a, b string) int {
	if x, y := token.IsExported(a), token.IsExported(b); x != y {
		if x {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// ErrFull says that there are too many methods.
var ErrFull = errors.New("too many methods of interpreted types")

// Attach gives the type and pointers to it their methods, sorted as by [Less],
// which [Named] has announced.
func (t *Type) Attach(values, pointers []Method) error {
	if err := attach(t.t, values); err != nil {
		return err
	}
	if t.pointer == nil {
		return nil
	}
	return attach(t.pointer, pointers)
}

func attach(t *rtype, methods []Method) error {
	u := uncommonOf(t)
	list := unsafe.Slice((*method)(unsafe.Add(unsafe.Pointer(u), u.offset)), len(methods))
	for i, m := range methods {
		entry, err := enter(m, reflect.TypeFor[unsafe.Pointer](), func(v reflect.Value) unsafe.Pointer { return v.UnsafePointer() })
		if err != nil {
			return err
		}
		// Only reflect calls this one.
		whole, err := enter(m, typeOf(t), dataWord)
		if err != nil {
			return err
		}
		keep(m.Type)
		list[i] = method{
			name: addReflectOff(unsafe.Pointer(nameBytes(m.Name, "", token.IsExported(m.Name), false))),
			t:    addReflectOff(unsafe.Pointer(raw(m.Type))),
			ifn:  addReflectOff(entry),
			tfn:  addReflectOff(whole),
		}
	}
	return nil
}

// entries is how many methods there can be. The assembly file has as many.
const entries = 65536

// contexts holds the functions behind the entries.
var contexts [entries]unsafe.Pointer

var entered struct {
	sync.Mutex
	n int
}

// dataWord is what an interface holds as its data word for a value.
func dataWord(v reflect.Value) unsafe.Pointer {
	i := v.Interface()
	return (*eface)(unsafe.Pointer(&i)).data
}

// enter makes a machine address that calls a method with a receiver of the given
// type, which word turns into the one that the method gets.
func enter(m Method, receiver reflect.Type, word func(reflect.Value) unsafe.Pointer) (unsafe.Pointer, error) {
	in := []reflect.Type{receiver}
	for i := range m.Type.NumIn() {
		in = append(in, m.Type.In(i))
	}
	var out []reflect.Type
	for i := range m.Type.NumOut() {
		out = append(out, m.Type.Out(i))
	}
	f := reflect.MakeFunc(reflect.FuncOf(in, out, m.Type.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		return m.Call(word(args[0]), args[1:])
	})
	holder := reflect.New(f.Type())
	holder.Elem().Set(f)
	entered.Lock()
	defer entered.Unlock()
	if entered.n == entries {
		return nil, ErrFull
	}
	i := entered.n
	entered.n++
	contexts[i] = *(*unsafe.Pointer)(holder.UnsafePointer())
	return entryAddress(i), nil
}

// Direct reports whether interfaces hold values of the type themselves rather
// than a pointer to them.
func Direct(t reflect.Type) bool {
	const flagDirect = 1 << 5
	return raw(t).flags&flagDirect != 0
}

// Available says why types cannot be forged in this program, nil if they can.
func Available() error {
	if !supported {
		return errors.New("cells can be interpreted on Linux on amd64 only")
	}
	if !strings.HasPrefix(runtime.Version(), "go1.26") {
		return errors.New("this binary was built with " + runtime.Version() + "; interpreting cells needs one built with Go 1.26")
	}
	return nil
}
