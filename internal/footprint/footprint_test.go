package footprint

import (
	"os"
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

type node struct {
	next  *node
	value int64
}

type hidden struct {
	text string
	list []int32
	any  any
}

func TestOf(t *testing.T) {
	ring := &node{value: 1}
	ring.next = &node{next: ring}
	var self any
	self = &self
	shared := make([]float64, 100)
	type views struct{ all, head, tail []float64 }
	deep := &node{}
	for range 100_000 {
		deep = &node{next: deep}
	}
	number := any(int64(1 << 40))
	for _, test := range []struct {
		name    string
		pointer any
		want    int64
	}{
		{"number", new(int64), 8},
		{"nil pointer", new(*node), 8},
		{"nil interface", new(any), 16},
		{"nil map", new(map[string]int), 8},
		{"nil channel", new(chan int), 8},
		{"nothing", new(struct{}), 0},
		{"string", ptr("hello"), 16 + 5},
		{"capacity", ptr(make([]float64, 10, 20)), 24 + 160},
		{"cycle", &ring, 8 + 2*16},
		{"interface of itself", self, 16},
		{"unexported", &hidden{"abc", make([]int32, 4), [4]int64{}}, int64(unsafe.Sizeof(hidden{})) + 3 + 16 + 32},
		{"views", &views{shared, shared[:50], shared[40:]}, 72 + 800},
		{"strings", ptr([]string{"a", "bc", "def"}), 24 + 48 + 6},
		{"long list", &deep, 8 + 100_001*16},
		{"boxed number", &number, 16 + 8},
		{"boxed pointer", ptr(any(ring)), 16 + 2*16},
		{"array of pointers", &[3]*node{ring, ring, nil}, 24 + 32},
		{"function", ptr(func() {}), 8},
		{"channel", ptr(make(chan int64, 10)), 8 + 96 + 80},
		{"map", ptr(map[int64]int64{1: 2}), 8 + 48 + 8 + 8*16},
		{"map of slices", ptr(map[int64][]byte{1: make([]byte, 1000)}), 8 + 48 + 8 + 8*32 + 1000},
	} {
		got := Of(test.pointer, Budget(10*time.Second))
		if got.Bytes != test.want || got.AtLeast {
			t.Errorf("%s: %+v, want %d", test.name, got, test.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// What the run-time system and the standard library are made of must not stop
// the estimate.
func TestStrangeThings(t *testing.T) {
	var lock sync.Mutex
	lock.Lock()
	value := reflect.ValueOf(t)
	kind := reflect.TypeOf(t)
	for _, pointer := range []any{&lock, &value, &kind, &os.Stdout, &os.Args, t, ptr(time.Now()), ptr(time.NewTimer(time.Hour)), nil, 3, (*int)(nil)} {
		if got := Of(pointer, Budget(10*time.Second)); got.Bytes < 0 {
			t.Errorf("%T: %+v", pointer, got)
		}
	}
}

// Memory that is not there any more is a lower bound, not a crash.
func TestUnmapped(t *testing.T) {
	memory, err := unix.Mmap(-1, 0, 1<<16, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	nodes := unsafe.Slice((*node)(unsafe.Pointer(&memory[0])), 1<<12)
	if err := unix.Munmap(memory); err != nil {
		t.Fatal(err)
	}
	if got := Of(&nodes, Budget(10*time.Second)); got.Bytes != 24+1<<16 || !got.AtLeast {
		t.Errorf("%+v", got)
	}
}

func TestBounds(t *testing.T) {
	lists := make([][]*int, 1000)
	for i := range lists {
		lists[i] = make([]*int, 1000)
		for j := range lists[i] {
			lists[i][j] = new(int)
		}
	}
	if got := Of(&lists, Budget(0)); !got.AtLeast || got.Bytes < 24 {
		t.Errorf("without time: %+v", got)
	}
	m := map[string][]int{"a": make([]int, 1000)}
	if got := Of(&m, Flat()); !got.AtLeast || got.Bytes > 1000 {
		t.Errorf("a flat map: %+v", got)
	}
	if got := Of(ptr(make([]float64, 1000)), Flat()); got != (Size{Bytes: 8024}) {
		t.Errorf("a flat slice: %+v", got)
	}
	if got := Of(&lists, Flat()); got.Bytes != 24+24000 || !got.AtLeast {
		t.Errorf("a flat slice of slices: %+v", got)
	}
}
