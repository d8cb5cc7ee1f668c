package h5

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// A part is a field of a compound on its way between a Go value and a buffer.
type part struct {
	codec    *codec
	goOffset uintptr
	goSize   uintptr
	at       int // in the buffer
	name     string
}

// structCodec carries compounds as Go structs, whatever the order of the fields.
// The struct may have some of the file's fields only; written so, the others
// keep their values. If HDF5 can reach all fields where they are in the struct,
// it is plain: the memory type has the struct's own offsets.
func structCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	members, err := structFields(goType)
	if err != nil {
		return nil, err
	}
	var parts []part
	plain, checked, settled := true, false, false
	for _, m := range members {
		f, err := findField(file, m, goType)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(parts, func(p part) bool { return p.name == f.Name }) {
			return nil, fmt.Errorf("%v has two fields for %q", goType, f.Name)
		}
		c, err := newCodec(m.goType, f.Type, dir, depth)
		if err != nil {
			return nil, fmt.Errorf("field %s of %v: %w", m.goName, goType, err)
		}
		plain = plain && c.plain
		checked = checked || c.vet != nil
		settled = settled || c.settle != nil
		parts = append(parts, part{codec: c, goOffset: m.offset, goSize: m.goType.Size(), name: f.Name})
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("%v has no exported fields for %s", goType, fieldNames(file))
	}
	if c := packedCodec(goType, file, parts, dir); c != nil && !settled && !checked {
		return c, nil
	}
	if plain && whollyMapped(goType) {
		memory := &Type{class: ClassCompound, size: int(goType.Size())}
		for _, p := range parts {
			memory.fields = append(memory.fields, Field{p.name, p.codec.memory, int(p.goOffset)})
		}
		c := &codec{memory: memory, plain: true}
		if settled {
			c.settle = func(p unsafe.Pointer) {
				for _, q := range parts {
					if q.codec.settle != nil {
						q.codec.settle(unsafe.Add(p, q.goOffset))
					}
				}
			}
		}
		if checked {
			c.vet = func(p unsafe.Pointer) error {
				for _, q := range parts {
					if q.codec.vet != nil {
						if err := q.codec.vet(unsafe.Add(p, q.goOffset)); err != nil {
							return fmt.Errorf("field %s: %w", q.name, err)
						}
					}
				}
				return nil
			}
		}
		return c, nil
	}
	c := bufferedParts(parts)
	c.load = func(from, to unsafe.Pointer) error {
		for _, p := range parts {
			if err := p.codec.loadRun(unsafe.Add(from, p.at), unsafe.Add(to, p.goOffset), 1, p.goSize); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
		}
		return nil
	}
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		for _, p := range parts {
			if err := p.codec.storeRun(unsafe.Add(from, p.goOffset), unsafe.Add(to, p.at), 1, p.goSize, a); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
		}
		return nil
	}
	return c, nil
}

// whollyMapped reports whether all memory of a struct, padding apart, belongs to
// fields that have a place in the file: what HDF5 does with the rest is its own
// affair.
func whollyMapped(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("h5")
		switch {
		case f.Name == "_":
		case tag == "-":
			return false
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			if !whollyMapped(f.Type) {
				return false
			}
		case !f.IsExported():
			return false
		}
	}
	return true
}

// bufferedParts lays fields out in a buffer, each where any type may begin, and
// sets their place.
func bufferedParts(parts []part) *codec {
	memory := &Type{class: ClassCompound}
	c := &codec{memory: memory}
	for i, p := range parts {
		parts[i].at = memory.size
		memory.fields = append(memory.fields, Field{p.name, p.codec.memory, memory.size})
		memory.size += (p.codec.memory.size + 7) &^ 7
		c.allocates = c.allocates || p.codec.allocates
	}
	return c
}

// findField returns the field of the file that a Go field stands for: the one
// that its tag names, or else the one with its name, whose case may differ.
func findField(file *Type, m structField, goType reflect.Type) (Field, error) {
	if f, ok := file.field(m.name); ok {
		return f, nil
	}
	if !m.tagged {
		for _, f := range file.fields {
			if strings.EqualFold(f.Name, m.name) {
				return f, nil
			}
		}
	}
	return Field{}, fmt.Errorf("%v has the field %s, and the file has no field %q but %s; name it with a tag `h5:\"name\"`, or leave it out with `h5:\"-\"`", goType, m.goName, m.name, fieldNames(file))
}

func fieldNames(t *Type) string {
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// mapCodec carries compounds as maps from the names of the fields.
func mapCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	value := goType.Elem()
	var parts []part
	for _, f := range file.fields {
		c, err := newCodec(value, f.Type, dir, depth)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		parts = append(parts, part{codec: c, goSize: value.Size(), name: f.Name})
	}
	c := bufferedParts(parts)
	c.load = func(from, to unsafe.Pointer) error {
		m := reflect.MakeMapWithSize(goType, len(parts))
		for _, p := range parts {
			v := reflect.New(value)
			if err := p.codec.loadRun(unsafe.Add(from, p.at), v.UnsafePointer(), 1, p.goSize); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
			m.SetMapIndex(reflect.ValueOf(p.name).Convert(goType.Key()), v.Elem())
		}
		reflect.NewAt(goType, to).Elem().Set(m)
		return nil
	}
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		m := reflect.NewAt(goType, from).Elem()
		if m.Len() != len(parts) {
			return fmt.Errorf("the map has %d keys and the file the fields %s", m.Len(), fieldNames(file))
		}
		for _, p := range parts {
			v := m.MapIndex(reflect.ValueOf(p.name).Convert(goType.Key()))
			if !v.IsValid() {
				return fmt.Errorf("the map has no key %q, and the file has the fields %s", p.name, fieldNames(file))
			}
			held := reflect.New(value)
			held.Elem().Set(v)
			if err := p.codec.storeRun(held.UnsafePointer(), unsafe.Add(to, p.at), 1, p.goSize, a); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
		}
		return nil
	}
	return c, nil
}

// recordCodec carries compounds as Records.
func recordCodec(file *Type, dir direction, depth int) (*codec, error) {
	if file.class != ClassCompound {
		return nil, mismatch(goRecord, file)
	}
	var parts []part
	names := make([]string, len(file.fields))
	for i, f := range file.fields {
		c, err := newCodec(goAny, f.Type, dir, depth)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		names[i] = f.Name
		parts = append(parts, part{codec: c, goSize: goAny.Size(), name: f.Name})
	}
	c := bufferedParts(parts)
	c.load = func(from, to unsafe.Pointer) error {
		r := Record{names: names, values: make([]any, len(parts))}
		for i, p := range parts {
			if err := p.codec.load(unsafe.Add(from, p.at), unsafe.Pointer(&r.values[i])); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
		}
		*(*Record)(to) = r
		return nil
	}
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		r := (*Record)(from)
		for _, p := range parts {
			i := slices.Index(r.names, p.name)
			if i < 0 {
				return fmt.Errorf("the record has no field %q, and the file has %s", p.name, fieldNames(file))
			}
			if err := p.codec.store(unsafe.Pointer(&r.values[i]), unsafe.Add(to, p.at), a); err != nil {
				return fmt.Errorf("field %s: %w", p.name, err)
			}
		}
		return nil
	}
	return c, nil
}
