package h5

// AutoChunks lets the shape of the chunks be chosen, as h5py's chunks=True does. It
// is what filters, [MaxShape] and [Resizable] do by themselves. The longest axis is
// halved until a chunk has at most 1 MiB, the size of HDF5's cache for chunks; an axis
// that can grow counts as 1024 long at least. h5py's own chunks have 8 KiB to 1 MiB,
// most often less than 64 KiB, and are slower to read and write for it.
var AutoChunks DatasetOption = datasetOption(func(l *layout) { l.storage.autoChunk = true })

// growth is what an axis without an end counts as.
const growth = 1024

// chunkRoom is the shape that chunks are chosen for.
func (s *storage) chunkRoom(shape Shape) Shape {
	room := make(Shape, len(shape))
	for axis, n := range shape {
		room[axis] = n
		switch {
		case s.resizable || s.maxShape != nil && s.maxShape[axis] == Unlimited:
			room[axis] = max(n, growth)
		case s.maxShape != nil:
			room[axis] = max(n, min(s.maxShape[axis], growth))
		case n == 0:
			room[axis] = 1
		}
	}
	return room
}
