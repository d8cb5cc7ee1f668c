package nd

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// npyMagic begins NumPy's .npy files; the version follows. The format is NumPy
// enhancement proposal 1.
const npyMagic = "\x93NUMPY"

var npyCodes = map[DType]string{
	Int8: "|i1", Int16: "<i2", Int32: "<i4", Int64: "<i8", Uint8: "|u1", Uint16: "<u2", Uint32: "<u4", Uint64: "<u8",
	Float32: "<f4", Float64: "<f8", Bool: "|b1", Complex64: "<c8", Complex128: "<c16",
}

// WriteNPY writes the array in NumPy's .npy format, version 1, little-endian and in
// row-major order, as numpy.save does.
func (a *Array) WriteNPY(w io.Writer) error {
	if err := made(a); err != nil {
		return fmt.Errorf("write an array: %w", err)
	}
	c := a.Contiguous()
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", npyCodes[c.dtype], pythonTuple(c.shape))
	// The data begin at a multiple of 64 bytes.
	const before = len(npyMagic) + 2 + 2
	header += strings.Repeat(" ", 63-(before+len(header))%64) + "\n"
	head := append([]byte(npyMagic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(header)))
	if _, err := w.Write(append(head, header...)); err != nil {
		return fmt.Errorf("write an array of shape %v as .npy: %w", Shape(a.shape), err)
	}
	data := c.Bytes()
	if bigEndian {
		data = bytes.Clone(data)
		littleEndian(data, c.dtype.partSize())
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write an array of shape %v as .npy: %w", Shape(a.shape), err)
	}
	return nil
}

// partSize returns the size of what byte order turns round: a complex number is
// two floats.
func (t DType) partSize() int {
	if t.Complex() {
		return t.Size() / 2
	}
	return t.Size()
}

// ReadNPY reads an array in NumPy's .npy format: versions 1 to 3, both byte orders,
// both orders of elements (an array in Fortran's order is returned as a transposed
// view), bools, integers, floats and complex numbers. Floats of 2 bytes become
// Float32. It reads no further than the array goes.
func ReadNPY(r io.Reader) (*Array, error) {
	fail := func(err error) (*Array, error) { return nil, fmt.Errorf("read an array in .npy format: %w", err) }
	h, err := readNPYHeader(r)
	if err != nil {
		return fail(err)
	}
	shape := h.shape
	if h.fortran {
		shape = slices.Clone(shape)
		slices.Reverse(shape)
	}
	n := product(shape)
	data, err := readBytes(r, n*h.size)
	if err != nil {
		return fail(fmt.Errorf("the data of shape %v: %w", Shape(h.shape), err))
	}
	if h.big {
		for i, size := 0, h.partSize(); i+size <= len(data); i += size {
			slices.Reverse(data[i : i+size])
		}
	}
	a := New(h.dtype, shape...)
	switch {
	case h.size == 2 && h.dtype == Float32:
		to := elementsOf[float32](a.buf)
		for i := range to {
			to[i] = halfFloat(binary.LittleEndian.Uint16(data[2*i:]))
		}
	default:
		copy(a.Bytes(), data)
		littleEndian(a.Bytes(), h.dtype.partSize())
		a.normalise()
	}
	if h.fortran {
		return a.T(), nil
	}
	return a, nil
}

// readBytes reads n bytes, without trusting n to be as many as there are.
func readBytes(r io.Reader, n int) ([]byte, error) {
	const trusted = 1 << 24
	if n <= trusted {
		data := make([]byte, n)
		_, err := io.ReadFull(r, data)
		return data, err
	}
	var b bytes.Buffer
	if m, err := io.CopyN(&b, r, int64(n)); err != nil {
		return nil, fmt.Errorf("%d of %d bytes are there: %w", m, n, err)
	}
	return b.Bytes(), nil
}

// An npyHeader is what a .npy file says about its data.
type npyHeader struct {
	dtype   DType
	size    int // of an element in the file
	big     bool
	fortran bool
	shape   []int
}

func (h npyHeader) partSize() int {
	if h.dtype.Complex() {
		return h.size / 2
	}
	return h.size
}

