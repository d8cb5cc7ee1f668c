package interpret

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/forge"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

var (
	opaquePointer = reflect.TypeFor[unsafe.Pointer]()
	anyType       = reflect.TypeFor[any]()
	errorType     = reflect.TypeFor[error]()
	universeError = types.Universe.Lookup("error").Type()
	universeAny   = types.Universe.Lookup("any").Type()
)

// A typeTable finds the types of run time for those of the checker.
type typeTable struct {
	mu        sync.Mutex
	types     typeutil.Map // types.Type -> reflect.Type
	opaques   typeutil.Map // types.Type -> reflect.Type
	harvested typeutil.Map // types that are in no table of symbols
	learned   map[*types.Package]bool
	making    map[reflect.Type]bool
	fresh     []types.Type // made for the type at hand
	pending   []func()     // methods to attach once all types are complete
	depth     int
	machine   *Machine

	dynamics sync.Map // reflect.Type -> types.Type, of those with interpreted methods
}

// layout returns the type of run time of a type. It panics with a refusal if
// there is none.
func (tt *typeTable) layout(t types.Type) reflect.Type {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.of(t)
}

func (tt *typeTable) of(t types.Type) reflect.Type {
	if r, ok := tt.types.At(t).(reflect.Type); ok {
		return r
	}
	if tt.depth == 0 {
		complete := false
		defer func() {
			if !complete {
				tt.forget()
			}
			tt.fresh = nil
		}()
		defer func() { complete = tt.depth == 0 && len(tt.making) == 0 && len(tt.pending) == 0 }()
	}
	tt.depth++
	defer func() { tt.depth-- }()
	r := tt.make(types.Unalias(t))
	tt.set(t, r)
	for tt.depth == 1 && len(tt.pending) > 0 {
		attach := tt.pending[0]
		tt.pending = tt.pending[1:]
		attach()
	}
	return r
}

// set notes the type of run time of a type.
func (tt *typeTable) set(t types.Type, r reflect.Type) {
	tt.types.Set(t, r)
	tt.fresh = append(tt.fresh, t)
}

// forget takes back what was made until a refusal: it may refer to types that
// are not complete.
func (tt *typeTable) forget() {
	for _, t := range tt.fresh {
		tt.types.Delete(t)
	}
	clear(tt.making)
	tt.pending = nil
}

