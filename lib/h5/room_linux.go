package h5

import "golang.org/x/sys/unix"

// memorySize returns the bytes of memory and swap that the machine has; 0 if that
// cannot be told.
func memorySize() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return (uint64(info.Totalram) + uint64(info.Totalswap)) * uint64(info.Unit)
}
