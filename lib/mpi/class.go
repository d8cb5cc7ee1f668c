package mpi

// A Class is MPI's portable kind of an error, under its C name. Use it with
// errors.Is:
//
//	if _, err := mpi.Recv(comm, buf, 0, 0); errors.Is(err, mpi.ErrTruncate) {
//
// MPI-4.0, section 9.4.
type Class string

// Error is the class's C name.
func (c Class) Error() string { return string(c) }

// The classes that calls of this package report. Others that a library returns
// come as the same kind of value.
const (
	ErrBuffer   Class = "MPI_ERR_BUFFER"
	ErrCount    Class = "MPI_ERR_COUNT"
	ErrType     Class = "MPI_ERR_TYPE"
	ErrTag      Class = "MPI_ERR_TAG"
	ErrComm     Class = "MPI_ERR_COMM"
	ErrRank     Class = "MPI_ERR_RANK"
	ErrRoot     Class = "MPI_ERR_ROOT"
	ErrOp       Class = "MPI_ERR_OP"
	ErrArg      Class = "MPI_ERR_ARG"
	ErrRequest  Class = "MPI_ERR_REQUEST"
	ErrTruncate Class = "MPI_ERR_TRUNCATE"
	ErrOther    Class = "MPI_ERR_OTHER"
	ErrUnknown  Class = "MPI_ERR_UNKNOWN"
	ErrIntern   Class = "MPI_ERR_INTERN"

	// ErrLibrary is this package's own: no MPI library, one that does not fit
	// the launcher, or one that does not start.
	ErrLibrary Class = "no usable MPI library"

	// ErrDisagree and ErrDeadlock are those of [Comm.Meet]: ranks that come to a
	// collective call with different things in mind, and ranks that will not come.
	ErrDisagree Class = "the ranks disagree"
	ErrDeadlock Class = "the ranks wait for each other"
)

// The numbers of the classes differ between the families; indices are numbers.
var (
	mpichClasses = []Class{
		1: ErrBuffer, 2: ErrCount, 3: ErrType, 4: ErrTag, 5: ErrComm, 6: ErrRank, 7: ErrRoot,
		8: "MPI_ERR_GROUP", 9: ErrOp, 10: "MPI_ERR_TOPOLOGY", 11: "MPI_ERR_DIMS", 12: ErrArg,
		13: ErrUnknown, 14: ErrTruncate, 15: ErrOther, 16: ErrIntern, 17: "MPI_ERR_IN_STATUS",
		18: "MPI_ERR_PENDING", 19: ErrRequest, 34: "MPI_ERR_NO_MEM",
		76: "MPI_ERR_PROC_ABORTED",
	}
	openMPIClasses = []Class{
		1: ErrBuffer, 2: ErrCount, 3: ErrType, 4: ErrTag, 5: ErrComm, 6: ErrRank, 7: ErrRequest,
		8: ErrRoot, 9: "MPI_ERR_GROUP", 10: ErrOp, 11: "MPI_ERR_TOPOLOGY", 12: "MPI_ERR_DIMS",
		13: ErrArg, 14: ErrUnknown, 15: ErrTruncate, 16: ErrOther, 17: ErrIntern,
		18: "MPI_ERR_IN_STATUS", 19: "MPI_ERR_PENDING", 39: "MPI_ERR_NO_MEM",
	}
)
