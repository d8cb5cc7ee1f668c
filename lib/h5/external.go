package h5

import (
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// An ExternalFile holds a part of a dataset as plain bytes: Size of them from
// Offset on; Size 0 stands for as many as it takes, in the last file. A name that is
// not absolute is looked for in the current folder of the process; see
// [ExternalPrefix].
type ExternalFile struct {
	Name   string
	Offset int64
	Size   int64
}

func (e ExternalFile) size() uint64 {
	if e.Size == 0 {
		return unlimited // H5F_UNLIMITED
	}
	return uint64(e.Size)
}

// External stores the elements in other files, one after the other, and in the HDF5
// file only where they are: h5py's external=. The files need not exist; they are
// made by writing. H5Pset_external.
//
//	f.CreateDataset("frames", h5.Uint16, h5.Shape{100, 512, 512}, h5.External(h5.ExternalFile{Name: "frames.raw"}))
func External(files ...ExternalFile) DatasetOption {
	return datasetOption(func(l *layout) { l.storage.external = files })
}

func (s *storage) checkExternal(bytes int) error {
	room := int64(0)
	for i, e := range s.external {
		switch {
		case e.Name == "" || strings.IndexByte(e.Name, 0) >= 0:
			return errors.New("the name of an external file is empty or has a NUL in it")
		case e.Offset < 0 || e.Size < 0:
			return fmt.Errorf("external file %s: %d bytes from %d on cannot be", e.Name, e.Size, e.Offset)
		case e.Size == 0 && i < len(s.external)-1:
			return fmt.Errorf("external file %s: only the last file can do without a size", e.Name)
		case e.Size == 0:
			return nil
		}
		room += e.Size
	}
	if len(s.external) > 0 && room < int64(bytes) {
		return fmt.Errorf("the external files have room for %d bytes, and the dataset has %d", room, bytes)
	}
	return nil
}

// External returns the files that hold the elements, nil if they are in the HDF5
// file. H5Pget_external.
func (d *Dataset) External() ([]ExternalFile, error) {
	var files []ExternalFile
	err := d.creation("look at", func(l *library, plist int64) error {
		n := int(int32(l.d.externalCount.Call(dl.Int(plist)))) // int H5Pget_external_count(hid_t)
		for i := range n {
			name := make([]byte, 4096)
			var offset int64
			var size uint64
			// herr_t H5Pget_external(hid_t, unsigned index, size_t room, char *name, off_t *offset, hsize_t *size)
			if int32(l.d.external.Call(dl.Int(plist), dl.Int(i), dl.Int(len(name)-1), dl.Slice(name), dl.Ptr(&offset), dl.Ptr(&size))) < 0 {
				return d.fail("look at", d.path)
			}
			if size == unlimited {
				size = 0
			}
			files = append(files, ExternalFile{dl.Text(name), offset, int64(size)})
		}
		return nil
	})
	return files, err
}
