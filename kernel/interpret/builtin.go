package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// builtin compiles a call of a predeclared function.
func (c *compiler) builtin(e *ast.CallExpr, name string) *callPlan {
	value := func(x *expr) *callPlan { return &callPlan{value: x} }
	void := func(do func(*frame)) *callPlan {
		return &callPlan{invoke: do}
	}
	integer := func(g func(*frame) int64) *callPlan {
		return value(&expr{t: types.Typ[types.Int], class: intClass, integer: g})
	}
	if len(e.Args) == 1 {
		if _, ok := c.info.TypeOf(e.Args[0]).(*types.Tuple); ok {
			c.refuse(e, "the predeclared function %s with a call of several results as its arguments", name)
		}
	}
	switch name {
	case "len", "cap":
		return integer(c.length(e.Args[0], name == "cap"))
	case "append":
		return value(c.appendTo(e))
	case "copy":
		return c.copyPlan(e)
	case "make":
		return value(c.makeOf(e))
	case "new":
		if !c.info.Types[e.Args[0]].IsType() {
			t := c.typeOf(e).(*types.Pointer)
			return value(c.newOf(t, c.convert(e.Args[0], t.Elem())))
		}
		t := c.typeOf(e.Args[0])
		return value(c.newOf(c.typeOf(e), c.zero(t)))
	case "delete":
		mt := c.typeOf(e.Args[0]).Underlying().(*types.Map)
		m := c.expr(e.Args[0]).pointer
		key := c.hold(c.convert(e.Args[1], mt.Key()))
		layout, kr := c.layout(c.typeOf(e.Args[0])), c.layout(mt.Key())
		remove := func(word, key unsafe.Pointer) {
			k := reflect.NewAt(kr, key).Elem()
			if word == nil {
				reflect.Zero(layout).MapIndex(k) // panics if the key has no hash
				return
			}
			mapValue(layout, word).SetMapIndex(k, reflect.Value{})
		}
		p := void(func(f *frame) {
			word := m(f)
			remove(word, key(f))
		})
		p.prepare = func(f *frame) func(*thread, *rescue) {
			word := m(f)
			k := reflect.New(kr)
			k.Elem().Set(reflect.NewAt(kr, key(f)).Elem())
			return func(*thread, *rescue) { remove(word, k.UnsafePointer()) }
		}
		return p
	case "clear":
		v := c.hold(c.expr(e.Args[0]))
		layout := c.layout(c.typeOf(e.Args[0]))
		p := void(func(f *frame) { reflect.NewAt(layout, v(f)).Elem().Clear() })
		p.prepare = func(f *frame) func(*thread, *rescue) {
			kept := reflect.New(layout).Elem()
			kept.Set(reflect.NewAt(layout, v(f)).Elem())
			return func(*thread, *rescue) { kept.Clear() }
		}
		return p
	case "close":
		v := c.expr(e.Args[0]).pointer
		layout := c.layout(c.typeOf(e.Args[0]))
		p := void(func(f *frame) { mapValue(layout, v(f)).Close() })
		p.prepare = func(f *frame) func(*thread, *rescue) {
			ch := v(f)
			return func(*thread, *rescue) { mapValue(layout, ch).Close() }
		}
		return p
	case "panic":
		v := c.convert(e.Args[0], universeAny).dynamic
		p := void(func(f *frame) { panic(v(f)) })
		p.prepare = func(f *frame) func(*thread, *rescue) {
			value := v(f)
			return func(*thread, *rescue) { panic(value) }
		}
		return p
	case "recover":
		p := value(&expr{t: universeAny, class: interfaceClass, dynamic: func(f *frame) any {
			r := f.rescue
			if r == nil || r.recovered {
				return nil
			}
			switch r.value.(type) {
			case fatal, *Refusal:
				return nil
			}
			r.recovered = true
			return r.value
		}})
		return p
	case "print", "println":
		return c.printed(e, name == "println")
	case "Sizeof", "Alignof", "Offsetof":
		return value(c.measure(e, name))
	case "Add", "Slice", "SliceData", "String", "StringData":
		return value(c.unsafe(e, name))
	case "min", "max":
		return value(c.extreme(e, name == "max"))
	case "complex":
		t := c.typeOf(e)
		part := types.Type(types.Typ[types.Float64])
		if kindOf(t) == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		re, im := c.convert(e.Args[0], part).float, c.convert(e.Args[1], part).float
		return value(&expr{t: t, class: complexClass, complex: func(f *frame) complex128 { v := re(f); return complex(v, im(f)) }})
	case "real", "imag":
		x := c.expr(e.Args[0]).complex
		if name == "real" {
			return value(&expr{t: c.typeOf(e), class: floatClass, float: func(f *frame) float64 { return real(x(f)) }})
		}
		return value(&expr{t: c.typeOf(e), class: floatClass, float: func(f *frame) float64 { return imag(x(f)) }})
	}
	c.refuse(e, "the predeclared function %s", name)
	return nil
}

