package h5

import (
	"maps"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// reached are the open objects that were opened by a name. A link may have led to
// another file, which such an object then keeps open: HDF5 does not close it with this
// one. To ask each object for its file when it is opened would cost more than
// remembering it; most are closed before anybody needs to know.
type reached map[int64]struct{}

// note remembers an object that was opened by a name. The lock is held.
func (h *handle) note(id int64) {
	if h.reached == nil {
		h.reached = reached{}
	}
	h.reached[id] = struct{}{}
}

// all returns the objects in the order in which they were opened, the same on all
// ranks.
func (r reached) all() []int64 { return slices.Sorted(maps.Keys(r)) }

// abroad reports whether an object is in another file. The lock is held.
func (h *handle) abroad(id int64) bool {
	if _, ok := h.reached[id]; !ok {
		return false
	}
	// hid_t H5Iget_file_id(hid_t object)
	file := int64(h.lib.f.fileOf.Call(dl.Int(id)))
	if file < 0 {
		return false
	}
	// That gives back one of several references, which is not collective.
	call(h.parallel, h.lib.c.fClose, dl.Int(file))
	return file != h.id
}
