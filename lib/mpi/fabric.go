package mpi

import (
	"bytes"
	"os"
)

// Networks with remote memory access register buffers with the network card
// and remember the registration. They notice that memory was given back to the
// system by intercepting libc's munmap and madvise. Go's runtime makes these
// system calls itself, unseen: a later message from the same address could be
// read from, or written to, pages that are no longer there, without an error. So
// they are told not to rely on interception. Whoever sets the variables knows
// better and is left alone.
//
// With UCX no registration is remembered. libfabric's userfaultfd is told by
// the kernel, and where it is not permitted libfabric remembers nothing; kdreg2,
// HPE's kernel module, is right already.
var distrust = []struct {
	name, value string
	pointless   func() bool
}{
	// UCX reads this when it is loaded, and complains about it afterwards.
	{"UCX_MEM_EVENTS", "n", func() bool {
		maps, err := os.ReadFile("/proc/self/maps")
		return err == nil && bytes.Contains(maps, []byte("/libucm.so"))
	}},
	{"FI_MR_CACHE_MONITOR", "userfaultfd", func() bool {
		_, err := os.Stat("/dev/kdreg2")
		return err == nil
	}},
}

// distrustHooks sets the variables for as long as libraries read them, which
// is when they are loaded and when MPI is initialised; child processes never see
// them.
func distrustHooks() (restore func()) {
	var ours []string
	for _, d := range distrust {
		if _, set := os.LookupEnv(d.name); set || d.pointless() {
			continue
		}
		os.Setenv(d.name, d.value)
		ours = append(ours, d.name)
	}
	return func() {
		for _, name := range ours {
			os.Unsetenv(name)
		}
	}
}
