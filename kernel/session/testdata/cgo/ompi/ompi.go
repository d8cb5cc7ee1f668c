//go:build mpi

// Package ompi calls Open MPI's C library. It is configured as
// github.com/emer/empi/mpi is: by pkg-config's ompi, under the build tag mpi.
package ompi

/*
#cgo pkg-config: ompi
#include "mpi.h"

static int start(void) { return MPI_Init(NULL, NULL); }
static int sum(double *from, double *to, int n) {
	return MPI_Allreduce(from, to, n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}
static int rank(void) { int r; MPI_Comm_rank(MPI_COMM_WORLD, &r); return r; }
static int initialized(void) { int flag; MPI_Initialized(&flag); return flag; }
*/
import "C"

import "fmt"

// Init begins MPI.
func Init() error { return check("MPI_Init", C.start()) }

// Initialized reports whether somebody has begun MPI.
func Initialized() bool { return C.initialized() != 0 }

// Rank is the process's number in the world.
func Rank() int { return int(C.rank()) }

// Sum adds up what all ranks give.
func Sum(values []float64) ([]float64, error) {
	total := make([]float64, len(values))
	return total, check("MPI_Allreduce", C.sum((*C.double)(&values[0]), (*C.double)(&total[0]), C.int(len(values))))
}

// Finalize ends MPI.
func Finalize() error { return check("MPI_Finalize", C.MPI_Finalize()) }

func check(call string, code C.int) error {
	if code != C.MPI_SUCCESS {
		return fmt.Errorf("%s: error code %d", call, int(code))
	}
	return nil
}
