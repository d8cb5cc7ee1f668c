package carry

import (
	"encoding/binary"
	"strconv"
)

// layout names the way in which numbers lie in the memory of this machine: byte
// order and size of int. Between machines of one layout they are copied as they are.
var layout = func() byte {
	little := binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	switch {
	case little && strconv.IntSize == 64:
		return 'L'
	case little:
		return 'l'
	case strconv.IntSize == 64:
		return 'B'
	}
	return 'b'
}()
