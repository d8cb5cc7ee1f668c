package nd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// binaryMark begins the binary form; the last byte is its version.
const binaryMark = "GND1"

// MarshalBinary returns the array as bytes: for encoding/gob, and for notebooks,
// which carry session variables to ranks. Views are written as what they show.
//
// The form is the mark, the type as a byte, the number of axes and their lengths
// as unsigned varints, and the elements in row-major order, little-endian.
func (a *Array) MarshalBinary() ([]byte, error) {
	if a == nil || a.buf == nil {
		return nil, errors.New("encode an array: it was not made by nd.New, nd.Of or nd.From")
	}
	c := a.Contiguous()
	data := append([]byte(binaryMark), byte(c.dtype))
	data = binary.AppendUvarint(data, uint64(len(c.shape)))
	for _, n := range c.shape {
		data = binary.AppendUvarint(data, uint64(n))
	}
	at := len(data)
	data = append(data, c.Bytes()...)
	littleEndian(data[at:], c.dtype.partSize())
	return data, nil
}

// UnmarshalBinary makes the array what MarshalBinary has written.
func (a *Array) UnmarshalBinary(data []byte) error {
	bad := func(why string) error { return fmt.Errorf("decode an array from %d bytes: %s", len(data), why) }
	rest := data
	if len(rest) < len(binaryMark)+1 || string(rest[:len(binaryMark)]) != binaryMark {
		return bad("it is not an array's binary form")
	}
	dtype := DType(rest[len(binaryMark)])
	rest = rest[len(binaryMark)+1:]
	next := func() (int, bool) {
		v, n := binary.Uvarint(rest)
		if n <= 0 || v > uint64(1)<<62 {
			return 0, false
		}
		rest = rest[n:]
		return int(v), true
	}
	axes, ok := next()
	if !ok || dtype.Size() == 0 || axes > len(rest) {
		return bad("its head is damaged")
	}
	shape := make([]int, axes)
	for axis := range shape {
		if shape[axis], ok = next(); !ok {
			return bad("its head is damaged")
		}
	}
	if err := checkShape(shape); err != nil {
		return bad(err.Error())
	}
	if want := product(shape) * dtype.Size(); want != len(rest) {
		return bad(fmt.Sprintf("shape %v of %v needs %d bytes and there are %d", Shape(shape), dtype, want, len(rest)))
	}
	made := New(dtype, shape...)
	copy(made.Bytes(), rest)
	littleEndian(made.Bytes(), dtype.partSize())
	made.normalise()
	*a = *made
	return nil
}

// normalise makes bools that came from outside what Go's bools are: 0 or 1.
func (a *Array) normalise() {
	if a.dtype == Bool {
		data := elementsOf[boolean](a.buf)
		for i, v := range data {
			data[i] = truth(v != 0)
		}
	}
}

// bigEndian says that the machine keeps the highest byte of a number first.
var bigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// littleEndian turns elements of the machine's byte order into little-endian
// ones, or back.
func littleEndian(data []byte, size int) {
	if !bigEndian {
		return
	}
	for i := 0; i+size <= len(data); i += size {
		slices.Reverse(data[i : i+size])
	}
}
