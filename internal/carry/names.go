package carry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// The types that an interface may hold, by name.
var (
	namesMu sync.RWMutex
	byName  = map[string]reflect.Type{}
	nameOf  = map[reflect.Type]string{}
)

func init() {
	for _, v := range []any{
		false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), complex64(0), complex128(0), "",
		time.Time{}, time.Duration(0), time.Month(0), time.Weekday(0), big.Int{}, big.Float{}, big.Rat{},
	} {
		Register(fmt.Sprintf("%T", v), reflect.TypeOf(v))
	}
	Register("any", reflect.TypeFor[any]())
	Register("error", reflect.TypeFor[error]())
	one := errors.New("")
	for _, v := range []error{
		one, fmt.Errorf("%w", one), fmt.Errorf("%w %w", one, one), errors.Join(one),
		&fs.PathError{}, &strconv.NumError{},
	} {
		t := reflect.TypeOf(v).Elem()
		Register(t.String(), t)
	}
}

// Register gives a type a name under which values of it may be held by
// interfaces, such as "main.T". The programs on both sides have to register their own
// version of the type under the same name. A name may be given anew, to a type that
// replaces another.
func Register(name string, t reflect.Type) {
	namesMu.Lock()
	defer namesMu.Unlock()
	byName[name] = t
	nameOf[t] = name
}

// typeName returns the name by which the other side finds t.
func typeName(t reflect.Type) (string, error) {
	namesMu.RLock()
	name, ok := nameOf[t]
	namesMu.RUnlock()
	if ok {
		return name, nil
	}
	if t.Name() != "" {
		return "", fmt.Errorf("type %v is not known to the other process", t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		elem, err := typeName(t.Elem())
		return "*" + elem, err
	case reflect.Slice:
		elem, err := typeName(t.Elem())
		return "[]" + elem, err
	case reflect.Array:
		elem, err := typeName(t.Elem())
		return "[" + strconv.Itoa(t.Len()) + "]" + elem, err
	case reflect.Map:
		key, err := typeName(t.Key())
		if err != nil {
			return "", err
		}
		elem, err := typeName(t.Elem())
		return "map[" + key + "]" + elem, err
	case reflect.Struct:
		if t.NumField() == 0 {
			return "struct {}", nil
		}
	}
	return "", fmt.Errorf("type %v has no name by which the other process could know it", t)
}

// typeNamed is the inverse of typeName.
func typeNamed(s string, depth int) (reflect.Type, error) {
	namesMu.RLock()
	t, ok := byName[s]
	namesMu.RUnlock()
	if ok {
		return t, nil
	}
	if depth > 100 {
		return nil, errors.New("the type is nested too deeply")
	}
	switch {
	case s == "struct {}":
		return reflect.TypeFor[struct{}](), nil
	case strings.HasPrefix(s, "*"):
		elem, err := typeNamed(s[1:], depth+1)
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(elem), nil
	case strings.HasPrefix(s, "[]"):
		elem, err := typeNamed(s[2:], depth+1)
		if err != nil {
			return nil, err
		}
		return reflect.SliceOf(elem), nil
	case strings.HasPrefix(s, "["):
		length, rest, _ := strings.Cut(s[1:], "]")
		n, err := strconv.ParseUint(length, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("type %q is not known in this process", s)
		}
		elem, err := typeNamed(rest, depth+1)
		if err != nil {
			return nil, err
		}
		if n*uint64(elem.Size()) > 1<<40 || elem.Size() > 1<<31 {
			return nil, fmt.Errorf("type %q is too large", s)
		}
		return reflect.ArrayOf(int(n), elem), nil
	case strings.HasPrefix(s, "map["):
		end := closing(s[4:])
		if end < 0 {
			break
		}
		key, err := typeNamed(s[4:4+end], depth+1)
		if err != nil {
			return nil, err
		}
		elem, err := typeNamed(s[4+end+1:], depth+1)
		if err != nil {
			return nil, err
		}
		if !key.Comparable() {
			return nil, fmt.Errorf("type %q: the key cannot be compared", s)
		}
		return reflect.MapOf(key, elem), nil
	}
	return nil, fmt.Errorf("type %q is not known in this process", s)
}

// closing returns the index of the bracket that closes one before s.
func closing(s string) int {
	open := 0
	for i, c := range s {
		switch c {
		case '[':
			open++
		case ']':
			if open == 0 {
				return i
			}
			open--
		}
	}
	return -1
}

// Well-known pointers mean something by their identity, which a copy would lose.
var (
	wellKnown   = map[unsafe.Pointer]string{}
	wellKnownBy = map[string]reflect.Value{}
)

func init() {
	for name, v := range map[string]any{
		"io.EOF": io.EOF, "io.ErrUnexpectedEOF": io.ErrUnexpectedEOF, "io.ErrClosedPipe": io.ErrClosedPipe,
		"io.ErrNoProgress": io.ErrNoProgress, "io.ErrShortBuffer": io.ErrShortBuffer, "io.ErrShortWrite": io.ErrShortWrite,
		"fs.ErrInvalid": fs.ErrInvalid, "fs.ErrPermission": fs.ErrPermission, "fs.ErrExist": fs.ErrExist,
		"fs.ErrNotExist": fs.ErrNotExist, "fs.ErrClosed": fs.ErrClosed, "fs.SkipDir": fs.SkipDir, "fs.SkipAll": fs.SkipAll,
		"strconv.ErrRange": strconv.ErrRange, "strconv.ErrSyntax": strconv.ErrSyntax,
		"context.Canceled": context.Canceled, "errors.ErrUnsupported": errors.ErrUnsupported,
		"time.UTC": time.UTC, "time.Local": time.Local,
	} {
		value := reflect.ValueOf(v)
		wellKnown[value.UnsafePointer()] = name
		wellKnownBy[name] = value
	}
}
