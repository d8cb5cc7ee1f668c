package carry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// here and there stand for the same type, compiled into two programs.
type here struct {
	Name    string
	mass    float64
	ok      bool
	tags    []string
	pos     [3]float64
	next    *here
	other   *here
	index   map[string]*here
	nothing map[int]int
	empty   []int
	any     any
	err     error
	when    time.Time
	took    time.Duration
	n       *big.Int
	c       complex64
	mu      sync.Mutex
	once    sync.Once
	hits    atomic.Int64
	ch      chan int
	f       func()
	b       strings.Builder
	_       int32
}

type there struct {
	Name    string
	mass    float64
	ok      bool
	tags    []string
	pos     [3]float64
	next    *there
	other   *there
	index   map[string]*there
	nothing map[int]int
	empty   []int
	any     any
	err     error
	when    time.Time
	took    time.Duration
	n       *big.Int
	c       complex64
	mu      sync.Mutex
	once    sync.Once
	hits    atomic.Int64
	ch      chan int
	f       func()
	b       strings.Builder
	_       int32
}

func TestStructOfAnotherProgram(t *testing.T) {
	a := &here{Name: "Größe", mass: math.Pi, ok: true, tags: []string{"a", "", "c"}, pos: [3]float64{1, math.Inf(1), math.Copysign(0, -1)},
		empty: []int{}, any: []any{1, "x", nil, 2.5, map[string]int{"k": 1}, time.Second}, took: time.Minute,
		err: fmt.Errorf("open: %w", io.EOF), when: time.Now(), n: new(big.Int).Lsh(big.NewInt(-1), 200), c: 1 - 2i}
	a.next = &here{Name: "second", next: a}
	a.other = a.next
	a.index = map[string]*here{"a": a, "b": a.next, "nil": nil}
	a.once.Do(func() {})
	a.hits.Add(7)
	a.b.WriteString("built")

	data, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	var b *there
	if err := Decode(data, &b); err != nil {
		t.Fatal(err)
	}
	if b.Name != a.Name || b.mass != a.mass || !b.ok || !reflect.DeepEqual(b.tags, a.tags) || b.c != a.c || b.took != a.took {
		t.Errorf("basic fields: %+v", b)
	}
	if b.pos != a.pos || !math.Signbit(b.pos[2]) {
		t.Errorf("pos %v", b.pos)
	}
	if b.next.next != b || b.other != b.next || b.index["a"] != b || b.index["b"] != b.next || len(b.index) != 3 {
		t.Error("pointers do not lead to the same variables")
	}
	if b.nothing != nil || b.empty == nil || len(b.empty) != 0 {
		t.Error("nil and empty are mixed up")
	}
	if !reflect.DeepEqual(b.any, a.any) {
		t.Errorf("any %v", b.any)
	}
	if !errors.Is(b.err, io.EOF) || b.err.Error() != "open: EOF" {
		t.Errorf("err %v", b.err)
	}
	if !b.when.Equal(a.when) || b.when.String() != a.when.Round(0).String() {
		t.Errorf("when %v, want %v without the monotonic part", b.when, a.when)
	}
	if b.n.Cmp(a.n) != 0 {
		t.Errorf("n %v", b.n)
	}
	b.once.Do(func() { t.Error("once was done already") })
	if b.hits.Load() != 7 {
		t.Errorf("hits %d", b.hits.Load())
	}
	if b.b.WriteString(" on"); b.b.String() != "built on" {
		t.Errorf("builder %q", b.b.String())
	}

	// And from the variable, into the variable.
	if data, err = Encode(reflect.ValueOf(a).Elem()); err != nil {
		t.Fatal(err)
	}
	var v there
	if err := Decode(data, reflect.ValueOf(&v)); err != nil {
		t.Fatal(err)
	}
	if v.next.next != &v || v.index["a"] != &v {
		t.Error("the variable itself became another one")
	}
	if data, err = Encode(a); err != nil {
		t.Fatal(err)
	}
	v = there{}
	if err := Decode(data, &v); err != nil || v.Name != a.Name {
		t.Errorf("pointer encoded, variable decoded: %v", err)
	}
}

