package h5

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/galago-hpc/galago/internal/dl"
)

// checkFunctions are what the comparison of arguments needs.
type checkFunctions struct {
	typeEncode  dl.Func `c:"H5Tencode"`
	spaceEncode dl.Func `c:"H5Sencode,optional"`
	plistEncode dl.Func `c:"H5Pencode,optional"`
	// 1.12 renamed both and left macros behind.
	spaceEncode1 dl.Func `c:"H5Sencode1,optional"`
	plistEncode1 dl.Func `c:"H5Pencode1,optional"`
	filterCount  dl.Func `c:"H5Pget_nfilters"`
}

func (f *checkFunctions) bind(lib *dl.Library) error {
	if err := lib.Fill(f); err != nil {
		return err
	}
	if !f.spaceEncode.Present() {
		f.spaceEncode = f.spaceEncode1
	}
	if !f.plistEncode.Present() {
		f.plistEncode = f.plistEncode1
	}
	return nil
}

// typeWords names a datatype; "" if it cannot be told.
func (l *library) typeWords(id int64) string {
	t, err := l.describe(id)
	if err != nil {
		return ""
	}
	const long = 80
	if text := []rune(t.String()); len(text) > long {
		return string(text[:long-3]) + "..."
	}
	return t.String()
}

// plistWords names what is usually set in a creation property list.
func (l *library) plistWords(plist int64) string {
	if int32(l.c.pLayout.Call(dl.Int(plist))) != layoutChunked {
		return ""
	}
	dims := make([]uint64, maxRank)
	n := int32(l.c.pGetChunk.Call(dl.Int(plist), dl.Int(maxRank), dl.Slice(dims)))
	if n < 0 {
		return ""
	}
	chunks := make(Shape, n)
	for i := range chunks {
		chunks[i] = int(dims[i])
	}
	text := "chunks " + chunks.String()
	if n := int32(l.check.filterCount.Call(dl.Int(plist))); n > 0 { // int H5Pget_nfilters(hid_t)
		text += fmt.Sprintf(", %d filters", n)
	}
	return text
}

// numberWords writes the number or the text that a value consists of; "" for
// anything else.
func numberWords(t *Type, b []byte) string {
	var bits uint64
	switch {
	case t.class == ClassString:
		return fmt.Sprintf("%.40q", dl.Text(b))
	case len(b) == 1:
		bits = uint64(b[0])
	case len(b) == 2:
		bits = uint64(binary.NativeEndian.Uint16(b))
	case len(b) == 4:
		bits = uint64(binary.NativeEndian.Uint32(b))
	case len(b) == 8:
		bits = binary.NativeEndian.Uint64(b)
	default:
		return ""
	}
	switch {
	case t.class == ClassFloat && len(b) == 8:
		return fmt.Sprint(math.Float64frombits(bits))
	case t.class == ClassFloat && len(b) == 4:
		return fmt.Sprint(math.Float32frombits(uint32(bits)))
	case t.class == ClassInteger && t.signed:
		unused := 64 - 8*len(b)
		return fmt.Sprint(int64(bits<<unused) >> unused)
	case t.class == ClassInteger:
		return fmt.Sprint(bits)
	}
	return ""
}

// pointsElsewhere reports whether elements in memory hold addresses: strings and
// sequences of variable length, and references of HDF5 1.12.
func (t *Type) pointsElsewhere() bool {
	if t.class == ClassVlen || t.class == ClassReference || t.class == ClassString && t.variable {
		return true
	}
	for _, f := range t.fields {
		if f.Type.pointsElsewhere() {
			return true
		}
	}
	return t.base != nil && t.base.pointsElsewhere()
}
