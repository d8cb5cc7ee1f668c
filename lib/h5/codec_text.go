package h5

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// textCodec carries strings, of fixed and of variable length, and always as Go
// strings.
func textCodec(file *Type) *codec {
	if file.variable {
		return &codec{memory: file, allocates: true,
			load: func(from, to unsafe.Pointer) error {
				*(*string)(to) = cText(*(*uintptr)(from))
				return nil
			},
			store: func(from, to unsafe.Pointer, a *arena) error {
				s := *(*string)(from)
				if err := checkText(s, file); err != nil {
					return err
				}
				*(*uintptr)(to) = a.putText(s)
				return nil
			}}
	}
	return &codec{memory: file, loadAll: loadTexts(file),
		load: func(from, to unsafe.Pointer) error {
			*(*string)(to) = string(trimText(unsafe.Slice((*byte)(from), file.size), file.padding))
			return nil
		},
		store: func(from, to unsafe.Pointer, a *arena) error { return storeText(*(*string)(from), to, file) }}
}

// loadTexts makes strings of many of fixed length, which share one piece of memory:
// short ones in the main, which would cost more apart. One that is kept keeps the
// others of its piece.
func loadTexts(file *Type) func(from, to unsafe.Pointer, n int) error {
	const piece = 64 << 10 // bytes
	return func(from, to unsafe.Pointer, n int) error {
		texts := unsafe.Slice((*string)(to), n)
		in := unsafe.Slice((*byte)(from), n*file.size)
		for each := max(piece/file.size, 1); len(texts) > 0; {
			some := min(each, len(texts))
			all := string(in[:some*file.size])
			for i := range texts[:some] {
				at := i * file.size
				texts[i] = all[at : at+len(trimText(in[at:at+file.size], file.padding))]
			}
			texts, in = texts[some:], in[some*file.size:]
		}
		return nil
	}
}

// trimText leaves out what fills up a string of fixed length.
func trimText(b []byte, padding Padding) []byte {
	switch padding {
	case SpacePad:
		return trimRight(b, ' ')
	case NullPad:
		// A NUL inside counts, as it does for NumPy.
		return trimRight(b, 0)
	}
	if n := bytes.IndexByte(b, 0); n >= 0 {
		return b[:n]
	}
	return b
}

// trimRight leaves out NULs and another character at the end.
func trimRight(b []byte, other byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == 0 || b[n-1] == other) {
		n--
	}
	return b[:n]
}

func storeText(s string, to unsafe.Pointer, file *Type) error {
	if err := checkText(s, file); err != nil {
		return err
	}
	room := file.size
	if file.padding == NullTerm {
		room--
	}
	if len(s) > room {
		return fmt.Errorf("%.40q has %d bytes and %v has room for %d", s, len(s), file, room)
	}
	b := unsafe.Slice((*byte)(to), file.size)
	fill := byte(0)
	if file.padding == SpacePad {
		fill = ' '
	}
	for i := copy(b, s); i < len(b); i++ {
		b[i] = fill
	}
	return nil
}

// checkText refuses what would come back as something else.
func checkText(s string, file *Type) error {
	if strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("%.40q has a NUL in it", s)
	}
	if file.utf8 {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%.40q is not UTF-8", s)
		}
		return nil
	}
	for _, c := range []byte(s) {
		if c >= utf8.RuneSelf {
			return fmt.Errorf("%.40q is not ASCII, which the type %v is; use h5.Text or h5.FixedText", s, file)
		}
	}
	return nil
}

// plainName reports whether a name has no NUL in it, where C would see its end.
func plainName(s string) bool { return strings.IndexByte(s, 0) < 0 }

// bytesCodec carries opaque elements as slices of bytes.
func bytesCodec(file *Type) *codec {
	return &codec{memory: file,
		load: func(from, to unsafe.Pointer) error {
			*(*[]byte)(to) = bytes.Clone(unsafe.Slice((*byte)(from), file.size))
			return nil
		},
		store: func(from, to unsafe.Pointer, a *arena) error {
			b := *(*[]byte)(from)
			if len(b) != file.size {
				return fmt.Errorf("%d bytes do not fit %v: it takes %d", len(b), file, file.size)
			}
			copy(unsafe.Slice((*byte)(to), file.size), b)
			return nil
		}}
}

// dynamicCodec carries values of any type: what is read has its natural type, and
// what is written the type it has.
func dynamicCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	if goType.NumMethod() > 0 {
		return nil, mismatch(goType, file)
	}
	if dir == writing {
		return dynamicStore(file, depth)
	}
	natural, err := naturalType(file)
	if err != nil {
		return nil, err
	}
	inner, err := newCodec(natural, file, dir, depth)
	if err != nil {
		return nil, err
	}
	return &codec{memory: inner.memory, allocates: inner.allocates, load: func(from, to unsafe.Pointer) error {
		v := reflect.New(natural)
		if err := inner.loadRun(from, v.UnsafePointer(), 1, natural.Size()); err != nil {
			return err
		}
		*(*any)(to) = v.Elem().Interface()
		return nil
	}}, nil
}

// dynamicStore brings values to the natural layout of the file's type, because a
// buffer has only one.
func dynamicStore(file *Type, depth int) (*codec, error) {
	natural, err := naturalType(file)
	if err != nil {
		return nil, err
	}
	usual, err := newCodec(natural, file, writing, depth)
	if err != nil {
		return nil, err
	}
	return &codec{memory: usual.memory, store: func(from, to unsafe.Pointer, a *arena) error {
		value := reflect.ValueOf(*(*any)(from))
		if !value.IsValid() {
			return fmt.Errorf("nil is no value for %v", file)
		}
		inner := usual
		if value.Type() != natural {
			other, err := codecFor(value.Type(), file, writing)
			if err != nil {
				return err
			}
			inner = other
		}
		if !inner.memory.Equal(usual.memory) {
			// A number of another type: the natural one takes it if it fits.
			from, into := nd.DTypeOf(value.Type()), nd.DTypeOf(natural)
			if !isNumber(from) || !isNumber(into) {
				return mismatch(value.Type(), file)
			}
			held, converted := reflect.New(value.Type()), reflect.New(natural)
			held.Elem().Set(value)
			if err := numberAt(from, held.UnsafePointer()).put(into, converted.UnsafePointer()); err != nil {
				return err
			}
			return usual.storeRun(converted.UnsafePointer(), to, 1, natural.Size(), a)
		}
		held := reflect.New(value.Type())
		held.Elem().Set(value)
		return inner.storeRun(held.UnsafePointer(), to, 1, value.Type().Size(), a)
	}}, nil
}
