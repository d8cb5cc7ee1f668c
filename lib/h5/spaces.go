package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// spaceCache keeps dataspaces of shapes that were used lately: making one costs as
// much as selecting in it. They belong to no file, and live as long as the library.
// It is guarded by the lock.
type spaceCache struct {
	spaces [8]struct {
		dims []uint64
		id   int64
	}
	used, next int
}

// get returns a dataspace of a shape, which the cache keeps: the caller may select in
// it until the lock is released, and must not close it. Below zero HDF5 failed.
func (s *spaceCache) get(lib *library, dims []uint64) int64 {
	for i := range s.spaces[:s.used] {
		if slices.Equal(s.spaces[i].dims, dims) {
			return s.spaces[i].id
		}
	}
	id := int64(lib.c.sSimple.Call(dl.Int(len(dims)), dl.Slice(dims), dl.Null))
	if id < 0 {
		return id
	}
	at := s.used
	if at < len(s.spaces) {
		s.used++
	} else {
		at = s.next
		s.next = (s.next + 1) % len(s.spaces)
		lib.c.sClose.Call(dl.Int(s.spaces[at].id))
	}
	s.spaces[at].dims, s.spaces[at].id = slices.Clone(dims), id
	return id
}

// spaceCaches are those of a library: one for the file's side of transfers and one for
// memory's, since the two may have the same shape and other selections.
type spaceCaches struct {
	file, memory spaceCache
	scalar       int64    // without axes; 0 until it is needed
	numbers      []uint64 // for start, stride, count and shape of a selection
	points       pointRoom
}

// pointRoom is memory for selections of many points, which the next one uses again.
type pointRoom struct {
	coordinates []int
	runs        []cutRun
}

// shrink gives up what is more than most selections need.
func (r *pointRoom) shrink() {
	const most = 1 << 17 // numbers
	if cap(r.coordinates) > most {
		r.coordinates = nil
	}
	if cap(r.runs) > most/2 {
		r.runs = nil
	}
}

// room returns four slices of n numbers, valid until the lock is released.
func (s *spaceCaches) room(n int) (start, stride, count, dims []uint64) {
	if len(s.numbers) < 4*n {
		s.numbers = make([]uint64, 4*n)
	}
	all := s.numbers
	return all[:n:n], all[n : 2*n : 2*n], all[2*n : 3*n : 3*n], all[3*n : 4*n : 4*n]
}