func (tt *typeTable) make(t types.Type) reflect.Type {
	switch t := t.(type) {
	case *types.Basic:
		if r, ok := basicTypes[t.Kind()]; ok {
			return r
		}
	case *types.Named:
		return tt.named(t)
	case *types.Pointer:
		return reflect.PointerTo(tt.of(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(tt.of(t.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), tt.of(t.Elem()))
	case *types.Map:
		k := tt.of(t.Key())
		if tt.making[k] && k.Kind() != reflect.Pointer {
			panic(refusef("the type %s, whose key refers to the map", typeString(t)))
		}
		return reflect.MapOf(k, tt.of(t.Elem()))
	case *types.Chan:
		return reflect.ChanOf([]reflect.ChanDir{reflect.BothDir, reflect.SendDir, reflect.RecvDir}[t.Dir()], tt.of(t.Elem()))
	case *types.Signature:
		return tt.function(t)
	case *types.Interface:
		return tt.iface(t, nil)
	case *types.Struct:
		return tt.structure(t)
	}
	panic(refusef("values of type %s", typeString(t)))
}

func (tt *typeTable) function(t *types.Signature) reflect.Type {
	var in, out []reflect.Type
	for i := range t.Params().Len() {
		in = append(in, tt.of(t.Params().At(i).Type()))
	}
	for i := range t.Results().Len() {
		out = append(out, tt.of(t.Results().At(i).Type()))
	}
	return reflect.FuncOf(in, out, t.Variadic())
}

// structure makes a struct type without a name.
func (tt *typeTable) structure(t *types.Struct) reflect.Type {
	plain := true
	var fields []reflect.StructField
	for i := range t.NumFields() {
		v := t.Field(i)
		f := reflect.StructField{Name: v.Name(), Type: tt.of(v.Type()), Tag: reflect.StructTag(t.Tag(i))}
		plain = plain && !v.Embedded() && v.Name() != "_"
		if !v.Exported() {
			f.PkgPath = v.Pkg().Path()
		}
		fields = append(fields, f)
	}
	if plain {
		return reflect.StructOf(fields)
	}
	like, pkgPath := tt.opaque(t), packagePath(t)
	values, pointers := methodsOf(t), methodsOf(types.NewPointer(t))
	s := forge.Struct(typeString(t), pkgPath, like, types.Comparable(t), namesOf(values), namesOf(pointers))
	tt.set(t, s.Reflect())
	s.FillStruct(tt.fields(t), like, pkgPath)
	tt.equip(t, s, values, pointers)
	return s.Reflect()
}

// equip gives a forged type its methods, once all types are complete.
func (tt *typeTable) equip(t types.Type, f *forge.Type, values, pointers []*types.Func) {
	r := f.Reflect()
	tt.dynamics.Store(r, t)
	if len(pointers) > 0 {
		tt.dynamics.Store(reflect.PointerTo(r), types.Type(types.NewPointer(t)))
	}
	if len(values)+len(pointers) == 0 {
		return
	}
	tt.pending = append(tt.pending, func() {
		if err := f.Attach(tt.attachments(t, r, values), tt.attachments(types.NewPointer(t), reflect.PointerTo(r), pointers)); err != nil {
			panic(refusef("the type %s: %v", typeString(t), err))
		}
	})
}

func packagePath(t *types.Struct) string {
	for i := range t.NumFields() {
		if p := t.Field(i).Pkg(); p != nil {
			return p.Path()
		}
	}
	return check.Path
}

func (tt *typeTable) fields(t *types.Struct) []forge.Field {
	var fields []forge.Field
	for i := range t.NumFields() {
		v := t.Field(i)
		fields = append(fields, forge.Field{Name: v.Name(), Type: tt.of(v.Type()), Tag: t.Tag(i), Embedded: v.Embedded()})
	}
	return fields
}

// iface makes an interface type; named is nil for one without a name.
func (tt *typeTable) iface(t *types.Interface, named *types.Named) reflect.Type {
	if named == nil && t.NumMethods() == 0 {
		return anyType
	}
	if !t.IsMethodSet() {
		panic(refusef("values of the constraint %s", typeString(t)))
	}
	name, pkgPath := typeString(t), ""
	var methods []*types.Func
	for i := range t.NumMethods() {
		m := t.Method(i)
		methods = append(methods, m)
		if !m.Exported() {
			pkgPath = m.Pkg().Path()
		}
	}
	if named != nil {
		name, pkgPath = typeString(named), named.Obj().Pkg().Path()
	}
	slices.SortFunc(methods, func(a, b *types.Func) int { return forge.Less(a.Name(), b.Name()) })
	f := forge.Interface(name, pkgPath, named != nil, len(methods))
	if named != nil {
		tt.set(named, f.Reflect())
	}
	var names []string
	var signatures []reflect.Type
	for _, m := range methods {
		names, signatures = append(names, m.Name()), append(signatures, tt.function(m.Signature()))
	}
	f.FillInterface(names, signatures)
	return f.Reflect()
}

func (tt *typeTable) named(t *types.Named) reflect.Type {
	if t.Obj().Pkg() == nil {
		if t.Obj().Name() == "error" {
			return errorType
		}
		return tt.of(t.Underlying())
	}
	if !interpreted(t) {
		if t.TypeArgs().Len() == 0 {
			if r, ok := symbols.Type(t.Obj().Pkg().Path(), t.Obj().Name()); ok {
				return r
			}
		}
		if r, ok := tt.harvested.At(t).(reflect.Type); ok {
			return r
		}
		tt.learn(t.Obj().Pkg())
		if r, ok := tt.harvested.At(t).(reflect.Type); ok {
			return r
		}
		if t.Obj().Pkg().Path() == "sync/atomic" && t.Obj().Name() == "Pointer" {
			return tt.atomicPointer(t)
		}
		if t.TypeArgs().Len() > 0 && t.NumMethods() == 0 {
			return tt.declaredType(t) // as iter.Seq
		}
		panic(refusef("the type %s: it is compiled, and not among those that the interpreter knows", typeString(t)))
	}
	return tt.declaredType(t)
}

// declaredType forges a type that cells declare.
func (tt *typeTable) declaredType(t *types.Named) reflect.Type {
	for i := range t.TypeArgs().Len() {
		if local := localType(t.TypeArgs().At(i)); local != nil {
			panic(refusef("the type %s, whose argument %s is declared in a function", typeString(t), local.Obj().Name()))
		}
	}
	if it, ok := t.Underlying().(*types.Interface); ok {
		return tt.iface(it, t)
	}
	values, pointers := methodsOf(t), methodsOf(types.NewPointer(t))
	if _, ok := t.Underlying().(*types.Pointer); ok {
		pointers = nil
	}
	like := tt.opaque(t.Underlying())
	f := forge.Named(typeString(t), t.Obj().Pkg().Path(), like, types.Comparable(t), namesOf(values), namesOf(pointers))
	r := f.Reflect()
	tt.set(t, r)
	tt.making[r] = true
	if st, ok := t.Underlying().(*types.Struct); ok {
		f.FillStruct(tt.fields(st), like, t.Obj().Pkg().Path())
	} else {
		f.Fill(tt.of(t.Underlying()))
	}
	delete(tt.making, r)
	tt.equip(t, f, values, pointers)
	return r
}

// localType finds a type in a type argument that is declared in a function: its
// full name is known to the compiler alone.
func localType(t types.Type) *types.Named {
	var found *types.Named
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if found != nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if o := t.Obj(); o.Pkg() != nil && o.Parent() != nil && o.Parent() != o.Pkg().Scope() {
				found = t
			}
			for i := range t.TypeArgs().Len() {
				walk(t.TypeArgs().At(i))
			}
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case *types.Struct:
			for i := range t.NumFields() {
				walk(t.Field(i).Type())
			}
		case *types.Signature:
			walk(t.Params())
			walk(t.Results())
		case *types.Tuple:
			for i := range t.Len() {
				walk(t.At(i).Type())
			}
		case *types.Interface:
			for i := range t.NumMethods() {
				walk(t.Method(i).Signature())
			}
		case interface{ Elem() types.Type }:
			walk(t.Elem())
		}
	}
	walk(t)
	return found
}

