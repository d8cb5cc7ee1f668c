package quick

import (
	"go/types"
	"reflect"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine/eval"
)

// typ names a type for the engine.
func (p *planner) typ(t types.Type) *eval.Type {
	e := p.lower(t)
	if e.Composite() {
		p.types[e.String()] = e
	}
	return e
}

func (p *planner) lower(t types.Type) *eval.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer, types.UntypedNil, types.Invalid:
			p.compile("a value of type %s", t)
		}
		// By its kind, because byte and rune are other names.
		return &eval.Type{Kind: types.Typ[types.Default(t).(*types.Basic).Kind()].Name()}
	case *types.Named:
		return p.named(t)
	case *types.Pointer:
		return &eval.Type{Kind: eval.PointerType, Elem: p.typ(t.Elem())}
	case *types.Slice:
		return &eval.Type{Kind: eval.SliceType, Elem: p.typ(t.Elem())}
	case *types.Array:
		return &eval.Type{Kind: eval.ArrayType, Elem: p.typ(t.Elem()), Length: t.Len()}
	case *types.Map:
		return &eval.Type{Kind: eval.MapType, Key: p.typ(t.Key()), Elem: p.typ(t.Elem())}
	case *types.Signature:
		return &eval.Type{Kind: eval.FuncType, Parameters: p.tuple(t.Params()), Results: p.tuple(t.Results()), Variadic: t.Variadic()}
	case *types.Chan:
		direction := reflect.BothDir
		switch t.Dir() {
		case types.SendOnly:
			direction = reflect.SendDir
		case types.RecvOnly:
			direction = reflect.RecvDir
		}
		return &eval.Type{Kind: eval.ChanType, Elem: p.typ(t.Elem()), Dir: int(direction)}
	case *types.Interface:
		if t.Empty() && !t.IsComparable() {
			return &eval.Type{Kind: eval.AnyType}
		}
	}
	p.compile("the type %s", t)
	return nil
}

func (p *planner) named(t *types.Named) *eval.Type {
	o := t.Obj()
	switch {
	case t.TypeArgs().Len() > 0:
		p.compile("the generic type %s", t)
	case o.Pkg() == nil && o.Name() == "error":
		return &eval.Type{Kind: eval.ErrorType}
	case o.Pkg() == nil:
		p.compile("the type %s", t)
	case o.Pkg().Path() == check.Path:
		if types.IsInterface(t) || o.Parent() != o.Pkg().Scope() {
			p.compile("the type %s", t)
		}
		unit, name := p.home(o)
		return &eval.Type{Kind: eval.SessionType, Unit: unit, Name: name}
	case !o.Exported():
		p.compile("the type %s", t)
	}
	p.packages[o.Pkg().Path()] = true
	return &eval.Type{Kind: eval.PackageType, Path: o.Pkg().Path(), Name: o.Name()}
}

func (p *planner) tuple(t *types.Tuple) []*eval.Type {
	var list []*eval.Type
	for v := range t.Variables() {
		list = append(list, p.typ(v.Type()))
	}
	return list
}
