package h5

import (
	"fmt"
	"math"
)

// mayTake refuses to make room for n elements of size bytes where the machine
// cannot have it: a file whose header is damaged may say anything, and running out
// of memory ends the process.
func mayTake(n, size int) error {
	if n <= 0 || size <= 0 {
		return nil
	}
	most := uint64(math.MaxInt)
	if have := memorySize(); have > 0 {
		most = have
	}
	if uint64(n) > most/uint64(size) {
		return fmt.Errorf("%d elements of %d bytes are more than the memory of this machine takes; read them in parts", n, size)
	}
	return nil
}