type hot float32

// Values that come back equal, under their own type and as an interface's content.
func TestRoundTrip(t *testing.T) {
	one := errors.New("one")
	zone := time.FixedZone("XST", 3600)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		paris = time.UTC // no time zones on this machine
	}
	for _, v := range []any{
		true, 1, int8(-8), int16(-16), int32(-32), int64(math.MinInt64), uint(1), uint8(8), uint16(16), uint32(32), uint64(math.MaxUint64),
		uintptr(3), float32(1.5), math.MaxFloat64, complex64(1i), 1 + 2i, "", "text\x00\xff",
		[]float64{}, []float64(nil), []float64{1, 2, 3}, [][]int32{{1}, nil, {}}, [2]string{"a", "b"}, []bool{true, false},
		map[string]float64{"a": 1}, map[[2]int]string{{1, 2}: "x"}, map[string]int(nil), map[any]any{1: "a", "b": 2.0, [1]int{3}: nil},
		[]any{nil, 1, []any{"x"}, map[string]any{"k": []byte{1}}}, []error{one, nil, fs.ErrNotExist},
		struct{}{}, []struct{}{{}, {}}, map[string]struct{}{"set": {}}, [0]int{}, make([]struct{}, 1000),
		time.Time{}, time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 6, zone), time.Date(2026, 7, 2, 3, 4, 5, 6, paris),
		*big.NewInt(-5), *big.NewRat(1, 3), big.NewFloat(2.5), time.March,
		fmt.Errorf("outer %w", one), errors.Join(one, io.EOF), &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist},
	} {
		data, err := Encode(v)
		if err != nil {
			t.Errorf("%T: %v", v, err)
			continue
		}
		back := reflect.New(reflect.TypeOf(v))
		if err := Decode(data, back); err != nil {
			t.Errorf("%T: %v", v, err)
		} else if !reflect.DeepEqual(back.Elem().Interface(), v) {
			t.Errorf("%T: %v became %v", v, v, back.Elem())
		}
		var a any
		if err := Decode(data, &a); err != nil {
			t.Errorf("%T as any: %v", v, err)
		} else if !reflect.DeepEqual(a, v) {
			t.Errorf("%T as any: %v became %v (%T)", v, v, a, a)
		}
	}
	nan, _ := Encode(map[float64]float64{math.NaN(): math.NaN()})
	var back map[float64]float64
	if err := Decode(nan, &back); err != nil || len(back) != 1 {
		t.Errorf("NaN as a key: %v %v", back, err)
	}
	var none fmt.Stringer
	if err := Decode(mustEncode(t, 3), &none); err == nil || !strings.HasSuffix(err.Error(), "type int does not implement fmt.Stringer") {
		t.Errorf("int as a Stringer: %v", err)
	}
	none = time.Second
	if err := Decode(mustEncode(t, nil), &none); err != nil || none != nil {
		t.Errorf("nil as a Stringer: %v %v", none, err)
	}
	null, err := Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	var a any = 3
	if err := Decode(null, &a); err != nil || a != nil {
		t.Errorf("nil: %v %v", a, err)
	}
}

func mustEncode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSentinelsArriveAsThemselves(t *testing.T) {
	for _, want := range []error{io.EOF, fs.ErrNotExist, context.Canceled} {
		data, err := Encode(&want)
		if err != nil {
			t.Fatal(err)
		}
		var got error
		if err := Decode(data, &got); err != nil || got != want {
			t.Errorf("%v: got %v, %v", want, got, err)
		}
		if data, err = Encode(want); err != nil { // by its own type, as Return does
			t.Fatal(err)
		}
		got = nil
		if err := Decode(data, &got); err != nil || got != want {
			t.Errorf("%v by itself: got %v, %v", want, got, err)
		}
	}
}

