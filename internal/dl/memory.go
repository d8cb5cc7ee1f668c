package dl

import "unsafe"

// pointerTo is the address as a pointer to C memory.
func pointerTo(address uintptr) unsafe.Pointer {
	// Converted in memory rather than directly, because the rules for
	// unsafe.Pointer, and go vet, know no addresses of C memory.
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// Read reads a value from C memory, which must not be null.
func Read[T any](address uintptr) T { return *(*T)(pointerTo(address)) }

// Variable reads an exported variable of a library:
//
//	id, err := dl.Variable[int64](lib, "H5T_NATIVE_DOUBLE_g") // hid_t
func Variable[T any](l *Library, name string) (T, error) {
	address, err := l.Symbol(name)
	if err != nil {
		var zero T
		return zero, err
	}
	return Read[T](address), nil
}

// Bytes is n bytes of C memory as a slice, without a copy. It is valid as long
// as C keeps that memory.
func Bytes(address uintptr, n int) []byte {
	if address == 0 || n <= 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointerTo(address)), n)
}

// String copies a NUL-terminated C string; "" for a null pointer.
func String(address uintptr) string {
	if address == 0 {
		return ""
	}
	n := 0
	for Read[byte](address+uintptr(n)) != 0 {
		n++
	}
	return string(Bytes(address, n))
}

// Text is the text in a buffer that C has filled: up to its first NUL byte, or
// all of it.
func Text(buffer []byte) string {
	for i, b := range buffer {
		if b == 0 {
			return string(buffer[:i])
		}
	}
	return string(buffer)
}
