// Package h5write writes a file by the C library of HDF5, with the headers and
// libraries that gonum.org/v1/hdf5 asks for.
package h5write

/*
#cgo pkg-config: hdf5
#cgo LDFLAGS: -lhdf5_hl
#include <stdlib.h>
#include "hdf5.h"
#include "hdf5_hl.h"

static int make_file(const char *path, const char *name, hsize_t n, const double *values) {
	hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
	if (file < 0) return -1;
	herr_t status = H5LTmake_dataset_double(file, name, 1, &n, values);
	if (H5Fclose(file) < 0) return -1;
	return status;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Write makes a file that holds one dataset.
func Write(path, name string, values []float64) error {
	p, n := C.CString(path), C.CString(name)
	defer C.free(unsafe.Pointer(p))
	defer C.free(unsafe.Pointer(n))
	if status := C.make_file(p, n, C.hsize_t(len(values)), (*C.double)(&values[0])); status < 0 {
		return fmt.Errorf("write the dataset %s of %s: status %d", name, path, status)
	}
	return nil
}
