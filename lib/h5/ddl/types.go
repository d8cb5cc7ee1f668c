package ddl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
)

func (d *dump) datatype(t *h5.Type) { d.typed("DATATYPE  ", t, "") }

// typed writes a type between two texts. Types that are made of others take several
// lines.
func (d *dump) typed(before string, t *h5.Type, after string) {
	switch t.Class() {
	case h5.ClassString:
		d.line("%sH5T_STRING {", before)
		d.depth++
		if t.Variable() {
			d.line("STRSIZE H5T_VARIABLE;")
		} else {
			d.line("STRSIZE %d;", t.Size())
		}
		d.line("STRPAD %s;", [...]string{"H5T_STR_NULLTERM", "H5T_STR_NULLPAD", "H5T_STR_SPACEPAD"}[t.Padding()])
		set := "H5T_CSET_ASCII"
		if t.UTF8() {
			set = "H5T_CSET_UTF8"
		}
		d.line("CSET %s;", set)
		d.line("CTYPE H5T_C_S1;")
		d.depth--
		d.line("}%s", after)
	case h5.ClassOpaque:
		d.line("%sH5T_OPAQUE {", before)
		d.depth++
		d.line("OPAQUE_TAG %s;", quoted(t.Tag()))
		d.depth--
		d.line("}%s", after)
	case h5.ClassCompound:
		d.line("%sH5T_COMPOUND {", before)
		d.depth++
		for _, f := range t.Fields() {
			d.typed("", f.Type, " "+quoted(f.Name)+";")
		}
		d.depth--
		d.line("}%s", after)
	case h5.ClassEnum:
		d.line("%sH5T_ENUM {", before)
		d.depth++
		d.typed("", t.Base(), ";")
		for _, m := range t.Members() {
			name := quoted(m.Name)
			value := fmt.Sprint(m.Value)
			if !t.Base().Signed() {
				value = fmt.Sprint(uint64(m.Value))
			}
			d.line("%-18s %s;", name, value)
		}
		d.depth--
		d.line("}%s", after)
	case h5.ClassVlen, h5.ClassArray:
		head, tail := "H5T_VLEN { ", "}"
		if t.Class() == h5.ClassArray {
			head, tail = "H5T_ARRAY { ", " }"
			for _, n := range t.Dims() {
				head += fmt.Sprintf("[%d]", n)
			}
			head += " "
		}
		d.typed(before+head, t.Base(), tail+after)
	default:
		d.line("%s%s%s", before, atom(t), after)
	}
}

// atom names a type that is not made of others.
func atom(t *h5.Type) string {
	end := "LE"
	if t.Order() == h5.Big {
		end = "BE"
	}
	bits := 8 * t.Size()
	usual := t.Precision() == bits
	switch t.Class() {
	case h5.ClassInteger:
		letter := "U"
		if t.Signed() {
			letter = "I"
		}
		if usual && slices.Contains([]int{8, 16, 32, 64}, bits) {
			return fmt.Sprintf("H5T_STD_%s%d%s", letter, bits, end)
		}
		sign := "unsigned"
		if t.Signed() {
			sign = "signed"
		}
		return fmt.Sprintf("%d-bit %s%s integer %d-bit precision", bits, order(t), sign, t.Precision())
	case h5.ClassFloat:
		// Half and other precisions have no name in h5dump 1.10.
		if usual && (bits == 32 || bits == 64) {
			return fmt.Sprintf("H5T_IEEE_F%d%s", bits, end)
		}
		return fmt.Sprintf("%d-bit %sfloating-point %d-bit precision", bits, order(t), t.Precision())
	case h5.ClassBitfield:
		if usual {
			return fmt.Sprintf("H5T_STD_B%d%s", bits, end)
		}
		return "undefined bitfield"
	case h5.ClassReference:
		if t.Region() {
			return "H5T_REFERENCE { H5T_STD_REF_DSETREG }"
		}
		return "H5T_REFERENCE { H5T_STD_REF_OBJECT }"
	}
	return "H5T_" + strings.ToUpper(t.Class().String())
}

func order(t *h5.Type) string {
	if t.Size() == 1 {
		return ""
	}
	if t.Order() == h5.Big {
		return "big-endian "
	}
	return "little-endian "
}

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

// quoted writes a name or a text in quotes, as h5dump -e does, but for letters
// beyond ASCII, which stay.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch r {
		case '"':
			b.WriteString(`\"`)
		case '\\':
			b.WriteString(`\\`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			if r < ' ' || r == 0x7f {
				fmt.Fprintf(&b, `\%03o`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}

func oneLine(text string) string { return strings.Trim(quoted(text), `"`) }
