package h5

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

// enums are the Go types that NameEnum gave names: reflect.Type to *Type.
var enums sync.Map

var (
	goTime      = reflect.TypeFor[time.Time]()
	goDuration  = reflect.TypeFor[time.Duration]()
	goRef       = reflect.TypeFor[Ref]()
	goRegionRef = reflect.TypeFor[RegionRef]()
	goRecord    = reflect.TypeFor[Record]()
	goAny       = reflect.TypeFor[any]()
)

// deepest is how far types may be nested.
const deepest = 48

// TypeFor returns the type that the values of a Go type have in a file:
//
//	bool                         Bool
//	int8 ... uint64, int, uint   integers of the same size
//	a type that NameEnum knows   an enumeration
//	float32, float64             floats
//	complex64, complex128        compounds of r and i, as h5py writes them
//	string                       Text
//	time.Time                    Text, written as RFC 3339
//	[]T                          sequences of variable length
//	[n]T                         arrays
//	struct                       compounds; the tag `h5:"name"` names a field, `h5:"-"` leaves it out
//	Ref, RegionRef               references
//
// Fields of a struct that are not exported are left out; those of an embedded
// struct without a tag belong to the outer one.
func TypeFor[T any]() (*Type, error) { return typeOfGo(reflect.TypeFor[T](), 0) }

// typeOfGo does the work of TypeFor.
func typeOfGo(t reflect.Type, depth int) (*Type, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%v contains itself, which no type of a file can", t)
	}
	if enum, ok := enums.Load(t); ok {
		return enum.(*Type), nil
	}
	switch t {
	case goTime:
		return Text, nil
	case goRef:
		return ObjectRef, nil
	case goRegionRef:
		return DatasetRegion, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return Bool, nil
	case reflect.String:
		return Text, nil
	case reflect.Complex64:
		return Complex64, nil
	case reflect.Complex128:
		return Complex128, nil
	case reflect.Uintptr:
		return nil, fmt.Errorf("an address (%v) means nothing in a file", t)
	case reflect.Slice:
		base, err := typeOfGo(t.Elem(), depth+1)
		if err != nil {
			return nil, err
		}
		return VlenOf(base)
	case reflect.Array:
		var dims []int
		for ; t.Kind() == reflect.Array && t != goRef && t != goRegionRef; t = t.Elem() {
			dims = append(dims, t.Len())
		}
		base, err := typeOfGo(t, depth+1)
		if err != nil {
			return nil, err
		}
		return ArrayOf(base, dims...)
	case reflect.Struct:
		return compoundOfGo(t, depth)
	}
	if dtype := nd.DTypeOf(t); dtype != nd.Invalid {
		return numbers[dtype], nil
	}
	return nil, fmt.Errorf("a %v has no type in a file", t)
}

func compoundOfGo(t reflect.Type, depth int) (*Type, error) {
	var fields []Field
	members, err := structFields(t)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		typ, err := typeOfGo(m.goType, depth+1)
		if err != nil {
			return nil, fmt.Errorf("field %s of %v: %w", m.goName, t, err)
		}
		fields = append(fields, Field{Name: m.name, Type: typ})
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("%v has no exported fields", t)
	}
	return CompoundOf(fields...)
}

// A structField is a field of a Go struct, or of a struct embedded in it.
type structField struct {
	name, goName string
	tagged       bool
	goType       reflect.Type
	offset       uintptr
}

// structFields returns the fields of a struct that have a place in a file.
func structFields(t reflect.Type) ([]structField, error) {
	var all []structField
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("h5")
		name, option, _ := strings.Cut(tag, ",")
		if tag == "-" {
			continue
		}
		if option != "" {
			return nil, fmt.Errorf("field %s of %v: the tag h5:%q has %q after the name; only a name can be there", f.Name, t, tag, option)
		}
		if f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct && f.Type != goTime && f.Type != goRef && f.Type != goRegionRef {
			inner, err := structFields(f.Type)
			if err != nil {
				return nil, err
			}
			for _, g := range inner {
				g.offset += f.Offset
				all = append(all, g)
			}
			continue
		}
		if !f.IsExported() {
			if tagged {
				return nil, fmt.Errorf("field %s of %v has the tag h5:%q but is not exported; begin its name with a capital letter", f.Name, t, tag)
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		all = append(all, structField{name, f.Name, tagged && tag != "", f.Type, f.Offset})
	}
	for i, f := range all {
		for _, g := range all[:i] {
			if f.name == g.name {
				return nil, fmt.Errorf("%v has two fields for %q: %s and %s", t, f.name, g.goName, f.goName)
			}
		}
	}
	return all, nil
}
