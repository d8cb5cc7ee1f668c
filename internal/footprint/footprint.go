// Package footprint estimates how much memory a variable holds.
//
//	size := footprint.Of(&x, footprint.Budget(100*time.Millisecond))
//	size.Bytes    // of x and of what it reaches
//	size.AtLeast  // there may be more
//
// Memory is counted that is reached through pointers, slices, strings, maps and
// interfaces, unexported fields included. What is reached twice, by a cycle or
// by two slices of one array, counts once. Of a slice the whole capacity counts,
// of a map its table as the run-time system of Go 1.26 lays it out.
//
// Not counted is what Go does not let one look into: the variables that a
// function has captured, the values that wait in a channel, what an
// unsafe.Pointer points to.
//
// # Other goroutines
//
// Memory that somebody else writes meanwhile cannot be followed: Go ends a
// program that reads a map while it is written, and half an interface is none.
// [Flat] looks at the variable's own words only.
package footprint

import (
	"reflect"
	"runtime/debug"
	"slices"
	"time"
	"unsafe"
)

// A Size is an estimate.
type Size struct {
	Bytes   int64 `json:"bytes"`
	AtLeast bool  `json:"at_least,omitempty"` // the time or the number of objects was not enough to see everything
}

// A Limit says how far to look.
type Limit struct {
	flat bool
	time time.Duration
}

// Budget follows everything, for so long at most.
func Budget(d time.Duration) Limit { return Limit{time: d} }

// Flat counts a variable and the arrays that it names itself, and reads no
// memory beyond the variable.
func Flat() Limit { return Limit{flat: true, time: time.Second} }

// maxObjects bounds the memory that the estimate takes itself.
const maxObjects = 1 << 20

// Of estimates the memory of the variable that pointer points to.
func Of(pointer any, limit Limit) (size Size) {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return Size{}
	}
	w := &walker{limit: limit, end: time.Now().Add(limit.time), seen: map[object]bool{}, bare: map[reflect.Type]bool{}}
	// A pointer may lead into memory that was unmapped since, such as a part
	// of a file.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			w.more = true
		}
		size = Size{Bytes: w.total(), AtLeast: w.more}
	}()
	w.visit(v.UnsafePointer(), v.Type().Elem(), 1)
	for len(w.queue) > 0 && !w.exhausted() {
		last := len(w.queue) - 1
		o := w.queue[last]
		w.queue = w.queue[:last]
		w.elements(o)
		if limit.flat {
			w.more = w.more || len(w.queue) > 0
			break
		}
	}
	return
}

// An object is n values of one type, one behind the other.
type object struct {
	at unsafe.Pointer
	of reflect.Type
	n  int
}

type walker struct {
	limit Limit
	end   time.Time
	steps int
	over  bool // there is no time left
	more  bool // something was left out

	queue  []object
	seen   map[object]bool
	bare   map[reflect.Type]bool // types without anything to follow
	ranges [][2]uintptr          // memory that is held
	tables int64                 // bytes of maps and channels, whose place is not known
}

// exhausted reports whether the estimate has to stop here.
func (w *walker) exhausted() bool {
	w.steps++
	if w.steps%256 == 0 && time.Now().After(w.end) || len(w.seen) > maxObjects || len(w.ranges) > 4*maxObjects {
		w.over, w.more = true, true
	}
	return w.over
}

// hold counts memory.
func (w *walker) hold(at unsafe.Pointer, bytes uintptr) {
	if at != nil && bytes > 0 {
		w.ranges = append(w.ranges, [2]uintptr{uintptr(at), uintptr(at) + bytes})
	}
}

// visit counts values and notes that they have to be looked into.
func (w *walker) visit(at unsafe.Pointer, t reflect.Type, n int) {
	if at == nil || n == 0 || t.Size() == 0 {
		return
	}
	w.hold(at, t.Size()*uintptr(n))
	w.follow(at, t, n)
}

func (w *walker) follow(at unsafe.Pointer, t reflect.Type, n int) {
	o := object{at, t, n}
	if n == 0 || t.Size() == 0 || w.isBare(t) || w.seen[o] {
		return
	}
	w.seen[o] = true
	w.queue = append(w.queue, o)
}

func (w *walker) elements(o object) {
	for i := range o.n {
		if w.exhausted() {
			return
		}
		w.value(unsafe.Add(o.at, uintptr(i)*o.of.Size()), o.of)
	}
}

