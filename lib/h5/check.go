package h5

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unsafe"

	"github.com/galago-hpc/galago/internal/accord"
	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/mpi"
)

// # Checking mode
//
// Calls that open, close or change the structure of a parallel file, and collective
// transfers, are made by all its ranks or they hang. In checking mode the ranks meet
// before each of them (mpi.Comm.Meet) and compare what they are about to do.
//
//   - One place: every call of a C function of an open file goes through
//     handle.call. It knows from the table below which functions are collective, and
//     which of their arguments all ranks must agree on: names, types, shapes, creation
//     properties, the values of attributes. It asks HDF5 itself about them, so that
//     whoever adds an operation adds one line here. What the operation is called and
//     what it is about was told to handle.enter; the line in the user's code is found
//     by Meet. Opening and creating a file, where there is no handle yet, meet in open.
//   - If the ranks disagree, none of them makes the call, and all get the error, with
//     each rank's operation, arguments and line. The file is as it was on all ranks,
//     which go on in step: it can be used and closed. The rest of the operation makes
//     no collective call (see library.refused).
//   - If some ranks cannot come, because they have ended or wait for one that is here,
//     those that are here get the error, within seconds. A rank that is at work is
//     waited for.
//   - A Close that was refused leaves the file open. Close may be called again, and
//     is, when the program ends; where that is refused as well, the file is left as
//     it is and nobody waits.
//
// Not compared: selections and memory types of collective transfers, which may differ;
// access properties, which each rank may choose; functions whose cost would be doubled
// although they are not collective, such as independent reading and writing, opening
// objects and looking things up (unless CollMetadataReads makes them collective).

func init() { accord.Want() }

// collectives are the functions that all ranks call together. For each argument
// there is a letter that says what has to agree: n a name, t a datatype, s a
// dataspace, p a property list, i a number, d the lengths of a dataset's axes, v the
// value of an attribute whose type is the argument before, - nothing.
var collectives = map[string]string{
	"H5Fclose":             "-",
	"H5Fflush":             "--",
	"H5Fget_access_plist":  "-",
	"H5Fset_mpi_atomicity": "-i",
	"H5Gcreate2":           "-n-p-",
	"H5Gcreate_anon":       "-p-",
	"H5Dcreate2":           "-nts-p-",
	"H5Dcreate_anon":       "-tsp-",
	"H5Dset_extent":        "-d",
	"H5Dflush":             "-",
	"H5Drefresh":           "-",
	"H5Dread":              "------",
	"H5Dwrite":             "------",
	"H5Acreate2":           "-nts--",
	"H5Awrite":             "-tv",
	"H5Adelete":            "-n",
	"H5Arename":            "-nn",
	"H5Ldelete":            "-n-",
	"H5Lmove":              "-n-n--",
	"H5Lcreate_soft":       "n-n--",
	"H5Lcreate_external":   "nn-n--",
	"H5Olink":              "--n--",
	"H5Ocopy":              "-n-np-",
	"H5Tcommit2":           "-nt---",
	"H5Rcreate":            "--n-s",
}

// never are collective, not even with CollMetadataReads.
var never = map[string]bool{"H5Oclose": true, "H5Aclose": true, "H5Pclose": true, "H5Fclose": true, "H5Dread": true, "H5Dwrite": true}

const failed = ^uintptr(0) // what C functions return if they fail

// refuses makes the ranks meet if the function is collective, and reports whether
// it must not be called. The reason is then what the next error of the library is
// made of. The lock is held.
func (h *handle) refuses(function dl.Func, args []dl.Arg) bool {
	name := function.Name()
	letters, collective := collectives[name]
	switch name {
	case "H5Fclose":
		collective = h.closed // and not one of several references to it
	case "H5Dread", "H5Dwrite":
		const transferList = 4
		collective = int64(args[transferList].Value()) == h.lib.collective
	case "H5Rcreate":
		const kind, toRegion = 3, 1 // H5R_DATASET_REGION, which is stored in the file
		collective = args[kind].Value() == toRegion
	default:
		collective = collective || h.collectiveReads && !never[name]
	}
	if !collective {
		return false
	}
	if h.lib.refused != nil {
		return true
	}
	m := matter{lib: h.lib}
	m.say(h.op)
	if h.object != "" {
		m.say(" " + h.object + " in")
	}
	m.say(" " + h.path)
	if name == "H5Dread" || name == "H5Dwrite" {
		m.say(" collectively")
	}
	m.also(name)
	var details []string
	for i, letter := range letters {
		if text := m.argument(letter, args, i); text != "" {
			details = append(details, text)
		}
	}
	if len(details) > 0 {
		m.say(" (" + strings.Join(details, ", ") + ")")
	}
	h.lib.refused = h.comm.Meet(m.key(), m.text)
	return h.lib.refused != nil
}