func (c *compiler) length(x ast.Expr, capacity bool) func(*frame) int64 {
	t := c.typeOf(x)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		s := c.convert(x, types.Typ[types.String]).text
		return func(f *frame) int64 { return int64(len(s(f))) }
	case *types.Slice:
		s := c.expr(x).slice
		if capacity {
			return func(f *frame) int64 { return int64(s(f).space) }
		}
		return func(f *frame) int64 { return int64(s(f).length) }
	case *types.Array:
		v, n := c.hold(c.expr(x)), u.Len()
		return func(f *frame) int64 { v(f); return n }
	case *types.Pointer:
		p, n := c.expr(x).pointer, u.Elem().Underlying().(*types.Array).Len()
		return func(f *frame) int64 { p(f); return n }
	}
	v, layout := c.expr(x).pointer, c.layout(t)
	return func(f *frame) int64 {
		word := v(f)
		switch {
		case word == nil:
			return 0
		case capacity:
			return int64(mapValue(layout, word).Cap())
		}
		return int64(mapValue(layout, word).Len())
	}
}

func (c *compiler) appendTo(e *ast.CallExpr) *expr {
	t := c.typeOf(e)
	st := t.Underlying().(*types.Slice)
	layout, elem := reflect.SliceOf(c.layout(st.Elem())), c.layout(st.Elem())
	base := c.convert(e.Args[0], t).slice
	size := elem.Size()
	if e.Ellipsis.IsValid() {
		if b, ok := c.typeOf(e.Args[1]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			s := c.convert(e.Args[1], types.Typ[types.String]).text
			return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
				h := base(f)
				b := append(*(*[]byte)(unsafe.Pointer(&h)), s(f)...)
				return *(*sliceHeader)(unsafe.Pointer(&b))
			}}
		}
		more := c.convert(e.Args[1], t).slice
		return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
			h := base(f)
			m := more(f)
			if h.length+m.length < 0 {
				panic(runtimeError("growslice: len out of range"))
			}
			v := reflect.AppendSlice(reflect.NewAt(layout, unsafe.Pointer(&h)).Elem(), reflect.NewAt(layout, unsafe.Pointer(&m)).Elem())
			return headerOf(v)
		}}
	}
	var temps []func(*frame) unsafe.Pointer
	for _, a := range e.Args[1:] {
		temps = append(temps, c.hold(c.convert(a, st.Elem())))
	}
	copyElem := copier(elem)
	return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
		h := base(f)
		var few [4]unsafe.Pointer
		ps := few[:0]
		for _, at := range temps {
			ps = append(ps, at(f))
		}
		n := h.length
		if n+len(ps) < 0 {
			panic(runtimeError("growslice: len out of range"))
		}
		if n+len(ps) > h.space {
			h = grow(layout, elem, h, len(ps))
		}
		h.length = n + len(ps)
		for i, p := range ps {
			copyElem(unsafe.Add(h.data, uintptr(n+i)*size), p)
		}
		return h
	}}
}

// grow makes room for n more elements, as append does.
func grow(layout, elem reflect.Type, h sliceHeader, n int) sliceHeader {
	switch elem.Kind() {
	case reflect.Int, reflect.Float64, reflect.Int64, reflect.Uint64, reflect.Uint:
		s := *(*[]int64)(unsafe.Pointer(&h))
		var more [4]int64
		if n <= len(more) {
			s = append(s, more[:n]...)
			return *(*sliceHeader)(unsafe.Pointer(&s))
		}
	}
	zeros := reflect.MakeSlice(layout, n, n)
	v := reflect.AppendSlice(reflect.NewAt(layout, unsafe.Pointer(&h)).Elem(), zeros)
	return headerOf(v)
}

func headerOf(v reflect.Value) sliceHeader {
	return sliceHeader{v.UnsafePointer(), v.Len(), v.Cap()}
}

