// Package glance shows a variable in a short line, for somebody who only wants
// to know what is in it:
//
//	glance.Of(&x, 80)   // "[1 2 3 4 5 ...] (1000 elements)"
//
// What is shown looks like fmt's %+v. The user's methods are not called: a
// glance must end at once, whatever they do. Those of a few types are, whose
// fields would say nothing: times, durations, large numbers, arrays, datasets.
//
// The memory must not be written meanwhile: Go ends a program that reads a map
// while it is written.
package glance

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

const (
	mostElements = 5   // of a slice or a map
	mostFields   = 12  // of a struct
	mostDepth    = 4   // of values in values
	mostLetters  = 60  // of a string
	mostKeys     = 500 // of a map that are sorted
)

// Of describes the variable that pointer points to in at most so many letters,
// and a few more that say what was left out.
func Of(pointer any, letters int) (text string) {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return ""
	}
	// A pointer may lead into memory that was unmapped since.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	g := &glance{left: letters}
	v = v.Elem()
	g.value(v, 0)
	text = strings.Join(strings.Fields(g.String()), " ")
	if runes := []rune(text); len(runes) > letters {
		text = string(runes[:letters]) + "..."
	}
	if k := v.Kind(); (k == reflect.Slice || k == reflect.Map) && v.Len() > mostElements {
		text += fmt.Sprintf(" (%d elements)", v.Len())
	}
	return text
}

type glance struct {
	strings.Builder
	left int
}

// full reports whether there is enough already.
func (g *glance) full() bool { return g.Len() > 4*g.left }

func (g *glance) value(v reflect.Value, depth int) {
	if g.full() {
		return
	}
	if depth > mostDepth {
		g.WriteString("...")
		return
	}
	if g.known(v) {
		return
	}
	switch v.Kind() {
	case reflect.Invalid:
		g.WriteString("<nil>")
	case reflect.Bool:
		g.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		g.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		g.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		g.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
	case reflect.Complex64, reflect.Complex128:
		g.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
	case reflect.String:
		g.text(v.String())
	case reflect.Array, reflect.Slice:
		g.list(v, depth)
	case reflect.Map:
		g.mapping(v, depth)
	case reflect.Struct:
		g.structure(v, depth)
	case reflect.Pointer:
		g.pointer(v, depth)
	case reflect.Interface:
		g.value(v.Elem(), depth)
	default:
		if v.IsZero() {
			g.WriteString("<nil>")
			return
		}
		g.WriteString(v.Type().String())
	}
}

func (g *glance) text(s string) {
	if len(s) > 4*mostLetters {
		s = s[:4*mostLetters]
	}
	if runes := []rune(s); len(runes) > mostLetters {
		g.WriteString(strconv.Quote(string(runes[:mostLetters])) + "...")
		return
	}
	g.WriteString(strconv.Quote(s))
}

func (g *glance) list(v reflect.Value, depth int) {
	g.WriteByte('[')
	for i := range min(v.Len(), mostElements) {
		if i > 0 {
			g.WriteByte(' ')
		}
		g.value(v.Index(i), depth+1)
	}
	if v.Len() > mostElements {
		g.WriteString(" ...")
	}
	g.WriteByte(']')
}

func (g *glance) mapping(v reflect.Value, depth int) {
	type entry struct {
		key   string
		value reflect.Value
	}
	var entries []entry
	all := v.MapRange()
	for all.Next() && len(entries) < mostKeys {
		k := &glance{left: g.left}
		k.value(all.Key(), depth+1)
		entries = append(entries, entry{k.String(), all.Value()})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	g.WriteString("map[")
	for i, e := range entries[:min(len(entries), mostElements)] {
		if i > 0 {
			g.WriteByte(' ')
		}
		g.WriteString(e.key + ":")
		g.value(e.value, depth+1)
	}
	if v.Len() > mostElements {
		g.WriteString(" ...")
	}
	g.WriteByte(']')
}

func (g *glance) structure(v reflect.Value, depth int) {
	g.WriteByte('{')
	for i := range min(v.NumField(), mostFields) {
		if i > 0 {
			g.WriteByte(' ')
		}
		g.WriteString(v.Type().Field(i).Name + ":")
		g.value(v.Field(i), depth+1)
	}
	if v.NumField() > mostFields {
		g.WriteString(" ...")
	}
	g.WriteByte('}')
}

// pointer follows pointers to structs, once: they are how objects are handed
// around.
func (g *glance) pointer(v reflect.Value, depth int) {
	switch {
	case v.IsNil():
		g.WriteString("<nil>")
	case depth == 0 && v.Elem().Kind() == reflect.Struct:
		g.WriteByte('&')
		g.value(v.Elem(), depth+1)
	default:
		fmt.Fprintf(g, "%#x", v.Pointer())
	}
}

// methods are those that say what the fields of a type do not, and that end
// soon, by the type's package and name.
var methods = map[string]string{
	"time.Time":      "String",
	"time.Duration":  "String",
	"time.Month":     "String",
	"math/big.Int":   "String",
	"math/big.Rat":   "String",
	"math/big.Float": "String",

	"github.com/galago-hpc/galago/lib/nd.Array":   "String",
	"github.com/galago-hpc/galago/lib/h5.Dataset": "Summary",
	"github.com/galago-hpc/galago/lib/h5.Group":   "Path",
	"github.com/galago-hpc/galago/lib/h5.File":    "Path",
}

// known shows a value of one of these types.
func (g *glance) known(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		if v.IsNil() {
			return false
		}
		t = t.Elem()
	} else if v.CanAddr() {
		v = v.Addr()
	}
	name, ok := methods[t.PkgPath()+"."+t.Name()]
	if !ok {
		return false
	}
	switch name {
	case "Path":
		p, ok := v.Interface().(interface{ Path() string })
		if ok {
			g.WriteString(t.String() + " " + strconv.Quote(p.Path()))
		}
		return ok
	case "Summary":
		s, ok := v.Interface().(interface{ Summary() string })
		if ok {
			g.WriteString(s.Summary())
		}
		return ok
	default:
		s, ok := v.Interface().(fmt.Stringer)
		if ok {
			text := s.String()
			g.WriteString(text[:min(len(text), 4*g.left)])
		}
		return ok
	}
}
