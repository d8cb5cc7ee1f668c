package nd

import "github.com/galago-hpc/galago/internal/carry"

// The elements of an array are held by an interface. Their types have names, so
// that a notebook's arrays can be carried to ranks and back.
func init() {
	carry.Register("nd.int8", typed[int8](nil))
	carry.Register("nd.int16", typed[int16](nil))
	carry.Register("nd.int32", typed[int32](nil))
	carry.Register("nd.int64", typed[int64](nil))
	carry.Register("nd.uint8", typed[uint8](nil))
	carry.Register("nd.uint16", typed[uint16](nil))
	carry.Register("nd.uint32", typed[uint32](nil))
	carry.Register("nd.uint64", typed[uint64](nil))
	carry.Register("nd.float32", typed[float32](nil))
	carry.Register("nd.float64", typed[float64](nil))
}
