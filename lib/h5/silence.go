package h5

import "github.com/galago-hpc/galago/internal/dl"

// silence keeps HDF5 from printing its error stack. In a thread-safe library that is a
// setting of the thread, on which the caller stays.
func (l *library) silence() {
	if l.silenced != nil && l.silenced.Has() {
		return
	}
	// herr_t H5Eset_auto2(hid_t stack, H5E_auto2_t func, void *data)
	l.c.eSetAuto.Call(dl.Int(0), dl.Null, dl.Null)
	if l.silenced != nil {
		l.silenced.Set()
	}
}
