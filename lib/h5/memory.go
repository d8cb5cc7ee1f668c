package h5

import (
	"fmt"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
)

// memoryOnly is the name of the driver for files that are on no disk.
const memoryOnly = "core without a backing store"

// memories counts the files in memory: HDF5 tells files apart by their names.
var memories atomic.Int64

// InMemory makes a file that is on no disk, for reading and writing: a new one if
// image is nil, else one with the bytes of an HDF5 file, of which it takes a
// copy. [File.Bytes] is the way back. H5Pset_fapl_core, H5Pset_file_image.
//
//	f, err := h5.InMemory(body)           // such as what a server has sent
//	image, err := f.Bytes()
func InMemory(image []byte, options ...Option) (*File, error) {
	s := gather(options)
	Core(false, 0).applyFile(&s)
	s.readWrite = true
	path := fmt.Sprintf("h5 in memory %d", memories.Add(1))
	switch {
	case s.comm != nil:
		s.refuse("h5.MPIO is not for files in memory")
	case image != nil && len(image) == 0:
		s.refuse("the image is empty; nil is a new file")
	case image != nil && s.creation.asked != "":
		s.refuse("h5.%s is for files that are created", s.creation.asked)
	}
	if image == nil {
		return s.open("create", path, (*opening).fresh)
	}
	s.image = image
	return s.open("open", path, (*opening).existing)
}

// Bytes returns what a file on the disk would hold, but for a user block: the image of
// an HDF5 file.
// It works for files in memory and for ordinary ones that are not parallel and in
// one piece. H5Fget_file_image.
func (f *File) Bytes() ([]byte, error) {
	const op = "take the bytes of"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return nil, err
	}
	defer leave()
	switch d := f.Driver(); d {
	case "mpio", "split", "family":
		return nil, &Error{Op: op, File: f.handle.path, Reason: "a file with the " + d + " driver has no image", Advice: "close it and read its files"}
	}
	if f.writable && !f.flush() {
		return nil, f.lib.fail(op, "", f.handle.path)
	}
	// ssize_t H5Fget_file_image(hid_t file, void *buffer, size_t length)
	n := int64(f.lib.f.getImage.Call(dl.Int(f.handle.id), dl.Null, dl.Int(0)))
	if n < 0 {
		return nil, f.lib.fail(op, "", f.handle.path)
	}
	image := make([]byte, n)
	if int64(f.lib.f.getImage.Call(dl.Int(f.handle.id), dl.Slice(image), dl.Int(n))) != n {
		return nil, f.lib.fail(op, "", f.handle.path)
	}
	return image, nil
}