// meet is the same for opening and creating a file.
func (s *settings) meet(op, path string) error {
	if s.comm == nil || !mpi.Meets() {
		return nil
	}
	m := matter{}
	m.say(op + " " + path)
	switch {
	case op == "create" && s.exclusive:
		m.say(" (exclusively)")
	case s.either:
		m.say(" (or create it)")
	case op == "open" && s.readWrite:
		m.say(" (for reading and writing)")
	case op == "open":
		m.say(" (for reading)")
	}
	m.also(fmt.Sprint(s.creation, s.access.low, s.access.high, s.access.threshold, s.access.align, s.collReads, s.collWrites))
	if err := s.comm.Meet(m.key(), m.text); err != nil {
		return disagreement(op, "", path, err)
	}
	return nil
}

const agreeAdvice = "all ranks of a parallel file make the same calls in the same order, also those that have nothing to give"

// disagreement makes an Error of what Meet says.
func disagreement(op, object, file string, err error) *Error {
	e := &Error{Op: op, Object: object, File: file, Reason: err.Error(), Advice: agreeAdvice, Err: err}
	var known *mpi.Error
	if errors.As(err, &known) {
		switch known.Class {
		case mpi.ErrDisagree:
			e.Reason = "the ranks do not make the same call: " + known.Text
		case mpi.ErrDeadlock:
			e.Reason = "some ranks cannot come to this call: " + known.Text
		}
	}
	return e
}

// A matter is what a rank is about to do: words for people, and a key that is the
// same only for the same.
type matter struct {
	lib   *library
	words strings.Builder
	hash  uint64
}

func (m *matter) say(words string) {
	m.words.WriteString(words)
	m.also(words)
}

// also adds to the key what is not for people.
func (m *matter) also(text string) {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	if m.hash == 0 {
		m.hash = offset
	}
	for i := range len(text) {
		m.hash = (m.hash ^ uint64(text[i])) * prime
	}
}

func (m *matter) key() uint64  { return m.hash }
func (m *matter) text() string { return m.words.String() }

// argument describes one argument of a C function.
func (m *matter) argument(letter rune, args []dl.Arg, i int) string {
	c := &m.lib.c
	id := int64(args[i].Value())
	switch letter {
	case 'n':
		// Most are part of what the operation is about, and are not said twice.
		name := args[i].Text()
		if name == "." || strings.Contains(m.words.String(), filepath.Base(name)) {
			m.also(name)
			return ""
		}
		return name
	case 't':
		m.encoded(m.lib.check.typeEncode, id)
		return m.lib.typeWords(id)
	case 's':
		m.encoded(m.lib.check.spaceEncode, id)
		return "shape " + m.lib.shapeOf(id).String()
	case 'p':
		if id == 0 {
			return ""
		}
		m.encoded(m.lib.check.plistEncode, id)
		return m.lib.plistWords(id)
	case 'i':
		return fmt.Sprint(int32(id))
	case 'd':
		space := int64(c.dSpace.Call(args[0]))
		if space < 0 {
			return ""
		}
		defer c.sClose.Call(dl.Int(space))
		rank := len(m.lib.shapeOf(space))
		shape := make(Shape, rank)
		for axis, n := range unsafe.Slice((*uint64)(args[i].Memory()), rank) {
			shape[axis] = int(n)
		}
		return "to shape " + shape.String()
	case 'v':
		return m.value(int64(args[0].Value()), int64(args[i-1].Value()), args[i])
	}
	return ""
}

// encoded adds HDF5's own encoding of a type, a dataspace or a property list.
func (m *matter) encoded(encode dl.Func, id int64) {
	if !encode.Present() {
		return
	}
	var size uint64
	// herr_t H5Tencode(hid_t, void *buffer, size_t *size), the same for H5Sencode and H5Pencode of 1.10
	if int32(encode.Call(dl.Int(id), dl.Null, dl.Ptr(&size), dl.Int(0))) < 0 || size == 0 {
		return
	}
	buffer := make([]byte, size)
	if int32(encode.Call(dl.Int(id), dl.Slice(buffer), dl.Ptr(&size), dl.Int(0))) >= 0 {
		m.also(string(buffer[:min(size, uint64(len(buffer)))]))
	}
}

// value describes the value of an attribute, of which HDF5 takes a copy from
// memory.
func (m *matter) value(attribute, t int64, memory dl.Arg) string {
	l := m.lib
	space := int64(l.c.aSpace.Call(dl.Int(attribute)))
	if space < 0 || memory.Memory() == nil {
		return ""
	}
	defer l.c.sClose.Call(dl.Int(space))
	n := product(l.shapeOf(space))
	typ, err := l.describe(t)
	if err != nil {
		return ""
	}
	if typ.class == ClassString && typ.variable {
		var words []string
		for _, p := range unsafe.Slice((*uintptr)(memory.Memory()), n) {
			text := dl.String(p)
			m.also(text)
			if len(words) < 3 {
				words = append(words, fmt.Sprintf("%.40q", text))
			}
		}
		return strings.Join(words, " ")
	}
	if typ.pointsElsewhere() {
		return "" // addresses differ
	}
	bytes := unsafe.Slice((*byte)(memory.Memory()), n*int(l.c.tSize.Call(dl.Int(t))))
	m.also(string(bytes))
	if n != 1 {
		return ""
	}
	return numberWords(typ, bytes)
}