func methodsOf(t types.Type) []*types.Func {
	set := types.NewMethodSet(t)
	var list []*types.Func
	for i := range set.Len() {
		list = append(list, set.At(i).Obj().(*types.Func))
	}
	slices.SortFunc(list, func(a, b *types.Func) int { return forge.Less(a.Name(), b.Name()) })
	return list
}

func namesOf(methods []*types.Func) []string {
	var names []string
	for _, m := range methods {
		names = append(names, m.Name())
	}
	return names
}

// attachments makes the methods of a type for compiled code.
func (tt *typeTable) attachments(t types.Type, r reflect.Type, methods []*types.Func) []forge.Method {
	var list []forge.Method
	m := tt.machine
	for _, f := range methods {
		ft := tt.function(f.Signature())
		name := f.Name()
		bound := sync.OnceValue(func() *boundMethod { return m.bind(t, name) })
		list = append(list, forge.Method{Name: name, Type: ft, Call: func(receiver unsafe.Pointer, in []reflect.Value) []reflect.Value {
			return reflected(ft, in, func(args, results []unsafe.Pointer) {
				th := &thread{}
				defer th.passOn()
				bound().call(th, nil, fromWord(r, receiver), args, results)
			})
		}})
	}
	return list
}

// reflected calls what takes and gives values in memory.
func reflected(ft reflect.Type, in []reflect.Value, call func(args, results []unsafe.Pointer)) []reflect.Value {
	args := make([]unsafe.Pointer, len(in))
	for i, v := range in {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		args[i] = p.UnsafePointer()
	}
	out := make([]reflect.Value, ft.NumOut())
	results := make([]unsafe.Pointer, len(out))
	for i := range out {
		p := reflect.New(ft.Out(i))
		out[i], results[i] = p.Elem(), p.UnsafePointer()
	}
	call(args, results)
	return out
}

// fromWord finds a receiver from the data word of an interface: the receiver
// itself if it is a pointer, its address otherwise.
func fromWord(r reflect.Type, word unsafe.Pointer) unsafe.Pointer {
	if r.Kind() != reflect.Pointer && forge.Direct(r) {
		p := new(unsafe.Pointer)
		*p = word
		return unsafe.Pointer(p)
	}
	return word
}

// opaque makes a type with the memory layout of another one in which all that
// a type may refer to is left open.
func (tt *typeTable) opaque(t types.Type) reflect.Type {
	if r, ok := tt.opaques.At(t).(reflect.Type); ok {
		return r
	}
	r := tt.makeOpaque(types.Unalias(t))
	tt.opaques.Set(t, r)
	return r
}

