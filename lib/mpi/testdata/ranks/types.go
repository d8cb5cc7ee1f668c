package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/galago-hpc/galago/lib/mpi"
)

type (
	celsius float32
	count   int
)

// types sends every element type through every function that moves or
// combines elements; with many ranks on few cores, where MPICH takes long, only
// some.
func types(comm *mpi.Comm) {
	if comm.Size() > 3 {
		integers(comm, "int16", func(i int) int16 { return int16(-300 * i) })
		numbers(comm, "float64", func(i int) float64 { return math.Ldexp(float64(i), 300) })
		moves(comm, "bool", func(i int) bool { return i%3 == 0 })
		return
	}
	integers(comm, "int8", func(i int) int8 { return int8(i - 20) })
	integers(comm, "int16", func(i int) int16 { return int16(-300 * i) })
	integers(comm, "int32", func(i int) int32 { return int32(-70000 * i) })
	integers(comm, "int64", func(i int) int64 { return int64(i) << 40 })
	integers(comm, "int", func(i int) int { return -i << 40 })
	integers(comm, "uint8", func(i int) uint8 { return uint8(200 + i) })
	integers(comm, "uint16", func(i int) uint16 { return uint16(60000 + i) })
	integers(comm, "uint32", func(i int) uint32 { return uint32(4e9) + uint32(i) })
	integers(comm, "uint64", func(i int) uint64 { return 1<<63 + uint64(i) })
	integers(comm, "uint", func(i int) uint { return 1<<62 + uint(i) })
	integers(comm, "count", func(i int) count { return count(i) })
	numbers(comm, "float32", func(i int) float32 { return float32(i) / 4 })
	numbers(comm, "float64", func(i int) float64 { return math.Ldexp(float64(i), 300) })
	numbers(comm, "celsius", func(i int) celsius { return celsius(i) - 273.25 })
	moves(comm, "complex64", func(i int) complex64 { return complex(float32(i), -0.5) })
	moves(comm, "complex128", func(i int) complex128 { return complex(1, float64(i)/3) })
	sums(comm, "complex64", func(i int) complex64 { return complex(float32(i), -0.5) })
	sums(comm, "complex128", func(i int) complex128 { return complex(1, float64(i)) })
	moves(comm, "bool", func(i int) bool { return i%3 == 0 })
}

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint
}

type number interface{ integer | ~float32 | ~float64 }

func integers[T integer](comm *mpi.Comm, name string, value func(int) T) {
	numbers(comm, name, value)
	every := values(comm.Size(), value)
	fold := func(f func(a, b T) T) T {
		x := every[0]
		for _, y := range every[1:] {
			x = f(x, y)
		}
		return x
	}
	truth := func(b bool) T {
		if b {
			return 1
		}
		return 0
	}
	reduction(comm, name, mpi.BAnd, value, fold(func(a, b T) T { return a & b }))
	reduction(comm, name, mpi.BOr, value, fold(func(a, b T) T { return a | b }))
	reduction(comm, name, mpi.BXor, value, fold(func(a, b T) T { return a ^ b }))
	reduction(comm, name, mpi.LAnd, value, truth(!slices.Contains(every, 0)))
	reduction(comm, name, mpi.LOr, value, truth(slices.ContainsFunc(every, func(x T) bool { return x != 0 })))
	odd := false
	for _, x := range every {
		odd = odd != (x != 0)
	}
	reduction(comm, name, mpi.LXor, value, truth(odd))
}

func numbers[T number](comm *mpi.Comm, name string, value func(int) T) {
	moves(comm, name, value)
	sums(comm, name, value)
	every := values(comm.Size(), value)
	reduction(comm, name, mpi.Max, value, slices.Max(every))
	reduction(comm, name, mpi.Min, value, slices.Min(every))
}

func sums[T number | ~complex64 | ~complex128](comm *mpi.Comm, name string, value func(int) T) {
	var sum T
	for _, x := range values(comm.Size(), value) {
		sum += x
	}
	reduction(comm, name, mpi.Sum, value, sum)
	// Small values: the order of a product of floats must not matter.
	factor := func(i int) T {
		if i%2 == 1 {
			return 2
		}
		return 1
	}
	product := T(1)
	for range comm.Size() / 2 {
		product *= 2
	}
	reduction(comm, name, mpi.Prod, factor, product)
}

// values are the contributions of n ranks.
func values[T any](n int, value func(int) T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = value(i)
	}
	return list
}

// reduction checks Reduce and Allreduce of one value a rank.
func reduction[T mpi.Element](comm *mpi.Comm, name string, op mpi.Op, value func(int) T, want T) {
	name = fmt.Sprintf("%v of %s", op, name)
	send, recv := []T{value(comm.Rank())}, make([]T, 1)
	ok(name, mpi.Allreduce(comm, send, recv, op))
	check(name, recv[0] == want, "Allreduce gives %v, want %v", recv[0], want)
	var at []T
	root := comm.Size() - 1
	if comm.Rank() == root {
		at = make([]T, 1)
	}
	ok(name, mpi.Reduce(comm, send, at, op, root))
	check(name, at == nil || at[0] == want, "Reduce gives %v, want %v", at, want)
}

// moves checks the functions that move elements as they are.
func moves[T mpi.Element](comm *mpi.Comm, name string, value func(int) T) {
	rank, size := comm.Rank(), comm.Size()
	root := size / 2
	every := values(3*size, value)
	mine := every[3*rank : 3*rank+3]

	buf := make([]T, 3*size)
	if rank == root {
		copy(buf, every)
	}
	ok(name, mpi.Bcast(comm, buf, root))
	check(name, slices.Equal(buf, every), "Bcast gives %v", buf)

	part := make([]T, 3)
	var whole []T
	if rank == root {
		whole = every
	}
	ok(name, mpi.Scatter(comm, whole, part, root))
	check(name, slices.Equal(part, mine), "Scatter gives %v, want %v", part, mine)

	var gathered []T
	if rank == root {
		gathered = make([]T, 3*size)
	}
	ok(name, mpi.Gather(comm, mine, gathered, root))
	check(name, rank != root || slices.Equal(gathered, every), "Gather gives %v", gathered)

	clear(buf)
	ok(name, mpi.Allgather(comm, mine, buf))
	check(name, slices.Equal(buf, every), "Allgather gives %v", buf)

	// Around the ring.
	next, previous := (rank+1)%size, (rank+size-1)%size
	status, err := mpi.Sendrecv(comm, mine, next, 4, part, previous, 4)
	ok(name, err)
	check(name, slices.Equal(part, every[3*previous:3*previous+3]) && status == mpi.Status{Source: previous, Tag: 4, Count: 3}, "Sendrecv gives %v, %+v", part, status)

	if size == 1 {
		return
	}
	if rank == 0 {
		ok(name, mpi.Send(comm, every, 1, 9))
	} else if rank == 1 {
		clear(buf)
		status, err := mpi.Recv(comm, buf, 0, 9)
		ok(name, err)
		check(name, slices.Equal(buf, every) && status == mpi.Status{Source: 0, Tag: 9, Count: 3 * size}, "Recv gives %v, %+v", buf, status)
	}
}
