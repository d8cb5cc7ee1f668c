package h5

// A ListMeaning says what several lists in one selection mean; see [Outer].
type ListMeaning int

const (
	// Together has lists go together as in NumPy: the first place of each, the second
	// of each and so on. It is what is meant without a ListMeaning.
	Together ListMeaning = iota
	// Outer takes each list for itself, as h5py does: of [1, 3] and [0, 2, 4] all six
	// combinations. Each list, and each mask, makes one axis of the result, where it
	// stands. Unlike in h5py, places may be in any order and repeated. It stands among
	// the arguments of a selection:
	//
	//	d.Read("[1, 3], :, [0, 2, 4]", h5.Outer)
	//	d.Write(0, nd.List(1, 3), nd.List(0, 2, 4), h5.Outer)
	Outer
)
