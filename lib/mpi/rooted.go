package mpi

import "sync"

// rooted counts the broadcasts and scatterings that this rank has begun, by the group
// of their communicator. A rank in one of them need not wait for the root: what the
// root has sent may be with another rank, which passes it on. It does if the root has
// begun fewer of them.
type rooted struct {
	mu     sync.Mutex
	groups map[uintptr]uint64 // communicators' handles -> groups
	begun  map[uint64]uint64
}

// begin counts a call, and returns its group and number; 0 for a group that cannot be
// told.
func (r *rooted) begin(o *office, comm uintptr) (group, number uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	group, known := r.groups[comm]
	if !known {
		ranks, err := o.members(comm)
		if err != nil {
			return 0, 0
		}
		group = groupID(ranks)
		r.groups[comm] = group
	}
	r.begun[group]++
	return group, r.begun[group]
}

// forget is told when a communicator is freed, whose handle may come again.
func (r *rooted) forget(comm uintptr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.groups, comm)
}

// has reports whether this rank has begun so many calls.
func (r *rooted) has(group, number uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.begun[group] >= number
}
