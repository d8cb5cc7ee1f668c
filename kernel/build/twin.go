package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// The compiler lets no other package name the unexported fields of a struct.
// So a unit that uses such fields of another unit declares a twin: a struct type
// of its own with the same fields in the same order, and hence the same layout.
// A pointer to the other struct is converted to a pointer to the twin:
//
//	p.x        ->  (*twin)(unsafe.Pointer(p)).x
//	T{1, 2}    ->  *(*T)(unsafe.Pointer(&twin{1, 2}))
//
// The compiler makes of that what it makes of p.x, and its inliner takes it for
// as cheap. A variable whose address is taken in this way lives in memory, though,
// whereas the compiler would keep a small one in registers. For these the unit at
// home provides functions on values, which are always inlined (register.go):
//
//	v.x        ->  getX(v)
//	v.x = 1    ->  v = withX(v, 1)
//	T{1, 2}    ->  T(make(1, 2))

// A twinType is the twin of a struct type whose home is a shape.
type twinType struct {
	shape     *shape
	structure *types.Struct
}

// hasTwin reports whether a struct with a home in another unit can have a twin,
// which is declared at package level.
func (e *emitter) hasTwin(s *shape, t *types.Struct) bool {
	return e.mode == Plugin && s != nil && t != nil && s.unit != e.unit.Number && portable(t, map[types.Type]bool{})
}

// twin returns the name of the unit's twin of a struct.
func (e *emitter) twin(s *shape, t *types.Struct) string {
	i := slices.IndexFunc(e.twins, func(x twinType) bool { return x.shape == s && types.Identical(x.structure, t) })
	if i < 0 {
		i = len(e.twins)
		e.twins = append(e.twins, twinType{s, t})
	}
	return fmt.Sprintf("%sTwin%d", mark, i)
}

// asTwin writes a pointer to a struct as a pointer to its twin.
func (e *emitter) asTwin(s *shape, t *types.Struct, pointer string) string {
	return e.fromTwin(e.twin(s, t), pointer)
}

// fromTwin writes a pointer to a twin as one to a type.
func (e *emitter) fromTwin(t, pointer string) string {
	return "(*" + t + ")(" + e.use(unsafeName, "unsafe") + ".Pointer(" + pointer + "))"
}

// twinTypes declares the twins that the unit uses. The compiler compares their
// sizes with those of the originals: the constant is an error if they differ.
func (e *emitter) twinTypes() string {
	var b strings.Builder
	for i, x := range e.twins {
		var fields []string
		for f := range x.structure.Fields() {
			text, err := e.spell(f.Type())
			if err != nil {
				e.fail(e.unit.Fresh().AST, "%v", err)
				return ""
			}
			fields = append(fields, f.Name()+" "+text)
		}
		original, err := e.spellShape(x.shape, x.structure)
		if err != nil {
			e.fail(e.unit.Fresh().AST, "%v", err)
			return ""
		}
		fmt.Fprintf(&b, "type %sTwin%d struct {%s}\n", mark, i, strings.Join(fields, "; "))
		fmt.Fprintf(&b, "const _ = -(%[1]s.Sizeof(%[2]sTwin%[3]d{}) ^ %[1]s.Sizeof(%[4]s{}))\n", e.use(unsafeName, "unsafe"), mark, i, original)
	}
	return b.String()
}

// The names of the functions on values of a shape, in its home unit.
func (e *emitter) make(s *shape) string { return e.shapeFunction(s, "N", -1) }

func (e *emitter) getter(s *shape, field int) string { return e.shapeFunction(s, "G", field) }

func (e *emitter) setter(s *shape, field int) string { return e.shapeFunction(s, "W", field) }

func (e *emitter) shapeFunction(s *shape, kind string, field int) string {
	name := mark + kind + strings.TrimPrefix(s.name, mark)
	if field >= 0 {
		name += fmt.Sprintf("_%d", field)
	}
	if s.unit == e.unit.Number {
		return name
	}
	return e.use(unitName(s.unit), unitPath(s.unit)) + "." + name
}

// hasValueFunctions reports whether the home of a shape has functions on values
// of a struct: they are for the type alone that gave the shape its form.
func (s *shape) hasValueFunctions(t *types.Struct) bool {
	return small(t) && types.Identical(t, s.structure) && portable(t, map[types.Type]bool{})
}

