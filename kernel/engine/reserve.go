package engine

import (
	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/event"
)

// A reserve is a few descriptors that are kept for loading, so that a cell that
// has used up all others is not the last one.
type reserve []int

// reserved is what the loader needs at most: the object and what it links to.
const reserved = 8

// fill takes what is there.
func (r *reserve) fill() {
	for len(*r) < reserved {
		fd, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		*r = append(*r, event.OutOfReach(fd))
	}
}

// release gives all back to the system.
func (r *reserve) release() {
	for _, fd := range *r {
		unix.Close(fd)
	}
	*r = (*r)[:0]
}
