package jupyter

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
)

// A subshell (JEP 91) is a further lane of the shell channel. Its requests do
// not wait for those of other lanes, except that a session runs one cell at a
// time: a subshell's cell waits for its turn, what it completes, inspects or
// sends to a comm does not.

// maxSubshells bounds what a client that never deletes one can take.
const maxSubshells = 256

// laneOf finds the lane that handles a request of the shell channel. It
// returns nil for a subshell that does not exist.
func (k *kernel) laneOf(m *message) *lane {
	l := k.shell.lane
	if id := m.header.Subshell; id != "" {
		k.mu.Lock()
		l = k.subshells[id]
		k.mu.Unlock()
	}
	// Completing while a cell runs is what makes a wait bearable.
	if l != nil && handlers[m.header.Type].aside && l.occupied() {
		return k.aside
	}
	return l
}

func (k *kernel) createSubshell(*request) answer {
	var random [16]byte
	rand.Read(random[:])
	id, l := hex.EncodeToString(random[:]), newLane()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.subshells) == maxSubshells {
		return answer{content: failure("Unsupported", fmt.Sprintf("there are %d subshells already; delete one first", maxSubshells))}
	}
	k.subshells[id] = l
	go k.serve(l)
	return ok(object{"subshell_id": id})
}

// deleteSubshell ends a subshell, after what it was sent before.
func (k *kernel) deleteSubshell(r *request) answer {
	var content struct {
		ID string `json:"subshell_id"`
	}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.subshells[content.ID]
	if l == nil {
		return unknownSubshell(content.ID)
	}
	l.retire()
	delete(k.subshells, content.ID)
	return ok(object{})
}

func (k *kernel) listSubshells(*request) answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	ids := []string{}
	for id := range k.subshells {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ok(object{"subshell_id": ids})
}

func unknownSubshell(id string) answer {
	return answer{content: failure("UnknownSubshell", fmt.Sprintf("there is no subshell %q", id))}
}