// valueFunctions writes the functions on values of a shape that is at home here.
func (e *emitter) valueFunctions(s *shape) string {
	if !s.hasValueFunctions(s.structure) {
		return ""
	}
	var b strings.Builder
	var parameters, names []string
	t, err := e.spellShape(s, s.structure)
	for i := range s.structure.NumFields() {
		f := s.structure.Field(i)
		var text string
		if err == nil {
			text, err = e.spell(f.Type())
		}
		if err != nil {
			e.fail(e.unit.Fresh().AST, "%v", err)
			return ""
		}
		name := fmt.Sprintf("p%d", i)
		parameters, names = append(parameters, name+" "+text), append(names, name)
		if !f.Exported() && f.Name() != "_" {
			fmt.Fprintf(&b, "func %s(s %s) %s { return s.%s }\n", e.getter(s, i), t, text, f.Name())
			fmt.Fprintf(&b, "func %s(s %s, v %s) %s { s.%s = v; return s }\n", e.setter(s, i), t, text, t, f.Name())
		}
	}
	fmt.Fprintf(&b, "func %s(%s) %s { return %s{%s} }\n", e.make(s), strings.Join(parameters, ", "), t, t, strings.Join(names, ", "))
	return b.String()
}

// What the compiler keeps in registers: see CanSSA in cmd/compile/internal/ssa.
const (
	smallFields = 4
	smallBytes  = 32
)

var sizes = types.SizesFor("gc", runtime.GOARCH)

// small reports whether the compiler keeps variables of a type in registers. Only
// speed depends on the answer.
func small(t types.Type) bool {
	size, ok := inParts(t)
	return ok && size <= smallBytes
}

// inParts returns the size of what a type consists of, in bytes and without
// padding, if the compiler may take it apart.
func inParts(t types.Type) (bytes int64, ok bool) {
	if _, parameter := t.(*types.TypeParam); parameter || sizes == nil {
		return 0, false
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return 0, false
	case *types.Struct:
		if t.NumFields() > smallFields {
			return 0, false
		}
		for f := range t.Fields() {
			size, ok := inParts(f.Type())
			if !ok {
				return 0, false
			}
			bytes += size
		}
		return bytes, true
	}
	return sizes.Sizeof(t), true
}

// rangeVariables finds the values of range clauses over slices that are large
// structs of other units. If their addresses were taken, they would be copied twice
// at each turn. So they are declared as twins:
//
//	for _, v := range s { f(v.x, v) }  ->  for _, v := range Convert[[]twin](s) { f(v.x, *(*T)(unsafe.Pointer(&v))) }
func (e *emitter) rangeVariables() map[*types.Var]*shape {
	found := map[*types.Var]*shape{}
	if e.mode != Plugin {
		return found
	}
	for _, f := range e.unit.Files {
		for _, p := range f.Pieces {
			if p.Node == nil {
				continue
			}
			ast.Inspect(p.Node, func(n ast.Node) bool {
				if r, ok := n.(*ast.RangeStmt); ok {
					if v, s := e.rangeVariable(r); s != nil {
						found[v] = s
					}
				}
				return true
			})
		}
	}
	return found
}

// rangeVariable returns the value of a range clause if it is to be declared as
// a twin.
func (e *emitter) rangeVariable(r *ast.RangeStmt) (*types.Var, *shape) {
	name, ok := r.Value.(*ast.Ident)
	if !ok || r.Tok != token.DEFINE {
		return nil, nil
	}
	v, ok := e.unit.Info.Defs[name].(*types.Var)
	if !ok || e.packageLevel(v) {
		return nil, nil
	}
	named, ok := types.Unalias(v.Type()).(*types.Named)
	if !ok || named.TypeArgs().Len() > 0 || e.own(named.Obj()) || named.Obj().Pkg().Path() != check.Path {
		return nil, nil
	}
	structure, ok := named.Underlying().(*types.Struct)
	if _, isSlice := e.unit.Info.Types[r.X].Type.Underlying().(*types.Slice); !ok || !isSlice || small(structure) {
		return nil, nil
	}
	for f := range structure.Fields() {
		if a, ok := e.known.byField[f.Origin()]; ok && e.hasTwin(a.shape, structure) {
			return v, a.shape
		}
	}
	return nil, nil
}

// rangeAsTwin converts what a range clause goes through if its value is
// declared as a twin.
func (e *emitter) rangeAsTwin(r *ast.RangeStmt) []edit {
	name, ok := r.Value.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := e.unit.Info.Defs[name].(*types.Var)
	s := e.retyped[v]
	if s == nil {
		return nil
	}
	return []edit{{r.X.Pos(), r.X.Pos(), e.rt("Convert") + "[[]" + e.twin(s, v.Type().Underlying().(*types.Struct)) + "]("}, {r.X.End(), r.X.End(), ")"}}
}

// original writes a variable that is declared as a twin as one of its own type.
func (e *emitter) original(v *types.Var) string {
	return "(*" + e.fromTwin(e.refType(types.Unalias(v.Type()).(*types.Named).Obj()), "&"+v.Name()) + ")"
}
