package h5

import "github.com/galago-hpc/galago/internal/dl"

// HDF5 gives the space of what was deleted to the next that needs it, with the bytes
// that it has, and writes the zeros of a dataset by itself only if it is chunked. In
// space that nothing has been in there are zeros without that. To write them always
// would make each dataset cost twice, and in a parallel file one rank writes them all.

// cleanSpace lets zeros be written into a new contiguous dataset if it may get space
// that held something else, unless its options say what to do. All ranks decide the
// same. The lock is held.
func (h *handle) cleanSpace(l *layout, t *Type) {
	s := &l.storage
	stored := l.chunks == nil && s.kind != Compact && len(s.external) == 0 && s.virtual == nil && !l.null
	if stored && s.fillTime == "" && l.fill == nil && h.mayReuse(product(l.shape)*t.storedSize()) {
		s.fillTime = FillAtAlloc
	}
}

// mayReuse reports whether so many bytes may get a place that was in use before: there
// is a gap that is large enough, or the file may have become shorter, of which the
// bytes stay until it is flushed. The lock is held.
func (h *handle) mayReuse(bytes int) bool {
	if bytes == 0 {
		return false
	}
	// hssize_t H5Fget_freespace(hid_t file)
	return h.gaveUp || int64(h.call(h.lib.f.freeSpace, dl.Int(h.id))) >= int64(bytes)
}

// unlink takes a name out of the group, and with its last name what it stands for out
// of the file. It returns what HDF5 does. The lock is held.
func (g *Group) unlink(name string) int32 {
	g.file.gaveUp = true
	// herr_t H5Ldelete(hid_t loc, const char *name, hid_t lapl)
	return int32(g.file.call(g.file.lib.c.lDelete, dl.Int(g.id), dl.Str(name), dl.Int(0)))
}
