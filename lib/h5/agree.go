package h5

import (
	"errors"
	"strings"

	"github.com/galago-hpc/galago/lib/mpi"
)

// agree runs a check on rank 0 and gives its result to all ranks, so that either
// all of them go on to a collective call or none. Without a communicator the
// check is made here.
func agree(comm *mpi.Comm, check func() error) error {
	if comm == nil {
		return check()
	}
	var mine *Error
	var message []byte
	if comm.Rank() == 0 {
		if err := check(); err != nil {
			if !errors.As(err, &mine) {
				mine = &Error{Reason: err.Error(), Err: err}
			}
			message = []byte(mine.Op + "\x00" + mine.File + "\x00" + mine.Reason + "\x00" + mine.Advice)
		}
	}
	length := []int64{int64(len(message))}
	if err := mpi.Bcast(comm, length, 0); err != nil {
		return err
	}
	if length[0] == 0 {
		return nil
	}
	if comm.Rank() != 0 {
		message = make([]byte, length[0])
	}
	if err := mpi.Bcast(comm, message, 0); err != nil {
		return err
	}
	if mine != nil {
		return mine
	}
	return parseError(message)
}

// parseError is the inverse of how agree writes an error.
func parseError(message []byte) error {
	parts := strings.SplitN(string(message), "\x00", 4)
	return &Error{Op: parts[0], File: parts[1], Reason: parts[2], Advice: parts[3]}
}
