package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// converted returns what is to be written as elements of the dataset's own type. HDF5
// writes collectively only what it need not convert; without that it falls back to
// writing independently, and cannot write compressed chunks at all. Elements that lack
// fields of the file, which keep their values, are left as they are. The lock is held.
func (d *Dataset) converted(p plan) (raw []byte, rawType int64, done func(), err error) {
	l := d.file.lib
	none := func() {}
	own := int64(l.c.dType.Call(dl.Int(d.id)))
	if own < 0 {
		return nil, 0, none, d.fail("look at", d.path)
	}
	done = func() { l.c.tClose.Call(dl.Int(own)) }
	// htri_t H5Tequal(hid_t, hid_t)
	if int32(l.c.tEqual.Call(dl.Int(own), dl.Int(p.rawType))) != 0 {
		return p.raw, p.rawType, done, nil
	}
	from, err := l.describe(p.rawType)
	if err != nil {
		return nil, 0, done, err
	}
	to, err := l.describe(own)
	if err != nil {
		return nil, 0, done, err
	}
	if !from.covers(to) {
		return p.raw, p.rawType, done, nil
	}
	n := len(p.raw) / from.size
	if err := mayTake(2*n, max(from.size, to.size)); err != nil {
		return nil, 0, done, err
	}
	// It is done in place, beside room for what is under way.
	buffer, beside := aligned(n*max(from.size, to.size)), aligned(n*to.size)
	copy(buffer, p.raw)
	// herr_t H5Tconvert(hid_t from, hid_t to, size_t n, void *buffer, void *background, hid_t plist)
	if int32(l.d.convert.Call(dl.Int(p.rawType), dl.Int(own), dl.Int(n), dl.Slice(buffer), dl.Slice(beside), dl.Int(0))) < 0 {
		return nil, 0, done, d.fail("write", d.path)
	}
	return buffer[:n*to.size], own, done, nil
}

// covers reports whether compounds of the type have all fields of those of another.
func (t *Type) covers(other *Type) bool {
	if t.class == ClassArray && other.class == ClassArray {
		return t.base.covers(other.base)
	}
	return !slices.ContainsFunc(other.fields, func(f Field) bool {
		own, ok := t.field(f.Name)
		return !ok || !own.Type.covers(f.Type)
	})
}