func TestSharing(t *testing.T) {
	s, x, m := []float64{1, 2}, 5, map[string]int{"a": 1}
	type all struct {
		S, T, Sub []float64
		P, Q      *int
		M, N      map[string]int
		Self      *all
		Any       []any
	}
	in := all{S: s, T: s, Sub: s[:1], P: &x, Q: &x, M: m, N: m, Any: []any{s, &x, m}}
	in.Self = &in
	in.Any = append(in.Any, in.Any[:0])
	data, err := Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	var out all
	if err := Decode(data, &out); err != nil {
		t.Fatal(err)
	}
	out.S[0], *out.P = 9, 6
	out.M["a"] = 7
	if out.T[0] != 9 || *out.Q != 6 || out.N["a"] != 7 || out.Self != &out || out.Sub[0] != 9 {
		t.Errorf("%+v", out)
	}
	if out.Any[0].([]float64)[0] != 9 || out.Any[1] != out.P || out.Any[2].(map[string]int)["a"] != 7 {
		t.Errorf("%+v", out.Any)
	}
	loop := []any{nil}
	loop[0] = loop
	if data, err = Encode(loop); err != nil {
		t.Fatal(err)
	}
	var back []any
	if err := Decode(data, &back); err != nil {
		t.Fatal(err)
	}
	if inner := back[0].([]any); &inner[0] != &inner[0].([]any)[0] {
		t.Error("the slice that contains itself does not")
	}
}

// Pointers into slices, arrays and structs, and slices of slices, keep pointing there.
func TestParts(t *testing.T) {
	type node struct {
		name string
		next *node
		all  []node
		pos  [3]float64
	}
	type graph struct {
		root   *node
		field  *[3]float64
		number *float64
		window []float64
		byName map[string]*node
		nodes  []node
		any    any
		middle []node
		same   *[4]node
		self   *map[string]*node
		lonely *float64
	}
	Register("test.node", reflect.TypeFor[node]())
	nodes := make([]node, 4)
	for i := range nodes {
		nodes[i] = node{fmt.Sprint(i), &nodes[(i+1)%4], nodes, [3]float64{float64(i)}}
	}
	x := 3.5
	in := graph{root: &nodes[1], field: &nodes[2].pos, number: &nodes[2].pos[1], window: nodes[3].pos[1:], nodes: nodes[:3], any: &nodes[0],
		byName: map[string]*node{"0": &nodes[0], "3": &nodes[3]}, middle: nodes[1:3], same: (*[4]node)(nodes), lonely: &x}
	in.self = &in.byName
	for _, v := range []any{in, &in} {
		var out graph
		if err := Decode(mustEncode(t, v), &out); err != nil {
			t.Fatal(err)
		}
		all := out.root.all
		for i := range all {
			if all[i].next != &all[(i+1)%4] || &all[i].all[0] != &all[0] || all[i].name != fmt.Sprint(i) || all[i].pos[0] != float64(i) {
				t.Fatalf("node %d: %+v", i, all[i])
			}
		}
		if out.root != &all[1] || out.field != &all[2].pos || out.number != &all[2].pos[1] || &out.window[0] != &all[3].pos[1] || len(out.window) != 2 ||
			len(out.nodes) != 3 || &out.nodes[0] != &all[0] || out.any != any(&all[0]) || out.byName["3"] != &all[3] || &out.middle[1] != &all[2] ||
			&out.same[0] != &all[0] || *out.lonely != 3.5 || len(*out.self) != 2 {
			t.Errorf("%T: %+v", v, out)
		}
		if (*out.self)["new"] = nil; v == any(&in) && len(out.byName) != 3 {
			t.Error("the pointer to the field does not point to it")
		}
	}

	// Only a whole that is reached through its part, and one that is a variable itself.
	var back *node
	if err := Decode(mustEncode(t, &nodes[2]), &back); err != nil {
		t.Fatal(err)
	}
	if back != &back.all[2] || back.name != "2" {
		t.Error("a part that leads to its whole")
	}
	var one node
	if err := Decode(mustEncode(t, &nodes[2]), &one); err == nil || !strings.Contains(err.Error(), "decode a pointer to it") || one.all != nil {
		t.Errorf("an element as a variable of its own: %v", err)
	}
	type first struct{ a, b int }
	type pair struct {
		f *first
		a *int
		s []first
	}
	f := first{1, 2}
	var p pair
	if err := Decode(mustEncode(t, pair{&f, &f.a, nil}), &p); err != nil || p.a != &p.f.a {
		t.Errorf("%+v %v", p, err)
	}
	array := []first{{1, 2}}
	if err := Decode(mustEncode(t, pair{&array[0], &array[0].a, array}), &p); err != nil || p.a != &p.f.a || p.f != &p.s[0] {
		t.Errorf("%+v %v", p, err)
	}
}

