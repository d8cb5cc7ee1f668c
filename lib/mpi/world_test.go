package mpi

import (
	"errors"
	"slices"
	"testing"
)

// Buffers longer than a C int can count go in several calls, or are refused.
func TestMoreThanOneCallCanCount(t *testing.T) {
	comm := World()
	maxCount = 3
	defer func() { maxCount = maxInt32 }()
	send, recv := []int{1, 2, 3, 4, 5, 6, 7}, make([]int, 7)
	if err := Allreduce(comm, send, recv, Sum); err != nil || !slices.Equal(send, recv) {
		t.Errorf("Allreduce gives %v, %v", recv, err)
	}
	clear(recv)
	if err := Reduce(comm, send, recv, Max, 0); err != nil || !slices.Equal(send, recv) {
		t.Errorf("Reduce gives %v, %v", recv, err)
	}
	if err := Bcast(comm, send, 0); err != nil || send[6] != 7 {
		t.Errorf("Bcast gives %v, %v", send, err)
	}
	if err := Allreduce(comm, send, send, Sum); err != nil || send[6] != 7 {
		t.Errorf("Allreduce in place gives %v, %v", send, err)
	}
	for name, err := range map[string]error{
		"Send":       Send(comm, send, ProcNull, 0),
		"Gather":     Gather(comm, send, recv, 0),
		"Scatter":    Scatter(comm, send, recv, 0),
		"Allgatherv": Allgatherv(comm, send, recv, []int{7}),
		"Alltoall":   Alltoall(comm, send, recv),
	} {
		if !errors.Is(err, ErrCount) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

// What a library with a lower thread level would meet; those at hand provide
// the highest.
func TestLowerThreadLevels(t *testing.T) {
	comm := World()
	if comm.Flavour() == None {
		t.Fatal("no MPI library is installed")
	}
	exchange := func(tag int) error {
		send, recv := []int{tag}, []int{0}
		_, err := Sendrecv(comm, send, 0, tag, recv, 0, tag)
		return err
	}
	provided := level
	defer func() { level, active.serial = provided, false }()

	level, active.serial = threadSerialized, true
	results := make(chan error)
	for tag := range 8 {
		go func() {
			var err error
			for range 100 {
				err = errors.Join(err, exchange(tag))
			}
			Exclusive(func() {})
			results <- err
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}

	level, active.serial = 1, false // MPI_THREAD_FUNNELED
	thread = -1
	if err := exchange(0); !errors.Is(err, ErrOther) {
		t.Errorf("a call from another thread gives %v", err)
	}
}

func TestCountsAddUp(t *testing.T) {
	if got := Counts(1003, 8); !slices.Equal(got, []int{126, 126, 126, 125, 125, 125, 125, 125}) {
		t.Errorf("Counts(1003, 8) = %v", got)
	}
	if got := Counts(2, 3); !slices.Equal(got, []int{1, 1, 0}) {
		t.Errorf("Counts(2, 3) = %v", got)
	}
	if Counts(-1, 2) != nil || Counts(3, 0) != nil {
		t.Error("Counts divides what cannot be divided")
	}
}

func TestReceivingAllocatesNothing(t *testing.T) {
	comm := World()
	send, recv := []float64{1, 2}, make([]float64, 2)
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := Sendrecv(comm, send, 0, 0, recv, 0, 0); err != nil {
			t.Error(err)
		}
		if err := Allreduce(comm, send, recv, Sum); err != nil {
			t.Error(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// A message of two floats to oneself and back.
func BenchmarkSendrecv(b *testing.B) {
	comm := World()
	send, recv := []float64{1, 2}, make([]float64, 2)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sendrecv(comm, send, 0, 0, recv, 0, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAllreduce(b *testing.B) {
	comm := World()
	send, recv := []float64{1, 2}, make([]float64, 2)
	b.ReportAllocs()
	for b.Loop() {
		if err := Allreduce(comm, send, recv, Sum); err != nil {
			b.Fatal(err)
		}
	}
}
