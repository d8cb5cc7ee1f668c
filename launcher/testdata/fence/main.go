// Fence is a rank program that meets the others in a fence of PMIx without data, as
// MPI_Init does at its end, to which rank 0 comes late. Each prints when it came and when it
// went on.
package main

import (
	"fmt"
	"time"

	"github.com/galago-hpc/galago/internal/dl"
)

// A proc is pmix_proc_t.
type proc struct {
	space [256]byte
	rank  uint32
}

const everyone = 0xfffffffe // PMIX_RANK_WILDCARD

var c struct {
	// pmix_status_t PMIx_Init(pmix_proc_t *self, pmix_info_t *info, size_t n)
	init dl.Func `c:"PMIx_Init"`
	// pmix_status_t PMIx_Fence(const pmix_proc_t *procs, size_t n, const pmix_info_t *info, size_t m)
	fence dl.Func `c:"PMIx_Fence"`
	// pmix_status_t PMIx_Finalize(const pmix_info_t *info, size_t n)
	finalize dl.Func `c:"PMIx_Finalize"`
}

func main() {
	lib, err := dl.Open("libpmix.so.2")
	if err != nil {
		panic(err)
	}
	if err := lib.Fill(&c); err != nil {
		panic(err)
	}
	var self proc
	call(c.init, dl.Ptr(&self), dl.Null, dl.Int(0))
	if self.rank == 0 {
		time.Sleep(time.Second / 2)
	}
	come := time.Now()
	all := self
	all.rank = everyone
	call(c.fence, dl.Ptr(&all), dl.Int(1), dl.Null, dl.Int(0))
	fmt.Println(come.UnixNano(), time.Now().UnixNano())
	call(c.finalize, dl.Null, dl.Int(0))
}

func call(f dl.Func, args ...dl.Arg) {
	if status := int32(f.Call(args...)); status != 0 {
		panic(fmt.Sprintf("%s returned %d", f.Name(), status))
	}
}
