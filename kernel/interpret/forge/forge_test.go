package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sort"
	"testing"
	"unsafe"
)

func TestNamed(t *testing.T) {
	like := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[int]()}, {Name: "B", Type: reflect.TypeFor[unsafe.Pointer]()}})
	names := []string{"Error", "String"}
	n := Named("main.Node", "main", like, true, []string{"Error"}, names)
	n.FillStruct([]Field{{Name: "X", Type: reflect.TypeFor[int](), Tag: `json:"x"`}, {Name: "Next", Type: reflect.PointerTo(n.Reflect()), Tag: `json:"next,omitempty"`}}, like, "main")
	text := func(p unsafe.Pointer, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint("node ", *(*int)(p)))}
	}
	ft := reflect.TypeFor[func() string]()
	if err := n.Attach([]Method{{"Error", ft, text}}, []Method{{"Error", ft, text}, {"String", ft, text}}); err != nil {
		t.Fatal(err)
	}
	r := n.Reflect()
	v := reflect.New(r).Elem()
	v.Field(0).SetInt(42)
	v.Field(1).Set(reflect.New(r))
	runtime.GC()
	if got := fmt.Sprintf("%T %v %s", v.Interface(), v.Interface(), v.Interface().(error).Error()); got != "main.Node node 42 node 42" {
		t.Error(got)
	}
	if got := fmt.Sprintf("%T %v", v.Addr().Interface(), v.Addr().Interface()); got != "*main.Node node 42" {
		t.Error(got)
	}
	data, err := json.Marshal(v.Interface())
	if err != nil || string(data) != `{"x":42,"next":{"x":0}}` {
		t.Error(string(data), err)
	}
	m := map[any]int{v.Interface(): 1}
	if m[v.Interface()] != 1 {
		t.Error("not found")
	}
	target := reflect.New(r)
	if !errors.As(fmt.Errorf("wrapped: %w", v.Interface().(error)), target.Interface()) || target.Elem().Field(0).Int() != 42 {
		t.Error("errors.As")
	}
}

func TestSort(t *testing.T) {
	u := reflect.TypeFor[[]int]()
	names := []string{"Len", "Less", "Swap"}
	n := Named("main.List", "main", u, false, names, names)
	n.Fill(u)
	at := func(p unsafe.Pointer) []int { return *(*[]int)(p) }
	methods := []Method{
		{"Len", reflect.TypeFor[func() int](), func(p unsafe.Pointer, _ []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf(len(at(p)))}
		}},
		{"Less", reflect.TypeFor[func(int, int) bool](), func(p unsafe.Pointer, a []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf(at(p)[a[0].Int()] < at(p)[a[1].Int()])}
		}},
		{"Swap", reflect.TypeFor[func(int, int)](), func(p unsafe.Pointer, a []reflect.Value) []reflect.Value {
			i, j := a[0].Int(), a[1].Int()
			at(p)[i], at(p)[j] = at(p)[j], at(p)[i]
			return nil
		}},
	}
	if err := n.Attach(methods, methods); err != nil {
		t.Fatal(err)
	}
	list := []int{5, 2, 9, 1}
	v := reflect.ValueOf(list).Convert(n.Reflect())
	sort.Sort(v.Interface().(sort.Interface))
	if got := fmt.Sprintf("%v %T", v.Interface(), v.Interface()); got != "[1 2 5 9] main.List" {
		t.Error(got)
	}
}

func TestInterface(t *testing.T) {
	i := Interface("main.Texter", "main", true, 1)
	i.FillInterface([]string{"String"}, []reflect.Type{reflect.TypeFor[func() string]()})
	r := i.Reflect()
	if !reflect.TypeFor[reflect.Value]().Implements(r) || reflect.TypeFor[int]().Implements(r) {
		t.Error("Implements")
	}
	v := reflect.New(r).Elem()
	v.Set(reflect.ValueOf(reflect.Int))
	if got := v.Method(0).Call(nil)[0].String(); got != "int" || r.String() != "main.Texter" || r.Name() != "Texter" {
		t.Error(got, r)
	}
	m := reflect.MakeMap(reflect.MapOf(r, reflect.TypeFor[int]()))
	m.SetMapIndex(v, reflect.ValueOf(1))
	if m.Len() != 1 {
		t.Error("map")
	}
}

// All entries lead to their own functions.
func TestEntries(t *testing.T) {
	ft := reflect.TypeFor[func() int]()
	for i := range 600 {
		n := Named("main.N", "main", reflect.TypeFor[int](), true, []string{"Len"}, nil)
		n.Fill(reflect.TypeFor[int]())
		err := n.Attach([]Method{{"Len", ft, func(unsafe.Pointer, []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf(i)} }}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.New(n.Reflect()).Elem().Interface()
		if got := v.(interface{ Len() int }).Len(); got != i {
			t.Fatalf("method %d gives %d", i, got)
		}
	}
}
