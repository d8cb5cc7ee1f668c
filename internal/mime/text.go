package mime

import (
	"fmt"
	"reflect"
	"strings"
)

// text returns what fmt prints for %+v. fmt makes the whole text in memory
// before it writes any of it, and follows a slice that contains itself until the
// stack is full, which ends the process. Values that are large, or very deep,
// are therefore printed piece by piece, in the same notation, up to the limit.
func text(v any) string {
	if speaks(v) || weight(reflect.ValueOf(v), 0, 0) < heavy {
		return fold(fmt.Sprintf("%+v", v))
	}
	p := printer{most: limit}
	p.print(reflect.ValueOf(v), 0)
	s := p.b.String()
	if len(s) > limit+limit/16 {
		return fold(s) // one long string in it
	}
	if p.full() {
		s += "... (" + p.rest + "more)"
	}
	return s
}

const (
	heavy   = 1 << 18 // elements of which a text is printed piece by piece
	deepest = 250     // levels of nesting
)

// weight counts elements, of strings the bytes, and stops once there are many.
// What is nested too deeply counts as many.
func weight(v reflect.Value, n, depth int) int {
	n++
	if depth > deepest {
		return heavy
	}
	switch v.Kind() {
	case reflect.String:
		return n + v.Len()
	case reflect.Slice, reflect.Array:
		if scalar(v.Type().Elem().Kind()) {
			return n + v.Len()
		}
		for i := 0; i < v.Len() && n < heavy; i++ {
			n = weight(v.Index(i), n, depth+1)
		}
	case reflect.Map:
		for it := v.MapRange(); n < heavy && it.Next(); {
			n = weight(it.Value(), weight(it.Key(), n, depth+1), depth+1)
		}
	case reflect.Struct:
		for i := 0; i < v.NumField() && n < heavy; i++ {
			n = weight(v.Field(i), n, depth+1)
		}
	case reflect.Interface:
		if !v.IsNil() {
			return weight(v.Elem(), n, depth+1)
		}
	case reflect.Pointer:
		// fmt follows pointers at the top only.
		if depth == 0 && opened(v) {
			return weight(v.Elem(), n, depth+1)
		}
	}
	return n
}

func scalar(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Complex128
}

// opened says whether fmt prints what a pointer at the top points to.
func opened(v reflect.Value) bool {
	if v.IsNil() {
		return false
	}
	switch v.Elem().Kind() {
	case reflect.Slice, reflect.Array, reflect.Struct, reflect.Map:
		return true
	}
	return false
}

type printer struct {
	b    strings.Builder
	most int    // bytes of text after which it stops
	rest string // how much is left out, where that is known
}

func (p *printer) full() bool { return p.b.Len() > p.most }

func (p *printer) print(v reflect.Value, depth int) {
	if depth > deepest {
		p.b.WriteString("...")
		return
	}
	if !v.IsValid() {
		p.b.WriteString("<nil>")
		return
	}
	if depth > 0 && v.CanInterface() && v.Kind() != reflect.Interface && speaks(v.Interface()) {
		fmt.Fprintf(&p.b, "%+v", v.Interface())
		return
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		p.b.WriteByte('[')
		n := 0
		for ; n < v.Len() && !p.full(); n++ {
			if n > 0 {
				p.b.WriteByte(' ')
			}
			p.print(v.Index(n), depth+1)
		}
		if !p.full() {
			p.b.WriteByte(']')
		} else if n < v.Len() {
			p.rest = fmt.Sprintf("%d of %d elements ", v.Len()-n, v.Len())
		}
	case reflect.Struct:
		p.b.WriteByte('{')
		for i := 0; i < v.NumField() && !p.full(); i++ {
			if i > 0 {
				p.b.WriteByte(' ')
			}
			p.b.WriteString(v.Type().Field(i).Name + ":")
			p.print(v.Field(i), depth+1)
		}
		if !p.full() {
			p.b.WriteByte('}')
		}
	case reflect.Map:
		// fmt sorts the keys; for a map of this size they come as they are.
		p.b.WriteString("map[")
		for i, it := 0, v.MapRange(); !p.full() && it.Next(); i++ {
			if i > 0 {
				p.b.WriteByte(' ')
			}
			p.print(it.Key(), depth+1)
			p.b.WriteByte(':')
			p.print(it.Value(), depth+1)
		}
		if !p.full() {
			p.b.WriteByte(']')
		}
	case reflect.Interface:
		p.print(v.Elem(), depth+1)
	case reflect.Pointer:
		switch {
		case depth == 0 && opened(v):
			p.b.WriteByte('&')
			p.print(v.Elem(), depth+1)
		case v.IsNil():
			p.b.WriteString("<nil>")
		default:
			fmt.Fprintf(&p.b, "%#x", v.Pointer())
		}
	case reflect.String:
		p.b.WriteString(v.String())
	default:
		fmt.Fprintf(&p.b, "%+v", v)
	}
}
