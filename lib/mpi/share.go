package mpi

import "time"

// Counts divides n things among parts as equally as can be: the first n mod
// parts of them get one more. It is what [Scatterv] and [Gatherv] take; for
// things of several elements each, multiply.
func Counts(n, parts int) []int {
	if n < 0 || parts < 1 {
		return nil
	}
	counts := make([]int, parts)
	for i := range counts {
		counts[i] = n / parts
		if i < n%parts {
			counts[i]++
		}
	}
	return counts
}

// Share is this rank's share of n things divided as [Counts] does: those with
// index from first to beyond-1.
//
//	first, beyond := comm.Share(len(stars))
//	for i := first; i < beyond; i++ {
func (c *Comm) Share(n int) (first, beyond int) {
	each, extra := n/c.size, n%c.size
	first = c.rank*each + min(c.rank, extra)
	beyond = first + each
	if c.rank < extra {
		beyond++
	}
	return first, beyond
}

// began is the time that Wtime counts from.
var began = time.Now()

// Wtime is the time in seconds since some moment in the past, the same during
// the life of the process, never running backwards. It may be called before
// MPI is initialised and after it has ended. Its meaning is that of MPI_Wtime,
// MPI-4.0, section 9.6; it reads Go's monotonic clock, which is the same one at a
// lower cost.
func Wtime() float64 { return time.Since(began).Seconds() }
