package interpret

import (
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"unsafe"
)

// composite compiles a composite literal of the given type.
func (c *compiler) composite(e *ast.CompositeLit, t types.Type) *expr {
	switch u := t.Underlying().(type) {
	case *types.Pointer: // an element &T{...} whose &T is left out
		return c.newOf(t, c.composite(e, u.Elem()))
	case *types.Struct:
		return c.structLit(e, t, u)
	case *types.Array:
		fill, _ := c.elements(e, u.Elem())
		clear := clearer(c.layout(t))
		return &expr{t: t, class: memoryClass, memory: func(f *frame, p unsafe.Pointer) {
			clear(p)
			fill(f, p)
		}}
	case *types.Slice:
		fill, n := c.elements(e, u.Elem())
		layout := reflect.SliceOf(c.layout(u.Elem()))
		return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
			h := headerOf(reflect.MakeSlice(layout, n, n))
			fill(f, h.data)
			return h
		}}
	case *types.Map:
		return c.mapLit(e, t, u)
	}
	c.refuse(e, "a literal of type %s", typeString(t))
	return nil
}

func (c *compiler) structLit(e *ast.CompositeLit, t types.Type, u *types.Struct) *expr {
	layout := c.layout(t)
	type part struct {
		offset uintptr
		put    func(*frame, unsafe.Pointer)
	}
	var parts []part
	whole := len(e.Elts) == u.NumFields()
	for i, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			name := kv.Key.(*ast.Ident).Name
			for j := range u.NumFields() {
				if u.Field(j).Name() == name {
					i = j
				}
			}
			x = kv.Value
		}
		value := c.element(x, u.Field(i).Type())
		if u.Field(i).Name() == "_" {
			put, at := c.m.store(value), c.temp(value.t)
			parts = append(parts, part{0, func(f *frame, _ unsafe.Pointer) { put(f, at(f)) }})
			whole = false
			continue
		}
		parts = append(parts, part{layout.Field(i).Offset, c.m.store(value)})
	}
	clear := clearer(layout)
	return &expr{t: t, class: memoryClass, memory: func(f *frame, p unsafe.Pointer) {
		if !whole {
			clear(p)
		}
		for _, part := range parts {
			part.put(f, unsafe.Add(p, part.offset))
		}
	}}
}

// element compiles an element, whose type may be left out if it is a literal.
func (c *compiler) element(x ast.Expr, t types.Type) *expr {
	if lit, ok := x.(*ast.CompositeLit); ok && lit.Type == nil {
		return c.composite(lit, t)
	}
	return c.convert(x, t)
}

// elements compiles the elements of an array or slice and says how many there are.
func (c *compiler) elements(e *ast.CompositeLit, t types.Type) (fill func(*frame, unsafe.Pointer), n int) {
	size := c.layout(t).Size()
	type part struct {
		offset uintptr
		put    func(*frame, unsafe.Pointer)
	}
	var parts []part
	at := 0
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			i, exact := constant.Int64Val(constant.ToInt(c.info.Types[kv.Key].Value))
			if !exact {
				c.refuse(kv, "this index")
			}
			at, x = int(i), kv.Value
		}
		parts = append(parts, part{uintptr(at) * size, c.m.store(c.element(x, t))})
		at++
		n = max(n, at)
	}
	return func(f *frame, p unsafe.Pointer) {
		for _, part := range parts {
			part.put(f, unsafe.Add(p, part.offset))
		}
	}, n
}

func (c *compiler) mapLit(e *ast.CompositeLit, t types.Type, u *types.Map) *expr {
	kr, er := c.layout(u.Key()), c.layout(u.Elem())
	layout := reflect.MapOf(kr, er)
	var keys, values []func(*frame) unsafe.Pointer
	for _, x := range e.Elts {
		kv := x.(*ast.KeyValueExpr)
		keys = append(keys, c.hold(c.element(kv.Key, u.Key())))
		values = append(values, c.hold(c.element(kv.Value, u.Elem())))
	}
	return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
		m := reflect.MakeMap(layout)
		for i, key := range keys {
			k := reflect.NewAt(kr, key(f)).Elem()
			m.SetMapIndex(k, reflect.NewAt(er, values[i](f)).Elem())
		}
		return m.UnsafePointer()
	}}
}
