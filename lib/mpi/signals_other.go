//go:build !linux

package mpi

// saveSignals does nothing where the kernel's interface to signal handlers is
// not known.
func saveSignals() (restore func()) { return func() {} }
