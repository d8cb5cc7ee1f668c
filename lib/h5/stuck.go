package h5

import (
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
)

// fragile counts the open files that a call which is ended by force could harm:
// those that are written to, and parallel ones, where other ranks wait.
var fragile atomic.Int32

// interrupted is the call that was under way when the user last interrupted.
var interrupted atomic.Uint64

// endStuck is called when the user interrupts. A call of HDF5 may take its time,
// and is left to itself; but one that was under way at the last interrupt already
// is likely to be in a loop without end, to which a damaged file can bring it, and
// everybody else who wants to use HDF5 would wait for it.
func endStuck() {
	call := dl.Under()
	if before := interrupted.Swap(call); call != 0 && before == call && fragile.Load() == 0 {
		go dl.End(call)
	}
}

// isFragile reports whether a file counts among the fragile ones.
func (h *handle) isFragile() bool { return h.writable || h.parallel }