func TestOverlapIsRefused(t *testing.T) {
	data := make([]int, 10)
	type windows struct{ A, B []int }
	_, err := Encode(windows{data[:6], data[4:]})
	if err == nil || !strings.HasPrefix(err.Error(), "field B ([]int): it shares a part of its memory") {
		t.Errorf("%v", err)
	}
	// With the whole array at hand both have a place in it.
	var back [][]int
	if err := Decode(mustEncode(t, [][]int{data[:6], data[4:], data}), &back); err != nil {
		t.Fatal(err)
	}
	back[0][5] = 1
	if back[1][1] != 1 || back[2][5] != 1 {
		t.Errorf("%v", back)
	}
}

// A list of a million nodes must not need a million stack frames.
func TestLongList(t *testing.T) {
	type node struct {
		n    int
		next *node
	}
	var list *node
	const length = 1_000_000
	for i := range length {
		list = &node{i, list}
	}
	data, err := Encode(list)
	if err != nil {
		t.Fatal(err)
	}
	var back *node
	if err := Decode(data, &back); err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; back != nil; back = back.next {
		if back.n != length-1-n {
			t.Fatalf("node %d holds %d", n, back.n)
		}
		n++
	}
	if n != length {
		t.Errorf("%d nodes", n)
	}
}

type shapeless interface{ Area() float64 }
type square struct{ side float64 }
type square2 struct{ side float64 }

func (s square) Area() float64  { return s.side * s.side }
func (s square2) Area() float64 { return s.side * s.side }

func TestRegisteredTypes(t *testing.T) {
	shapes := []shapeless{square{2}, &square{3}, nil}
	_, err := Encode(shapes)
	if err == nil || err.Error() != "element [0] (carry.shapeless): the interface holds a value whose type carry.square is not known to the other process" {
		t.Errorf("unregistered: %v", err)
	}
	Register("main.square", reflect.TypeFor[square]())
	data, err := Encode(shapes)
	if err != nil {
		t.Fatal(err)
	}
	Register("main.square", reflect.TypeFor[square2]())
	var back []shapeless
	if err := Decode(data, &back); err != nil {
		t.Fatal(err)
	}
	if back[0] != (square2{2}) || *back[1].(*square2) != (square2{3}) || back[2] != nil {
		t.Errorf("%v", back)
	}
	Register("main.square", reflect.TypeFor[struct{ side int }]())
	if err := Decode(data, &back); err == nil || !strings.Contains(err.Error(), "the types differ") {
		t.Errorf("another shape under the same name: %v", err)
	}
}

type conn struct {
	Name string
	w    chan int
}

type encoded struct {
	secret func()
	v      int
}

func (e encoded) MarshalBinary() ([]byte, error) { return []byte{byte(e.v)}, nil }
func (e *encoded) UnmarshalBinary(b []byte) error {
	e.v = int(b[0])
	return nil
}

