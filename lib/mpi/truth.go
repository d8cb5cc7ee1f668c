package mpi

import "unsafe"

// truths makes every element of an integer buffer 0 or 1, as a logical
// operation should. Libraries return the operand as it is where a rank has
// nothing to combine it with, so that the answer would depend on the number
// of ranks.
func truths(b buffer, op Op) {
	if op != LAnd && op != LOr && op != LXor || b.kind == boolean || b.n == 0 {
		return
	}
	switch b.size {
	case 1:
		toTruth(unsafe.Slice((*uint8)(b.at), b.n))
	case 2:
		toTruth(unsafe.Slice((*uint16)(b.at), b.n))
	case 4:
		toTruth(unsafe.Slice((*uint32)(b.at), b.n))
	case 8:
		toTruth(unsafe.Slice((*uint64)(b.at), b.n))
	}
}

func toTruth[T uint8 | uint16 | uint32 | uint64](s []T) {
	for i := range s {
		if s[i] != 0 {
			s[i] = 1
		}
	}
}