func (tt *typeTable) makeOpaque(t types.Type) reflect.Type {
	if n, ok := t.(*types.Named); ok {
		if n.Obj().Pkg() != nil && !interpreted(n) {
			return tt.of(n)
		}
		if r, ok := tt.types.At(t).(reflect.Type); ok {
			return r
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicTypes[u.Kind()]
	case *types.Pointer:
		return reflect.TypeFor[*byte]()
	case *types.Slice:
		return reflect.TypeFor[[]byte]()
	case *types.Map:
		return reflect.TypeFor[map[string]byte]()
	case *types.Chan:
		return reflect.TypeFor[chan byte]()
	case *types.Signature:
		return tt.opaqueFunction(u)
	case *types.Interface:
		if u.NumMethods() > 0 {
			return errorType
		}
		return anyType
	case *types.Array:
		return reflect.ArrayOf(int(u.Len()), tt.opaque(u.Elem()))
	case *types.Struct:
		var fields []reflect.StructField
		for i := range u.NumFields() {
			fields = append(fields, reflect.StructField{Name: "F" + itoa(i), Type: tt.opaque(u.Field(i).Type())})
		}
		return reflect.StructOf(fields)
	}
	panic(refusef("values of type %s", typeString(t)))
}

// opaqueFunction has as many parameters and results, which is what the description
// of a type of functions has room for.
func (tt *typeTable) opaqueFunction(t *types.Signature) reflect.Type {
	list := func(n int) []reflect.Type {
		var l []reflect.Type
		for range n {
			l = append(l, opaquePointer)
		}
		return l
	}
	return reflect.FuncOf(list(t.Params().Len()), list(t.Results().Len()), false)
}

// harvest notes the types of run time of compiled types that no table names,
// such as those of a function's results.
func (tt *typeTable) harvest(t types.Type, r reflect.Type) {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	tt.gather(t, r, 0)
}

// learn harvests all that a package exports.
func (tt *typeTable) learn(p *types.Package) {
	if tt.learned[p] {
		return
	}
	if tt.learned == nil {
		tt.learned = map[*types.Package]bool{}
	}
	tt.learned[p] = true
	for _, name := range p.Scope().Names() {
		switch o := p.Scope().Lookup(name).(type) {
		case *types.Func:
			if f, ok := symbols.Function(p.Path(), name); ok {
				tt.gather(o.Signature(), f.Type(), 0)
			}
		case *types.Var:
			if v, ok := symbols.Variable(p.Path(), name); ok {
				tt.gather(o.Type(), v.Type().Elem(), 0)
			}
		case *types.TypeName:
			r, ok := symbols.Type(p.Path(), name)
			named, isNamed := types.Unalias(o.Type()).(*types.Named)
			if !ok || !isNamed {
				continue
			}
			tt.parts(named, r, 0)
			for i := range named.NumMethods() {
				m := named.Method(i)
				if f, ok := reflect.PointerTo(r).MethodByName(m.Name()); ok {
					tt.gather(m.Signature(), reflect.New(reflect.PointerTo(r)).Elem().Method(f.Index).Type(), 0)
				}
			}
		}
	}
}

// parts gathers the types of a struct's fields.
func (tt *typeTable) parts(t *types.Named, r reflect.Type, depth int) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok || r.Kind() != reflect.Struct || r.NumField() != s.NumFields() {
		return
	}
	for i := range s.NumFields() {
		tt.gather(s.Field(i).Type(), r.Field(i).Type, depth+1)
	}
}

func (tt *typeTable) gather(t types.Type, r reflect.Type, depth int) {
	if depth > 6 {
		return
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() == nil || interpreted(t) {
			return
		}
		if t.TypeArgs().Len() == 0 {
			if _, ok := symbols.Type(t.Obj().Pkg().Path(), t.Obj().Name()); ok {
				return
			}
		}
		if tt.harvested.At(t) == nil {
			tt.harvested.Set(t, r)
			tt.parts(t, r, depth)
		}
	case *types.Pointer:
		if r.Kind() == reflect.Pointer {
			tt.gather(t.Elem(), r.Elem(), depth+1)
		}
	case *types.Slice:
		if r.Kind() == reflect.Slice {
			tt.gather(t.Elem(), r.Elem(), depth+1)
		}
	case *types.Array:
		if r.Kind() == reflect.Array {
			tt.gather(t.Elem(), r.Elem(), depth+1)
		}
	case *types.Map:
		if r.Kind() == reflect.Map {
			tt.gather(t.Key(), r.Key(), depth+1)
			tt.gather(t.Elem(), r.Elem(), depth+1)
		}
	case *types.Chan:
		if r.Kind() == reflect.Chan {
			tt.gather(t.Elem(), r.Elem(), depth+1)
		}
	case *types.Signature:
		if r.Kind() != reflect.Func || r.NumIn() != t.Params().Len() || r.NumOut() != t.Results().Len() {
			return
		}
		for i := range t.Params().Len() {
			tt.gather(t.Params().At(i).Type(), r.In(i), depth+1)
		}
		for i := range t.Results().Len() {
			tt.gather(t.Results().At(i).Type(), r.Out(i), depth+1)
		}
	}
}

