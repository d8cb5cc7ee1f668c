package h5

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// describe reads what a datatype of HDF5 is. The lock is held.
func (l *library) describe(id int64) (*Type, error) { return l.describeAt(id, 0) }

func (l *library) describeAt(id int64, depth int) (*Type, error) {
	t, err := l.describeParts(id, depth)
	if err == nil {
		err = t.sane()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (l *library) describeParts(id int64, depth int) (*Type, error) {
	if depth > deepest {
		return nil, fmt.Errorf("the type is nested more than %d deep", deepest)
	}
	c := &l.c
	t := &Type{
		class: Class(int32(c.tClass.Call(dl.Int(id)))), // H5T_class_t H5Tget_class(hid_t)
		size:  int(c.tSize.Call(dl.Int(id))),           // size_t H5Tget_size(hid_t)
	}
	if t.size <= 0 {
		return nil, errors.New("HDF5 cannot tell the size of the type")
	}
	if depth == 0 {
		t.named = int32(c.tCommitted.Call(dl.Int(id))) > 0 // htri_t H5Tcommitted(hid_t)
	}
	switch t.class {
	case ClassInteger, ClassFloat, ClassBitfield:
		l.describeNumber(id, t)
		for _, known := range numbers[Int8:] {
			if !t.named && t.Equal(known) {
				return known, nil
			}
		}
		return t, nil
	case ClassString:
		t.variable = int32(c.tVariable.Call(dl.Int(id))) > 0 // htri_t H5Tis_variable_str(hid_t)
		t.utf8 = int32(c.tCset.Call(dl.Int(id))) == encodingUTF8
		t.padding = Padding(int32(c.tStrpad.Call(dl.Int(id)))) // H5T_str_t H5Tget_strpad(hid_t)
	case ClassOpaque:
		t.tag = l.take(c.tTag.Call(dl.Int(id))) // char *H5Tget_tag(hid_t)
	case ClassReference:
		// htri_t H5Tequal(hid_t, hid_t)
		t.region = int32(c.tEqual.Call(dl.Int(id), dl.Int(l.regionRef))) > 0
		t.modern = !t.region && int32(c.tEqual.Call(dl.Int(id), dl.Int(l.objectRef))) <= 0
	case ClassCompound:
		return t, l.describeFields(id, t, depth)
	case ClassEnum, ClassVlen, ClassArray, ClassComplex:
		super := int64(c.tSuper.Call(dl.Int(id))) // hid_t H5Tget_super(hid_t)
		if super < 0 {
			return nil, errors.New("HDF5 cannot tell what the type is made of")
		}
		defer c.tClose.Call(dl.Int(super))
		base, err := l.describeAt(super, depth+1)
		if err != nil {
			return nil, err
		}
		t.base = base
		if t.class == ClassArray {
			n := int(int32(c.tArrayNDims.Call(dl.Int(id)))) // int H5Tget_array_ndims(hid_t)
			if n < 1 || n > 32 {
				return nil, errors.New("HDF5 cannot tell the shape of the array type")
			}
			dims := make([]uint64, n)
			c.tArrayDims.Call(dl.Int(id), dl.Slice(dims)) // int H5Tget_array_dims2(hid_t, hsize_t *dims)
			for _, k := range dims {
				t.dims = append(t.dims, int(k))
			}
		}
		if t.class == ClassEnum {
			return t, l.describeMembers(id, t)
		}
	}
	return t, nil
}

func (l *library) describeNumber(id int64, t *Type) {
	c := &l.c
	if order := ByteOrder(int32(c.tOrder.Call(dl.Int(id)))); order <= vax { // H5T_order_t H5Tget_order(hid_t)
		t.order = order
	}
	t.precision = int(c.tPrecision.Call(dl.Int(id))) // size_t H5Tget_precision(hid_t)
	t.offset = int(int32(c.tOffset.Call(dl.Int(id))))
	if t.class == ClassInteger {
		t.signed = int32(c.tSign.Call(dl.Int(id))) != 0 // H5T_sign_t H5Tget_sign(hid_t)
	}
	if t.class == ClassFloat {
		var v [5]uint64
		// herr_t H5Tget_fields(hid_t, size_t *spos, size_t *epos, size_t *esize, size_t *mpos, size_t *msize)
		c.tFields.Call(dl.Int(id), dl.Ptr(&v[0]), dl.Ptr(&v[1]), dl.Ptr(&v[2]), dl.Ptr(&v[3]), dl.Ptr(&v[4]))
		t.float = floatLayout{int(v[0]), int(v[1]), int(v[2]), int(v[3]), int(v[4]),
			int(c.tBias.Call(dl.Int(id))), int(int32(c.tNorm.Call(dl.Int(id)))), int(int32(c.tInpad.Call(dl.Int(id))))} // size_t H5Tget_ebias, H5T_norm_t H5Tget_norm, H5T_pad_t H5Tget_inpad
	}
}

func (l *library) describeFields(id int64, t *Type, depth int) error {
	c := &l.c
	n := int(int32(c.tMembers.Call(dl.Int(id)))) // int H5Tget_nmembers(hid_t)
	for i := range n {
		// char *H5Tget_member_name(hid_t, unsigned); size_t H5Tget_member_offset(the same); hid_t H5Tget_member_type(the same)
		f := Field{Name: l.take(c.tMemberName.Call(dl.Int(id), dl.Int(i))), Offset: int(c.tMemberOffset.Call(dl.Int(id), dl.Int(i)))}
		member := int64(c.tMemberType.Call(dl.Int(id), dl.Int(i)))
		if member < 0 {
			return fmt.Errorf("HDF5 cannot tell the type of field %q", f.Name)
		}
		var err error
		f.Type, err = l.describeAt(member, depth+1)
		c.tClose.Call(dl.Int(member))
		if err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
		t.fields = append(t.fields, f)
	}
	return nil
}

func (l *library) describeMembers(id int64, t *Type) error {
	c := &l.c
	n := int(int32(c.tMembers.Call(dl.Int(id))))
	value := make([]byte, max(t.size, 16))
	for i := range n {
		name := l.take(c.tMemberName.Call(dl.Int(id), dl.Int(i)))
		// herr_t H5Tget_member_value(hid_t, unsigned, void *value)
		if int32(c.tMemberValue.Call(dl.Int(id), dl.Int(i), dl.Slice(value))) < 0 {
			return fmt.Errorf("HDF5 cannot tell the value of %q", name)
		}
		t.members = append(t.members, Member{name, decodeInteger(value[:t.size], t.base)})
	}
	return nil
}

// decodeInteger reads an integer as it is in the file.
func decodeInteger(b []byte, t *Type) int64 {
	var v uint64
	for i := range b {
		k := i
		if t.order == Big {
			k = len(b) - 1 - i
		}
		if i < 8 {
			v |= uint64(b[k]) << (8 * i)
		}
	}
	v >>= t.offset
	shift := 64 - min(t.precision, 64)
	if t.signed {
		return int64(v<<shift) >> shift
	}
	return int64(v << shift >> shift)
}

// encodeInteger is the inverse of decodeInteger.
func encodeInteger(value int64, t *Type) []byte {
	var wide [16]byte
	u := uint64(value)
	if t.precision < 64 {
		u &= 1<<t.precision - 1
	}
	binary.LittleEndian.PutUint64(wide[:], u<<t.offset)
	b := wide[:t.size]
	if t.order == Big {
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
	return b
}

// take copies a C string that HDF5 has allocated, and gives it back.
func (l *library) take(p uintptr) string {
	s := dl.String(p)
	if p != 0 {
		l.c.freeMemory.Call(dl.Word(p)) // herr_t H5free_memory(void *)
	}
	return s
}

// A typeError says that a type cannot be made, and why.
func (l *library) typeError(t *Type) error {
	reason := ""
	if frames := l.errorStack(); len(frames) > 0 {
		reason = ": " + frames[0].text
	}
	return fmt.Errorf("HDF5 refuses the type %v%s", t, reason)
}

// makeType makes a datatype of HDF5, which must be closed. The lock is held.
func (l *library) makeType(t *Type) (int64, error) {
	if t == nil {
		return 0, errors.New("there is no type")
	}
	c := &l.c
	switch t.class {
	case ClassInteger, ClassFloat, ClassBitfield:
		return l.makeNumber(t)
	case ClassString:
		id := int64(c.tCopy.Call(dl.Int(l.text))) // hid_t H5Tcopy(hid_t)
		size := dl.Int(t.size)
		if t.variable {
			size = dl.Int(-1) // H5T_VARIABLE
		}
		cset := 0
		if t.utf8 {
			cset = encodingUTF8
		}
		// herr_t H5Tset_size(hid_t, size_t); herr_t H5Tset_cset(hid_t, H5T_cset_t); herr_t H5Tset_strpad(hid_t, H5T_str_t)
		return l.finish(t, id, c.tSetSize.Call(dl.Int(id), size), c.tSetCset.Call(dl.Int(id), dl.Int(cset)), c.tSetStrpad.Call(dl.Int(id), dl.Int(t.padding)))
	case ClassOpaque:
		id := int64(c.tCreate.Call(dl.Int(ClassOpaque), dl.Int(t.size)))  // hid_t H5Tcreate(H5T_class_t, size_t)
		return l.finish(t, id, c.tSetTag.Call(dl.Int(id), dl.Str(t.tag))) // herr_t H5Tset_tag(hid_t, const char *)
	case ClassReference:
		if t.modern {
			return 0, errors.New("references as HDF5 1.12 makes them (H5T_STD_REF) are not covered")
		}
		id := l.objectRef
		if t.region {
			id = l.regionRef
		}
		return l.finish(t, int64(c.tCopy.Call(dl.Int(id))))
	case ClassCompound:
		id := int64(c.tCreate.Call(dl.Int(ClassCompound), dl.Int(t.size)))
		for _, f := range t.fields {
			member, err := l.makeType(f.Type)
			if err != nil {
				c.tClose.Call(dl.Int(id))
				return 0, err
			}
			// herr_t H5Tinsert(hid_t, const char *name, size_t offset, hid_t member)
			status := int32(c.tInsert.Call(dl.Int(id), dl.Str(f.Name), dl.Int(f.Offset), dl.Int(member)))
			if status < 0 {
				err := l.typeError(t)
				c.tClose.Call(dl.Int(member))
				c.tClose.Call(dl.Int(id))
				return 0, err
			}
			c.tClose.Call(dl.Int(member))
		}
		return l.finish(t, id)
	case ClassEnum, ClassVlen, ClassArray, ClassComplex:
		base, err := l.makeType(t.base)
		if err != nil {
			return 0, err
		}
		defer c.tClose.Call(dl.Int(base))
		switch t.class {
		case ClassVlen:
			return l.finish(t, int64(c.tVlenCreate.Call(dl.Int(base)))) // hid_t H5Tvlen_create(hid_t base)
		case ClassArray:
			dims := lengths(t.dims)
			return l.finish(t, int64(c.tArrayCreate.Call(dl.Int(base), dl.Int(len(dims)), dl.Slice(dims)))) // hid_t H5Tarray_create2(hid_t base, unsigned ndims, const hsize_t *dims)
		case ClassComplex:
			if err := l.needs(c.tComplexCreate, "2.0", "complex numbers of HDF5's own"); err != nil {
				return 0, err
			}
			return l.finish(t, int64(c.tComplexCreate.Call(dl.Int(base)))) // hid_t H5Tcomplex_create(hid_t base)
		}
		id := int64(c.tEnumCreate.Call(dl.Int(base))) // hid_t H5Tenum_create(hid_t base)
		for _, m := range t.members {
			value := encodeInteger(m.Value, t.base)
			// herr_t H5Tenum_insert(hid_t, const char *name, const void *value)
			if int32(c.tEnumInsert.Call(dl.Int(id), dl.Str(m.Name), dl.Slice(value))) < 0 {
				err := l.typeError(t)
				c.tClose.Call(dl.Int(id))
				return 0, err
			}
		}
		return l.finish(t, id)
	}
	return 0, fmt.Errorf("elements of the type %v cannot be read or written", t)
}

// finish checks the calls that made a type.
func (l *library) finish(t *Type, id int64, statuses ...uintptr) (int64, error) {
	failed := id < 0
	for _, s := range statuses {
		failed = failed || int32(s) < 0
	}
	if failed {
		err := l.typeError(t)
		if id >= 0 {
			l.c.tClose.Call(dl.Int(id))
		}
		return 0, err
	}
	return id, nil
}

// needs is an error if the library is too old to have a function.
func (l *library) needs(f dl.Func, version, what string) error {
	if f.Present() {
		return nil
	}
	return fmt.Errorf("%s: needs HDF5 %s or newer; %s is %s", what, version, l.info.Path, l.info.Version)
}

func (l *library) makeNumber(t *Type) (int64, error) {
	c := &l.c
	start := l.disk[Float64]
	switch t.class {
	case ClassInteger:
		start = l.disk[Uint64]
		if t.signed {
			start = l.disk[Int64]
		}
	case ClassBitfield:
		start = l.bits
	}
	if dtype := t.number(); dtype != nd.Invalid && t.class != ClassBitfield && t.Equal(numbers[dtype]) {
		start = l.disk[dtype]
		return l.finish(t, int64(c.tCopy.Call(dl.Int(start))))
	}
	id := int64(c.tCopy.Call(dl.Int(start)))
	if id < 0 {
		return 0, l.typeError(t)
	}
	arg := dl.Int(id)
	var ok []uintptr
	// Larger types grow first, smaller ones lose their bits first.
	if t.size > 8 {
		ok = append(ok, c.tSetSize.Call(arg, dl.Int(t.size)))
	}
	if t.class == ClassFloat {
		if t.size > 8 {
			ok = append(ok, c.tSetPrecision.Call(arg, dl.Int(t.precision))) // herr_t H5Tset_precision(hid_t, size_t)
		}
		f := t.float
		// herr_t H5Tset_fields(hid_t, size_t spos, size_t epos, size_t esize, size_t mpos, size_t msize)
		ok = append(ok, c.tSetFields.Call(arg, dl.Int(f.sign), dl.Int(f.exponent), dl.Int(f.exponentSize), dl.Int(f.mantissa), dl.Int(f.mantissaSize)))
		if t.size < 8 {
			ok = append(ok, c.tSetSize.Call(arg, dl.Int(t.size)))
		}
		ok = append(ok, c.tSetPrecision.Call(arg, dl.Int(t.precision)),
			c.tSetBias.Call(arg, dl.Int(f.bias)),    // herr_t H5Tset_ebias(hid_t, size_t)
			c.tSetNorm.Call(arg, dl.Int(f.norm)),    // herr_t H5Tset_norm(hid_t, H5T_norm_t)
			c.tSetInpad.Call(arg, dl.Int(f.inside))) // herr_t H5Tset_inpad(hid_t, H5T_pad_t)
	} else {
		ok = append(ok, c.tSetPrecision.Call(arg, dl.Int(t.precision)))
		if t.size < 8 {
			ok = append(ok, c.tSetSize.Call(arg, dl.Int(t.size)))
		}
		ok = append(ok, c.tSetPrecision.Call(arg, dl.Int(t.precision))) // a new size takes all its bits
	}
	if t.offset > 0 {
		ok = append(ok, c.tSetOffset.Call(arg, dl.Int(t.offset))) // herr_t H5Tset_offset(hid_t, size_t)
	}
	if t.order != Little {
		ok = append(ok, c.tSetOrder.Call(arg, dl.Int(t.order))) // herr_t H5Tset_order(hid_t, H5T_order_t)
	}
	return l.finish(t, id, ok...)
}

// memoryID returns the datatype for a layout of memory, which is remembered: it
// must not be closed.
func (l *library) memoryID(t *Type) (int64, error) {
	if t.class == ClassInteger || t.class == ClassFloat {
		if dtype := t.number(); dtype != nd.Invalid && t.Equal(numbers[dtype]) {
			return l.native[dtype], nil
		}
	}
	if id, ok := l.layouts[t.key()]; ok {
		return id, nil
	}
	id, err := l.makeType(t)
	if err != nil {
		return 0, err
	}
	if l.layouts == nil {
		l.layouts = map[string]int64{}
	}
	l.layouts[t.key()] = id
	return id, nil
}
