package mpi

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
)

// blocked is the blocking call that this rank is in; nil if it is in none. It is
// kept only where ranks meet, see Meet.
var blocked atomic.Pointer[blockingCall]

// calls counts the blocking calls, for a stamp that never comes again; inside is
// how many there are at this moment.
var calls, inside atomic.Int64

type blockingCall struct {
	name string
	kind needsKind
	comm uintptr
	peer int
	at   int64

	group, seq uint64 // of calls with a root: see rooted
}

// awaited is the request of the MPI_Wait that comes next, or is under way.
var awaited atomic.Pointer[Request]

// needsKind is which ranks a blocking call cannot do without.
type needsKind uint8

const (
	needsSomething needsKind = iota // that cannot be told
	needsAll
	needsPeer
	needsRoot // unless this rank is the root
)

// blocking are the calls that wait for others, with the places of the partner and
// the communicator among their arguments.
var blocking = map[string]struct {
	kind       needsKind
	peer, comm int
}{
	"MPI_Barrier":    {needsAll, -1, 0},
	"MPI_Allreduce":  {needsAll, -1, 5},
	"MPI_Allgather":  {needsAll, -1, 6},
	"MPI_Allgatherv": {needsAll, -1, 7},
	"MPI_Alltoall":   {needsAll, -1, 6},
	"MPI_Bcast":      {needsRoot, 3, 4},
	"MPI_Scatter":    {needsRoot, 6, 7},
	"MPI_Scatterv":   {needsRoot, 7, 8},
	"MPI_Send":       {needsPeer, 3, 5},
	"MPI_Recv":       {needsPeer, 3, 5},
	"MPI_Gather":     {needsSomething, -1, -1},
	"MPI_Gatherv":    {needsSomething, -1, -1},
	"MPI_Reduce":     {needsSomething, -1, -1},
	"MPI_Scan":       {needsSomething, -1, -1},
	"MPI_Exscan":     {needsSomething, -1, -1},
	"MPI_Sendrecv":   {needsSomething, -1, -1},
	"MPI_Probe":      {needsSomething, -1, -1},
	"MPI_Wait":       {needsSomething, -1, -1},
	"MPI_Comm_dup":   {needsAll, -1, 0},
	"MPI_Comm_split": {needsAll, -1, 0},
}

// note remembers that this rank enters a blocking call, until that is over; nil for
// calls that are of no interest.
func (o *office) note(f dl.Func, args []dl.Arg) *blockingCall {
	b, ok := blocking[f.Name()]
	if !ok {
		return nil
	}
	call := &blockingCall{name: f.Name(), kind: b.kind, peer: -1, at: calls.Add(1)}
	if b.comm >= 0 {
		call.comm = args[b.comm].Value()
		if call.comm == o.comm.handle {
			return nil // a message about a meeting
		}
	}
	if r := awaited.Load(); r != nil && call.name == "MPI_Wait" && !r.comm.freed {
		call.kind, call.comm, call.peer = needsPeer, r.comm.handle, r.dest
	}
	if b.peer >= 0 {
		call.peer = int(int32(args[b.peer].Value()))
	}
	if call.kind == needsRoot {
		call.group, call.seq = o.rooted.begin(o, call.comm)
	}
	inside.Add(1)
	blocked.Store(call)
	return call
}

func (b *blockingCall) over() {
	inside.Add(-1)
	blocked.CompareAndSwap(b, nil)
}

// describe says what a rank in a blocking call waits for.
func (o *office) describe(b *blockingCall, s *situation) {
	s.condition, s.stamp = unprovable, uint64(b.at)
	s.text = "waits in " + b.name
	line, goroutine := blockedLine()
	if line != "" {
		s.text += " at " + line
	}
	// Another goroutine than the one that comes to meetings does not keep it from that.
	if b.kind == needsSomething || inside.Load() != 1 || goroutine != o.goroutine.Load() {
		return
	}
	ranks, err := o.members(b.comm)
	if err != nil {
		return
	}
	switch b.kind {
	case needsAll:
		s.condition, s.ranks = inCall, setOf(ranks, o.comm.size)
	default:
		if b.peer < 0 || b.peer >= len(ranks) || ranks[b.peer] == o.comm.rank {
			return // from any, from nobody, or the root
		}
		s.condition, s.needs, s.group, s.seq = inCall, ranks[b.peer], b.group, b.seq
	}
}

// ours reports whether a function is of a library whose callers are of interest.
func ours(function string) bool {
	return strings.Contains(function, "galago/lib/mpi.") || strings.Contains(function, "galago/lib/h5.") || strings.HasPrefix(function, "runtime.") ||
		strings.Contains(function, "galago/lib/rt") || strings.Contains(function, "purego.") || strings.Contains(function, "galago/internal/")
}

// callerLine returns the place of the user's call that led here, such as "cell
// 3:14".
func callerLine() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !ours(f.Function) {
			return place(f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}

func place(file string, line int) string {
	return filepath.Base(file) + ":" + strconv.Itoa(line)
}

// blockedLine finds the same for the goroutine that is in a blocking call, in the
// stacks of all, and its number.
func blockedLine() (line string, number int64) {
	buffer := make([]byte, 1<<18)
	buffer = buffer[:runtime.Stack(buffer, true)]
	for goroutine := range strings.SplitSeq(string(buffer), "\n\n") {
		lines := strings.Split(goroutine, "\n")
		inside := false
		for i := 1; i+1 < len(lines); i += 2 {
			function, where := lines[i], lines[i+1]
			switch {
			case strings.Contains(function, "lib/mpi.(*office)"):
				inside = false
				i = len(lines)
			case strings.Contains(function, "lib/mpi.(*library).call"):
				inside = true
			case inside && !ours(function) && strings.HasPrefix(where, "\t"):
				where, _, _ = strings.Cut(strings.TrimSpace(where), " +0x")
				_, _ = fmt.Sscanf(lines[0], "goroutine %d ", &number)
				return filepath.Base(where), number
			}
		}
	}
	return "", 0
}
