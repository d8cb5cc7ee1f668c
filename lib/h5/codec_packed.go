package h5

import (
	"reflect"
	"unsafe"
)

// A field of a struct that is in the file as it is in memory, only elsewhere.
type packedField struct{ in, out, size int }

// packedCodec carries compounds whose fields have the form that they have in the Go
// struct, and only other places: without the padding, as h5py writes them. HDF5 moves
// them several times slower. It returns nil if a field differs, if the places are the
// same (HDF5 then copies nothing), or if something is written and the file has fields
// that the struct lacks.
func packedCodec(goType reflect.Type, file *Type, parts []part, dir direction) *codec {
	if file.pointers() || dir == writing && len(parts) != len(file.fields) {
		return nil
	}
	var fields []packedField
	same := int(goType.Size()) == file.size
	for _, p := range parts {
		f, ok := file.field(p.name)
		if !ok || !p.codec.plain || p.codec.memory.size != int(p.goSize) || !p.codec.memory.Equal(f.Type) {
			return nil
		}
		same = same && f.Offset == int(p.goOffset)
		q := packedField{f.Offset, int(p.goOffset), f.Type.size}
		if n := len(fields); n > 0 && fields[n-1].in+fields[n-1].size == q.in && fields[n-1].out+fields[n-1].size == q.out {
			fields[n-1].size += q.size
			continue
		}
		fields = append(fields, q)
	}
	if same {
		return nil
	}
	goSize := int(goType.Size())
	c := &codec{memory: file}
	c.loadAll = func(from, to unsafe.Pointer, n int) error {
		inBlocks(n, func(i, n int) {
			for _, f := range fields {
				moveField(unsafe.Add(from, i*file.size+f.in), unsafe.Add(to, i*goSize+f.out), n, file.size, goSize, f.size)
			}
		})
		return nil
	}
	c.storeAll = func(from, to unsafe.Pointer, n int) {
		inBlocks(n, func(i, n int) {
			for _, f := range fields {
				moveField(unsafe.Add(from, i*goSize+f.out), unsafe.Add(to, i*file.size+f.in), n, goSize, file.size, f.size)
			}
		})
	}
	c.load = func(from, to unsafe.Pointer) error { return c.loadAll(from, to, 1) }
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		c.storeAll(from, to, 1)
		return nil
	}
	return c
}

// inBlocks calls do for n compounds, so many at a time that they stay in the
// processor's cache until the last of their fields has been moved.
func inBlocks(n int, do func(i, n int)) {
	const block = 256
	for i := 0; i < n; i += block {
		do(i, min(block, n-i))
	}
}

// moveField copies a field of n compounds, which are from and to so many bytes long.
func moveField(p, q unsafe.Pointer, n, from, to, size int) {
	switch size {
	case 1:
		moveWord[[1]byte](p, q, n, from, to)
	case 2:
		moveWord[[2]byte](p, q, n, from, to)
	case 4:
		moveWord[[4]byte](p, q, n, from, to)
	case 8:
		moveWord[[8]byte](p, q, n, from, to)
	case 16:
		moveWord[[16]byte](p, q, n, from, to)
	default:
		for i := range n {
			copy(unsafe.Slice((*byte)(unsafe.Add(q, i*to)), size), unsafe.Slice((*byte)(unsafe.Add(p, i*from)), size))
		}
	}
}

// moveWord copies words that may begin anywhere, as arrays of bytes may.
func moveWord[T any](p, q unsafe.Pointer, n, from, to int) {
	for i := range n {
		*(*T)(unsafe.Add(q, i*to)) = *(*T)(unsafe.Add(p, i*from))
	}
}