func readNPYHeader(r io.Reader) (h npyHeader, err error) {
	head := make([]byte, len(npyMagic)+2)
	if _, err := io.ReadFull(r, head); err != nil {
		return h, err
	}
	if string(head[:len(npyMagic)]) != npyMagic {
		return h, errors.New("it does not begin as such a file does")
	}
	var length int
	switch version := head[len(npyMagic)]; version {
	case 1:
		var n uint16
		err = binary.Read(r, binary.LittleEndian, &n)
		length = int(n)
	case 2, 3:
		var n uint32
		err = binary.Read(r, binary.LittleEndian, &n)
		length = int(n)
	default:
		return h, fmt.Errorf("its version is %d; 1 to 3 are known", version)
	}
	if err != nil {
		return h, err
	}
	if length > 1<<20 {
		return h, fmt.Errorf("its header has %d bytes", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, err
	}
	return h, h.parse(string(text))
}

// parse reads the header, a Python dictionary.
func (h *npyHeader) parse(text string) error {
	descr, ok1 := npyField(text, "descr")
	order, ok2 := npyField(text, "fortran_order")
	shape, ok3 := npyField(text, "shape")
	if !ok1 || !ok2 || !ok3 {
		return fmt.Errorf("its header is %q", text)
	}
	h.fortran = strings.HasPrefix(order, "True")
	if err := h.parseType(descr); err != nil {
		return err
	}
	end := strings.IndexByte(shape, ')')
	if !strings.HasPrefix(shape, "(") || end < 0 {
		return fmt.Errorf("its shape is %q", shape)
	}
	h.shape = []int{}
	for _, word := range strings.Split(shape[1:end], ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(word, "L")) // Python 2 wrote 3L
		if err != nil || n < 0 {
			return fmt.Errorf("its shape is %q", shape[:end+1])
		}
		h.shape = append(h.shape, n)
	}
	return checkShape(h.shape)
}

// npyField returns the text that begins with the value of a key.
func npyField(text, key string) (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if _, rest, ok := strings.Cut(text, quote+key+quote); ok {
			rest, ok = strings.CutPrefix(strings.TrimSpace(rest), ":")
			return strings.TrimSpace(rest), ok
		}
	}
	return "", false
}

func (h *npyHeader) parseType(descr string) error {
	quoted := descr
	if len(descr) > 1 {
		if end := strings.IndexByte(descr[1:], descr[0]); end >= 0 {
			quoted = descr[1 : end+1]
		}
	}
	if len(quoted) < 3 || descr[0] != '\'' && descr[0] != '"' {
		return fmt.Errorf("its elements are %.60s, not numbers", descr)
	}
	h.big = quoted[0] == '>' || quoted[0] == '=' && bigEndian
	if quoted[1:] == "f2" {
		h.dtype, h.size = Float32, 2
		return nil
	}
	for t, code := range npyCodes {
		if code[1:] == quoted[1:] {
			h.dtype, h.size = t, t.Size()
			return nil
		}
	}
	return fmt.Errorf("its elements are %q, not numbers of Go", quoted)
}

// halfFloat returns the value of an IEEE 754 binary16.
func halfFloat(bits uint16) float32 {
	sign := float32(1)
	if bits>>15 != 0 {
		sign = -1
	}
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	switch exponent {
	case 0:
		return sign * float32(math.Ldexp(fraction, -24))
	case 31:
		if fraction != 0 {
			return float32(math.NaN())
		}
		return sign * float32(math.Inf(1))
	}
	return sign * float32(math.Ldexp(1024+fraction, exponent-25))
}

// Save writes the array to a .npy file, as numpy.save does.
func (a *Array) Save(path string) error {
	if err := made(a); err != nil {
		return fmt.Errorf("save an array: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("save an array: %w", err)
	}
	if err := a.WriteNPY(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("save an array: %w", err)
	}
	return nil
}

// Load reads an array from a .npy file, as numpy.load does.
func Load(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load an array: %w", err)
	}
	defer f.Close()
	a, err := ReadNPY(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}
