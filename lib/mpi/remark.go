package mpi

import (
	"fmt"
	"os"
	"time"
)

// How long a rank waits before it says so: for one in a call that may never end,
// and for one that computes.
const (
	remarkStuck  = 5 * time.Second
	remarkAtWork = time.Minute
)

// remark says once in a meeting that this rank waits for another, of which nobody
// knows whether it will come. Of the many that wait for it the next one speaks.
func (o *office) remark(s situation) {
	m := o.now
	after := remarkAtWork
	if s.condition == unprovable || s.condition == inCall {
		after = remarkStuck
	}
	waited := time.Since(m.began)
	if m.remarked || m.round != 0 || m.needs != s.rank || waited < after {
		return
	}
	m.remarked = true
	fmt.Fprintf(os.Stderr, "rank %d has waited %d s: %s. Rank %d: %s.\n", o.comm.rank, int(waited.Seconds()), m.text(), s.rank, s.text)
}
