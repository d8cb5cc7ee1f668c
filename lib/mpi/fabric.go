package mpi

import "os"

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
func distrustHooks() {
	setDefault("UCX_MEM_EVENTS", "n")
	if _, err := os.Stat("/dev/kdreg2"); err != nil {
		setDefault("FI_MR_CACHE_MONITOR", "userfaultfd")
	}
}

func setDefault(name, value string) {
	if _, set := os.LookupEnv(name); !set {
		os.Setenv(name, value)
	}
}