func (c *compiler) copyPlan(e *ast.CallExpr) *callPlan {
	t := c.typeOf(e.Args[0])
	elem := c.layout(t.Underlying().(*types.Slice).Elem())
	layout := reflect.SliceOf(elem)
	to := c.expr(e.Args[0]).slice
	// operands evaluates both and returns what copies.
	var operands func(f *frame) func() int64
	if b, ok := c.typeOf(e.Args[1]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		s := c.convert(e.Args[1], types.Typ[types.String]).text
		operands = func(f *frame) func() int64 {
			h := to(f)
			text := s(f)
			return func() int64 { return int64(copy(*(*[]byte)(unsafe.Pointer(&h)), text)) }
		}
	} else {
		from := c.expr(e.Args[1]).slice
		operands = func(f *frame) func() int64 {
			a := to(f)
			b := from(f)
			return func() int64 {
				return int64(reflect.Copy(reflect.NewAt(layout, unsafe.Pointer(&a)).Elem(), reflect.NewAt(layout, unsafe.Pointer(&b)).Elem()))
			}
		}
	}
	return &callPlan{
		value: &expr{t: types.Typ[types.Int], class: intClass, integer: func(f *frame) int64 { return operands(f)() }},
		prepare: func(f *frame) func(*thread, *rescue) {
			run := operands(f)
			return func(*thread, *rescue) { run() }
		},
	}
}

func (c *compiler) makeOf(e *ast.CallExpr) *expr {
	t := c.typeOf(e.Args[0])
	size := func(i int) func(*frame) int64 {
		if i >= len(e.Args) {
			return nil
		}
		return c.count(e.Args[i])
	}
	layout := c.layout(t)
	switch u := t.Underlying().(type) {
	case *types.Slice:
		n, space := size(1), size(2)
		layout = reflect.SliceOf(c.layout(u.Elem()))
		elemSize := int64(c.layout(u.Elem()).Size())
		return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
			length := n(f)
			room := length
			if space != nil {
				room = space(f)
			}
			if length < 0 || elemSize > 0 && length > 1<<47/elemSize {
				panic(runtimeError("makeslice: len out of range"))
			}
			if room < length || elemSize > 0 && room > 1<<47/elemSize {
				panic(runtimeError("makeslice: cap out of range"))
			}
			return headerOf(reflect.MakeSlice(layout, int(length), int(room)))
		}}
	case *types.Map:
		n := size(1)
		layout = reflect.MapOf(c.layout(u.Key()), c.layout(u.Elem()))
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
			if n != nil {
				n(f) // a hint, which Go ignores if it makes no sense
			}
			return reflect.MakeMap(layout).UnsafePointer()
		}}
	case *types.Chan:
		n := size(1)
		layout = reflect.ChanOf(reflect.BothDir, c.layout(u.Elem()))
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
			room := int64(0)
			if n != nil {
				room = n(f)
			}
			if room < 0 {
				_ = make(chan struct{}, room) // panics
			}
			return reflect.MakeChan(layout, int(room)).UnsafePointer()
		}}
	}
	c.refuse(e, "make of a %s", typeString(t))
	return nil
}

func (c *compiler) extreme(e *ast.CallExpr, largest bool) *expr {
	t := types.Default(c.typeOf(e))
	result := c.convert(e.Args[0], t)
	for _, a := range e.Args[1:] {
		x, y := result, c.convert(a, t)
		switch x.class {
		case intClass:
			less := c.compare(e, token.LSS, &expr{t: t, class: intClass, integer: func(f *frame) int64 { return f.scratch[0] }}, &expr{t: t, class: intClass, integer: func(f *frame) int64 { return f.scratch[1] }})
			result = &expr{t: t, class: intClass, integer: func(f *frame) int64 {
				v := x.integer(f)
				w := y.integer(f)
				f.scratch = [2]int64{v, w}
				if less(f) != largest {
					return v
				}
				return w
			}}
		case floatClass:
			result = &expr{t: t, class: floatClass, float: func(f *frame) float64 {
				v := x.float(f)
				if largest {
					return max(v, y.float(f))
				}
				return min(v, y.float(f))
			}}
		case stringClass:
			result = &expr{t: t, class: stringClass, text: func(f *frame) string {
				v := x.text(f)
				if largest {
					return max(v, y.text(f))
				}
				return min(v, y.text(f))
			}}
		default:
			c.refuse(e, "min and max of %s", typeString(t))
		}
	}
	return result
}
