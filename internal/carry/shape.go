package carry

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shapeOf describes a type without the names of types: two types of the same shape
// have the same memory layout and mean the same field by field.
func shapeOf(t reflect.Type) string {
	plansMu.RLock()
	s, ok := shapes[t]
	plansMu.RUnlock()
	if ok {
		return s
	}
	d := shaper{seen: map[reflect.Type]int{}}
	d.write(t)
	plansMu.Lock()
	defer plansMu.Unlock()
	shapes[t] = d.b.String()
	return shapes[t]
}

var shapes = map[reflect.Type]string{}

type shaper struct {
	b    strings.Builder
	seen map[reflect.Type]int // named types, which may refer to themselves, by number
}

func (d *shaper) write(t reflect.Type) {
	p := planOf(t)
	if t.Name() != "" && t.PkgPath() != "" {
		if n, ok := d.seen[t]; ok {
			fmt.Fprintf(&d.b, "#%d", n)
			return
		}
		d.seen[t] = len(d.seen)
	}
	switch p.way {
	case byTime:
		d.b.WriteString("time.Time")
		return
	case byMethod:
		// Its own encoding may depend on what type it is.
		fmt.Fprintf(&d.b, "method%d %s", p.method, t)
		return
	case byZero:
		if t.Kind() == reflect.Struct {
			fmt.Fprintf(&d.b, "%s", t)
			return
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		d.b.WriteByte('*')
		d.write(t.Elem())
	case reflect.Slice:
		d.b.WriteString("[]")
		d.write(t.Elem())
	case reflect.Array:
		d.b.WriteString("[" + strconv.Itoa(t.Len()) + "]")
		d.write(t.Elem())
	case reflect.Map:
		d.b.WriteString("map[")
		d.write(t.Key())
		d.b.WriteByte(']')
		d.write(t.Elem())
	case reflect.Struct:
		d.b.WriteString("struct{")
		for i := range t.NumField() {
			if i > 0 {
				d.b.WriteString("; ")
			}
			d.b.WriteString(fieldName(t.Field(i).Name) + " ")
			d.write(t.Field(i).Type)
		}
		d.b.WriteByte('}')
	case reflect.Interface:
		d.b.WriteString("interface{")
		for i := range t.NumMethod() {
			if i > 0 {
				d.b.WriteString("; ")
			}
			d.b.WriteString(t.Method(i).Name)
		}
		d.b.WriteByte('}')
	default:
		d.b.WriteString(t.Kind().String())
	}
}

// fieldName returns the name of a field as the user wrote it. yaegi, which builds
// its types through reflection, puts an X before names that are not exported.
func fieldName(name string) string {
	if rest, ok := strings.CutPrefix(name, "X"); ok && rest != "" {
		if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsUpper(r) {
			return rest
		}
	}
	return name
}
