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
	detectClass dl.Func `c:"H5Tdetect_class"`
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

const (
	classReference = 7 // H5T_REFERENCE
	classSequence  = 9 // H5T_VLEN
)

// typeWords names a datatype in a word or two.
func (l *library) typeWords(t int64) string {
	bits := 8 * int(l.c.tSize.Call(dl.Int(t)))
	switch class := int32(l.c.tClass.Call(dl.Int(t))); class {
	case classInteger:
		if int32(l.c.tSign.Call(dl.Int(t))) == 0 {
			return fmt.Sprintf("uint%d", bits)
		}
		return fmt.Sprintf("int%d", bits)
	case classFloat:
		return fmt.Sprintf("float%d", bits)
	case classString:
		if int32(l.c.tVariable.Call(dl.Int(t))) > 0 {
			return "text"
		}
		return fmt.Sprintf("text of %d bytes", bits/8)
	case classEnum:
		return "an enumeration"
	default:
		names := map[int32]string{2: "times", 4: "bit fields", 5: "opaque data", 6: "compounds", 7: "references", 9: "sequences", 10: "arrays"}
		return fmt.Sprintf("%s of %d bytes", names[class], bits/8)
	}
}

// plistWords names what is usually set in a creation property list.
func (l *library) plistWords(plist int64) string {
	if int32(l.c.pLayout.Call(dl.Int(plist))) != layoutChunked {
		return ""
	}
	const most = 32 // H5S_MAX_RANK
	dims := make([]uint64, most)
	n := int32(l.c.pGetChunk.Call(dl.Int(plist), dl.Int(most), dl.Slice(dims)))
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

// numberWords writes the number that a value consists of; "" for anything else.
func (l *library) numberWords(t int64, b []byte) string {
	class := int32(l.c.tClass.Call(dl.Int(t)))
	if class == classString {
		return fmt.Sprintf("%.40q", dl.Text(b))
	}
	var bits uint64
	switch len(b) {
	case 1:
		bits = uint64(b[0])
	case 2:
		bits = uint64(binary.NativeEndian.Uint16(b))
	case 4:
		bits = uint64(binary.NativeEndian.Uint32(b))
	case 8:
		bits = binary.NativeEndian.Uint64(b)
	default:
		return ""
	}
	switch {
	case class == classFloat && len(b) == 8:
		return fmt.Sprint(math.Float64frombits(bits))
	case class == classFloat && len(b) == 4:
		return fmt.Sprint(math.Float32frombits(uint32(bits)))
	case class == classInteger && int32(l.c.tSign.Call(dl.Int(t))) != 0:
		unused := 64 - 8*len(b)
		return fmt.Sprint(int64(bits<<unused) >> unused)
	case class == classInteger:
		return fmt.Sprint(bits)
	}
	return ""
}