// value follows what a value refers to. The value itself is counted already.
func (w *walker) value(at unsafe.Pointer, t reflect.Type) {
	if w.isBare(t) {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		w.visit(*(*unsafe.Pointer)(at), t.Elem(), 1)
	case reflect.String:
		s := *(*string)(at)
		w.hold(unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
	case reflect.Slice:
		s := reflect.NewAt(t, at).Elem()
		w.hold(s.UnsafePointer(), uintptr(s.Cap())*t.Elem().Size())
		w.follow(s.UnsafePointer(), t.Elem(), s.Len())
	case reflect.Interface:
		w.boxed(at, t)
	case reflect.Map:
		w.table(at, t)
	case reflect.Chan:
		c := *(*unsafe.Pointer)(at)
		if c == nil || w.seen[object{c, t, 1}] {
			return
		}
		w.seen[object{c, t, 1}] = true
		w.tables += channelHeader + int64(reflect.NewAt(t, at).Elem().Cap())*int64(t.Elem().Size())
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			w.value(unsafe.Add(at, f.Offset), f.Type)
		}
	case reflect.Array:
		w.elements(object{at, t.Elem(), t.Len()})
	}
}

// boxed follows the value in an interface. A pointer is held by the interface
// itself, any other value in memory of its own.
func (w *walker) boxed(at unsafe.Pointer, t reflect.Type) {
	if w.limit.flat {
		w.more = true
		return
	}
	inside := reflect.NewAt(t, at).Elem().Elem()
	if !inside.IsValid() {
		return
	}
	data := (*[2]unsafe.Pointer)(at)[1]
	if word := unsafe.Sizeof(data); inside.Type().Size() != word || w.isBare(inside.Type()) {
		w.visit(data, inside.Type(), 1)
		return
	}
	held := reflect.New(inside.Type())
	held.Elem().Set(inside)
	w.value(held.UnsafePointer(), inside.Type())
}

// Bytes of the run-time system's own structures.
const (
	channelHeader = 96
	mapHeader     = 48
	mapGroup      = 8 // slots that share one word of control bytes
)

// table counts a map and follows its keys and values.
func (w *walker) table(at unsafe.Pointer, t reflect.Type) {
	m := *(*unsafe.Pointer)(at)
	if m == nil || w.seen[object{m, t, 1}] {
		return
	}
	w.seen[object{m, t, 1}] = true
	v := reflect.NewAt(t, at).Elem()
	slots := int64(mapGroup)
	for slots*7/8 < int64(v.Len()) {
		slots *= 2
	}
	if v.Len() <= mapGroup {
		slots = mapGroup
	}
	slot := int64(t.Key().Size() + t.Elem().Size())
	w.tables += mapHeader + slots/mapGroup*8 + slots*slot
	if w.isBare(t.Key()) && w.isBare(t.Elem()) {
		return
	}
	if w.limit.flat {
		w.more = true
		return
	}
	key, element := reflect.New(t.Key()), reflect.New(t.Elem())
	for i := v.MapRange(); i.Next(); {
		if w.exhausted() {
			return
		}
		key.Elem().SetIterKey(i)
		element.Elem().SetIterValue(i)
		w.value(key.UnsafePointer(), t.Key())
		w.value(element.UnsafePointer(), t.Elem())
	}
}

// isBare reports whether values of the type refer to nothing that is followed.
func (w *walker) isBare(t reflect.Type) bool {
	bare, ok := w.bare[t]
	if !ok {
		bare = w.findBare(t)
		w.bare[t] = bare
	}
	return bare
}

func (w *walker) findBare(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.String, reflect.Slice, reflect.Interface, reflect.Map, reflect.Chan:
		return false
	case reflect.Array:
		return t.Len() == 0 || w.isBare(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !w.isBare(t.Field(i).Type) {
				return false
			}
		}
	}
	return true
}

// total adds up the memory that was seen, each byte once.
func (w *walker) total() int64 {
	slices.SortFunc(w.ranges, func(a, b [2]uintptr) int {
		switch {
		case a[0] < b[0]:
			return -1
		case a[0] > b[0]:
			return 1
		}
		return 0
	})
	sum, upTo := w.tables, uintptr(0)
	for _, r := range w.ranges {
		if r[1] > upTo {
			sum += int64(r[1] - max(r[0], upTo))
			upTo = r[1]
		}
	}
	return sum
}
