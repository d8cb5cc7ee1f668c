package h5

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// An encoded value is what an attribute is made of.
type encoded struct {
	shape        []int
	disk, memory int64 // datatypes
	data         dl.Arg
	release      func()
}

// encode turns a Go value into memory for HDF5.
func (l *library) encode(value any) (encoded, error) {
	v := reflect.ValueOf(value)
	switch {
	case !v.IsValid():
		return encoded{}, errors.New("nil is no value")
	case v.Kind() == reflect.String:
		return l.encodeStrings([]string{v.String()}, nil)
	case (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) && v.Type().Elem().Kind() == reflect.String:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = v.Index(i).String()
		}
		return l.encodeStrings(texts, []int{len(texts)})
	case v.Kind() == reflect.Bool:
		return l.encodeBools([]int8{truth(v.Bool())}, nil)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Bool:
		bits := make([]int8, v.Len())
		for i := range bits {
			bits[i] = truth(v.Index(i).Bool())
		}
		return l.encodeBools(bits, []int{len(bits)})
	}
	a, err := nd.From(value)
	if err != nil {
		return encoded{}, fmt.Errorf("a %T is neither text nor numbers", value)
	}
	a = a.Contiguous()
	return encoded{shape: a.Shape(), disk: l.disk[a.DType()], memory: l.native[a.DType()], data: dl.Slice(a.Bytes()), release: func() {}}, nil
}

// textType makes the type of UTF-8 strings of variable length. It must be closed.
func (l *library) textType() int64 {
	t := int64(l.c.tCopy.Call(dl.Int(l.text)))         // hid_t H5Tcopy(hid_t)
	l.c.tSetSize.Call(dl.Int(t), dl.Int(-1))           // herr_t H5Tset_size(hid_t, size_t H5T_VARIABLE)
	l.c.tSetCset.Call(dl.Int(t), dl.Int(encodingUTF8)) // herr_t H5Tset_cset(hid_t, H5T_cset_t)
	return t
}

func (l *library) encodeStrings(texts []string, shape []int) (encoded, error) {
	pointers := make([]*byte, len(texts))
	for i, text := range texts {
		if strings.IndexByte(text, 0) >= 0 {
			return encoded{}, fmt.Errorf("%q has a NUL in it", text)
		}
		if !utf8.ValidString(text) {
			return encoded{}, fmt.Errorf("%q is not UTF-8", text)
		}
		terminated := append([]byte(text), 0)
		pointers[i] = &terminated[0]
	}
	t := l.textType()
	return encoded{shape: shape, disk: t, memory: t, data: dl.Slice(pointers), release: func() { l.c.tClose.Call(dl.Int(t)) }}, nil
}

func truth(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

// encodeBools makes the enumeration of FALSE and TRUE that h5py uses.
func (l *library) encodeBools(bits []int8, shape []int) (encoded, error) {
	t := int64(l.c.tEnumCreate.Call(dl.Int(l.disk[Int8]))) // hid_t H5Tenum_create(hid_t base)
	for value, name := range []string{"FALSE", "TRUE"} {
		member := int8(value)
		l.c.tEnumInsert.Call(dl.Int(t), dl.Str(name), dl.Ptr(&member)) // herr_t H5Tenum_insert(hid_t, const char *name, const void *value)
	}
	return encoded{shape: shape, disk: t, memory: t, data: dl.Slice(bits), release: func() { l.c.tClose.Call(dl.Int(t)) }}, nil
}

// isBool reports whether a type is h5py's bool.
func (l *library) isBool(t int64) bool {
	if int32(l.c.tClass.Call(dl.Int(t))) != classEnum || l.c.tSize.Call(dl.Int(t)) != 1 {
		return false
	}
	one := int8(1)
	name := make([]byte, 8)
	// herr_t H5Tenum_nameof(hid_t, const void *value, char *name, size_t size)
	return int32(l.c.tEnumName.Call(dl.Int(t), dl.Ptr(&one), dl.Slice(name), dl.Int(len(name)))) >= 0 && dl.Text(name) == "TRUE"
}

func boolValue(a *nd.Array) any {
	if a.NDim() == 0 {
		return a.Item() != 0
	}
	values := make([]bool, a.Len())
	for i, v := range a.Float64s() {
		values[i] = v != 0
	}
	return values
}

// goValue turns an array into a number, a slice, or itself, by its axes.
func goValue(a *nd.Array) any {
	switch a.DType() {
	case Int8:
		return goValueOf[int8](a)
	case Int16:
		return goValueOf[int16](a)
	case Int32:
		return goValueOf[int32](a)
	case Int64:
		return goValueOf[int64](a)
	case Uint8:
		return goValueOf[uint8](a)
	case Uint16:
		return goValueOf[uint16](a)
	case Uint32:
		return goValueOf[uint32](a)
	case Uint64:
		return goValueOf[uint64](a)
	case Float32:
		return goValueOf[float32](a)
	}
	return goValueOf[float64](a)
}

func goValueOf[T nd.Number](a *nd.Array) any {
	data, err := nd.Data[T](a)
	switch {
	case err != nil || a.NDim() > 1:
		return a
	case a.NDim() == 0:
		return data[0]
	}
	return data
}

// readStrings reads n strings of a type of the file; read is given the memory
// type and the buffer.
func (l *library) readStrings(t, space int64, n int, read func(memory int64, buffer dl.Arg) bool) ([]string, bool) {
	texts := make([]string, n)
	if n == 0 {
		return texts, true
	}
	c := &l.c
	if int32(c.tVariable.Call(dl.Int(t))) > 0 { // htri_t H5Tis_variable_str(hid_t)
		pointers := make([]uintptr, n)
		if !read(t, dl.Slice(pointers)) {
			return nil, false
		}
		for i, p := range pointers {
			texts[i] = dl.String(p)
		}
		reclaim := c.vlenReclaim
		if !reclaim.Present() {
			reclaim = c.tReclaim
		}
		if reclaim.Present() {
			// herr_t H5Dvlen_reclaim(hid_t type, hid_t space, hid_t dxpl, void *buffer)
			reclaim.Call(dl.Int(t), dl.Int(space), dl.Int(0), dl.Slice(pointers))
		}
		return texts, true
	}
	size := int(c.tSize.Call(dl.Int(t)))
	buffer := make([]byte, n*size)
	if !read(t, dl.Slice(buffer)) {
		return nil, false
	}
	padded := int32(c.tStrpad.Call(dl.Int(t))) == padSpace // H5T_str_t H5Tget_strpad(hid_t)
	for i := range texts {
		texts[i] = dl.Text(buffer[i*size : (i+1)*size])
		if padded {
			texts[i] = strings.TrimRight(texts[i], " ")
		}
	}
	return texts, true
}
