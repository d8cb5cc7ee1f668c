package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"github.com/galago-hpc/galago/lib/mpi"
)

// agree tells all ranks what one of them has failed at, so that either all of them go
// on to a collective call or none. It returns the error of the first rank that has
// one. Without a communicator that is this one.
func agree(comm *mpi.Comm, mine error) error {
	if comm == nil {
		return mine
	}
	nobody := int64(comm.Size())
	first := []int64{nobody}
	if mine != nil {
		first[0] = int64(comm.Rank())
	}
	if err := mpi.Allreduce(comm, first, first, mpi.Min); err != nil || first[0] == nobody {
		return err
	}
	root := int(first[0])
	var message []byte
	if comm.Rank() == root {
		message = formatError(mine, root)
	}
	message, err := broadcast(comm, message, root)
	if err != nil {
		return err
	}
	return parseError(message)
}

// broadcast gives all ranks the bytes of one of them.
func broadcast(comm *mpi.Comm, bytes []byte, root int) ([]byte, error) {
	length := []int64{int64(len(bytes))}
	if err := mpi.Bcast(comm, length, root); err != nil {
		return nil, err
	}
	if comm.Rank() != root {
		bytes = make([]byte, length[0])
	}
	return bytes, mpi.Bcast(comm, bytes, root)
}

// causes are what an error may be behind, for errors.Is, on other ranks too.
var causes = []error{nil, fs.ErrExist, fs.ErrNotExist, fs.ErrPermission, syscall.EBUSY, syscall.EAGAIN, syscall.EISDIR, syscall.ENOTDIR, syscall.ENOSPC, ErrCrashed}

func formatError(err error, rank int) []byte {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Reason: err.Error(), Err: err}
	}
	reason, cause := e.Reason, 0
	if rank > 0 {
		reason = fmt.Sprintf("on rank %d: %s", rank, reason)
	}
	for i, known := range causes {
		if known != nil && errors.Is(e, known) {
			cause = i
			break
		}
	}
	return []byte(strings.Join([]string{strconv.Itoa(cause), e.Op, e.Object, e.File, e.Advice, reason}, "\x00"))
}

// parseError is the inverse of formatError.
func parseError(message []byte) error {
	parts := strings.SplitN(string(message), "\x00", 6)
	cause, _ := strconv.Atoi(parts[0])
	return &Error{Op: parts[1], Object: parts[2], File: parts[3], Advice: parts[4], Reason: parts[5], Err: causes[cause]}
}
