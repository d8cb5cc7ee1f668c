//go:build !mpi

// Package ompi does nothing without the build tag mpi.
package ompi