func TestOwnMethods(t *testing.T) {
	in := []encoded{{func() {}, 3}, {nil, 4}}
	data, err := Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	var out []encoded
	if err := Decode(data, &out); err != nil || len(out) != 2 || out[0].v != 3 || out[1].v != 4 {
		t.Errorf("%v %v", out, err)
	}
	// An address holds a handle whose identity matters; equality must survive.
	addr := netip.MustParseAddr("fe80::1%eth0")
	if data, err = Encode(addr); err != nil {
		t.Fatal(err)
	}
	var back netip.Addr
	if err := Decode(data, &back); err != nil || back != addr {
		t.Errorf("%v %v", back, err)
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	locked := struct{ Mu sync.Mutex }{}
	locked.Mu.Lock()
	for _, c := range []struct {
		v    any
		want string
	}{
		{make(chan int), "chan int: a channel has no value to carry to another process"},
		{conn{"n", make(chan int)}, "field w (chan int): a channel has no value to carry to another process"},
		{struct{ conn *conn }{&conn{w: make(chan int)}}, "field conn.w (chan int): a channel has no value to carry to another process"},
		{[]conn{{}, {w: make(chan int)}}, "element [1].w (chan int): a channel has no value to carry to another process"},
		{struct{ m map[string][]*conn }{map[string][]*conn{"k": {{w: make(chan int)}}}}, `field m["k"][0].w (chan int): a channel has no value to carry to another process`},
		{[]any{1, func() {}}, "element [1] (func()): a function has no value to carry to another process"},
		{struct{ F func(int) error }{func(int) error { return nil }}, "field F (func(int) error): a function has no value to carry to another process"},
		{map[int]any{7: make(chan bool)}, "element [7] (chan bool): a channel has no value to carry to another process"},
		{&locked, "field Mu (sync.Mutex): a locked mutex cannot be carried to another process"},
		{struct{ X any }{conn{}}, "field X (interface {}): the interface holds a value whose type carry.conn is not known to the other process"},
	} {
		_, err := Encode(c.v)
		if err == nil || err.Error() != c.want {
			t.Errorf("%T: %v, want %s", c.v, err, c.want)
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%T: the error is a %T", c.v, err)
		}
	}
	deep := any(nil)
	type box struct{ V any }
	Register("test.box", reflect.TypeFor[box]())
	for range 20000 {
		deep = box{deep}
	}
	if _, err := Encode(deep); err == nil || !strings.HasSuffix(err.Error(), "interfaces are nested too deeply") {
		t.Errorf("deep: %.100v", err)
	}
}

func TestOtherTypesAreErrors(t *testing.T) {
	data, err := Encode([]struct {
		A int
		b string
	}{{1, "x"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, ptr := range []any{
		new(int), new([]struct {
			A int
			c string
		}), new([]struct {
			A int32
			b string
		}), new([1]struct {
			A int
			b string
		}), new([]struct {
			A int
			b string
			C int
		}),
	} {
		err := Decode(data, ptr)
		if err == nil || !strings.Contains(err.Error(), "the types differ: the value is []struct{A int; b string}, the variable is ") {
			t.Errorf("%T: %v", ptr, err)
		}
	}
	// yaegi puts an X before the names of unexported fields.
	var x []struct {
		A  int
		Xb string
	}
	if err := Decode(data, &x); err != nil || x[0].Xb != "x" {
		t.Errorf("%v %v", x, err)
	}
	for _, ptr := range []any{nil, 3, (*int)(nil)} {
		if err := Decode(data, ptr); err == nil {
			t.Errorf("decoded into %T", ptr)
		}
	}
}

func TestFailureLeavesTheVariable(t *testing.T) {
	type two struct{ A, B []string }
	data, err := Encode(two{[]string{"a"}, []string{"b"}})
	if err != nil {
		t.Fatal(err)
	}
	v := two{A: []string{"before"}}
	for n := range data {
		if err := Decode(data[:n], &v); err == nil {
			t.Fatalf("%d of %d bytes are accepted", n, len(data))
		}
	}
	if err := Decode(append(data, 0), &v); err == nil {
		t.Error("a byte too many is accepted")
	}
	if !reflect.DeepEqual(v, two{A: []string{"before"}}) {
		t.Errorf("the variable has changed: %v", v)
	}
}

func TestTypeOf(t *testing.T) {
	for _, v := range []any{1, []float64{1}, map[string][]int{}, hot(1), conn{}, &conn{}} {
		data, err := Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if name, err := TypeOf(data); err != nil || name != fmt.Sprintf("%T", v) {
			t.Errorf("%T: %q %v", v, name, err)
		}
	}
	if _, err := TypeOf([]byte("GCV")); err == nil {
		t.Error("no error")
	}
}