var basicTypes = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.String: reflect.TypeFor[string](),
	types.Int: reflect.TypeFor[int](), types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](), types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](),
	types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](), types.Uint16: reflect.TypeFor[uint16](), types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](), types.Complex64: reflect.TypeFor[complex64](), types.Complex128: reflect.TypeFor[complex128](), types.UnsafePointer: reflect.TypeFor[unsafe.Pointer](),
}

// interpreted reports whether the type is declared in interpreted code.
func interpreted(t *types.Named) bool { return inCells(t.Obj().Pkg()) }

// dynamic returns the interpreted type behind a type of run time.
func (tt *typeTable) dynamic(r reflect.Type) (types.Type, bool) {
	t, ok := tt.dynamics.Load(r)
	if !ok {
		return nil, false
	}
	return t.(types.Type), true
}

// typeString writes a type as reflect does.
func typeString(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		name := t.Obj().Name()
		if t.Obj().Pkg() != nil {
			name = t.Obj().Pkg().Name() + "." + name
		}
		if n := t.TypeArgs().Len(); n > 0 {
			var args []string
			for i := range n {
				args = append(args, argumentString(t.TypeArgs().At(i)))
			}
			name += "[" + strings.Join(args, ",") + "]"
		}
		return name
	case *types.Pointer:
		return "*" + typeString(t.Elem())
	case *types.Slice:
		return "[]" + typeString(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeString(t.Elem()))
	case *types.Map:
		return "map[" + typeString(t.Key()) + "]" + typeString(t.Elem())
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + typeString(t.Elem())
		case types.RecvOnly:
			return "<-chan " + typeString(t.Elem())
		}
		return "chan " + typeString(t.Elem())
	case *types.Signature:
		return "func" + signatureString(t)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "interface {}"
		}
		var methods []string
		for i := range t.NumMethods() {
			m := t.Method(i)
			name := m.Name()
			if !m.Exported() {
				name = m.Pkg().Name() + "." + name
			}
			methods = append(methods, name+signatureString(m.Signature()))
		}
		return "interface { " + strings.Join(methods, "; ") + " }"
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct {}"
		}
		var fields []string
		for i := range t.NumFields() {
			f := t.Field(i)
			text := typeString(f.Type())
			if !f.Embedded() {
				text = f.Name() + " " + text
			}
			if tag := t.Tag(i); tag != "" {
				text += " " + strconv.Quote(tag)
			}
			fields = append(fields, text)
		}
		return "struct { " + strings.Join(fields, "; ") + " }"
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return "unsafe.Pointer"
		case types.Uint8:
			return "uint8"
		case types.Int32:
			return "int32"
		}
		return t.Name()
	}
	return t.String()
}

// argumentString writes a type argument: with whole package paths.
func argumentString(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		text := typeString(n)
		return n.Obj().Pkg().Path() + strings.TrimPrefix(text, n.Obj().Pkg().Name())
	}
	return typeString(t)
}

func signatureString(t *types.Signature) string {
	var in, out []string
	for i := range t.Params().Len() {
		p := t.Params().At(i).Type()
		if t.Variadic() && i == t.Params().Len()-1 {
			in = append(in, "..."+typeString(p.(*types.Slice).Elem()))
			continue
		}
		in = append(in, typeString(p))
	}
	for i := range t.Results().Len() {
		out = append(out, typeString(t.Results().At(i).Type()))
	}
	text := "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
	case 1:
		text += " " + out[0]
	default:
		text += " (" + strings.Join(out, ", ") + ")"
	}
	return text
}
