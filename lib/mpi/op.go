package mpi

// An Op combines elements in a reduction. MPI-4.0, section 6.9.2.
type Op uint8

// The predefined operations and the elements they accept. Integers are all of
// Go's integer types.
const (
	Sum  Op = iota // MPI_SUM: integers, floats, complex
	Prod           // MPI_PROD: integers, floats, complex
	Max            // MPI_MAX: integers, floats
	Min            // MPI_MIN: integers, floats
	LAnd           // MPI_LAND, logical and: integers, bool
	LOr            // MPI_LOR: integers, bool
	LXor           // MPI_LXOR: integers, bool
	BAnd           // MPI_BAND, bit by bit: integers
	BOr            // MPI_BOR: integers
	BXor           // MPI_BXOR: integers
	ops            // their number
)

var opNames = [ops]string{"Sum", "Prod", "Max", "Min", "LAnd", "LOr", "LXor", "BAnd", "BOr", "BXor"}

// String is the operation's Go name.
func (op Op) String() string {
	if op >= ops {
		return "invalid operation"
	}
	return opNames[op]
}

// accepts reports whether the standard defines op for elements of kind k.
func (op Op) accepts(k kind) bool {
	switch op {
	case Sum, Prod:
		return k != boolean
	case Max, Min:
		return k != boolean && k != complex64s && k != complex128s
	case LAnd, LOr, LXor:
		return k < float32s
	case BAnd, BOr, BXor:
		return k < float32s && k != boolean
	}
	return false
}
