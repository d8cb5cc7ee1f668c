package h5

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return nil, err
	}
	defer leave()
	return d.external()
}

// external does the work. The lock is held.
func (d *Dataset) external() ([]ExternalFile, error) {
	l := d.file.lib
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return nil, d.fail("look at", d.path)
	}
	defer l.c.pClose.Call(dl.Int(plist))
	var files []ExternalFile
	n := int(int32(l.d.externalCount.Call(dl.Int(plist)))) // int H5Pget_external_count(hid_t)
	for i := range n {
		name := make([]byte, 4096)
		var offset int64
		var size uint64
		// herr_t H5Pget_external(hid_t, unsigned index, size_t room, char *name, off_t *offset, hsize_t *size)
		if int32(l.d.external.Call(dl.Int(plist), dl.Int(i), dl.Int(len(name)-1), dl.Slice(name), dl.Ptr(&offset), dl.Ptr(&size))) < 0 {
			return nil, d.fail("look at", d.path)
		}
		if size == unlimited {
			size = 0
		}
		files = append(files, ExternalFile{dl.Text(name), offset, int64(size)})
	}
	return files, nil
}

// makeExternal makes the external files that do not exist yet. HDF5 makes them when it
// writes, but where a conversion keeps parts of what is there, as between compounds, it
// reads first and takes missing files for an error. The lock is held.
func (d *Dataset) makeExternal() error {
	files, err := d.external()
	if err != nil || len(files) == 0 {
		return err
	}
	prefix, err := d.externalPrefix()
	if err != nil {
		return err
	}
	for _, e := range files {
		path := e.Name
		if !filepath.IsAbs(path) {
			path = filepath.Join(prefix, path)
		}
		// What stands in the way of it, HDF5 finds too.
		if file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666); err == nil {
			_ = file.Close()
		}
	}
	return nil
}

// externalPrefix returns the folder that the names of external files begin from, as
// HDF5 has worked it out when the dataset was opened. The lock is held.
func (d *Dataset) externalPrefix() (string, error) {
	l := d.file.lib
	if !l.d.getFilePrefix.Present() {
		return "", nil
	}
	plist := int64(d.file.call(l.d.getAccess, dl.Int(d.id)))
	if plist < 0 {
		return "", d.fail("look at", d.path)
	}
	defer l.c.pClose.Call(dl.Int(plist))
	prefix := make([]byte, 4096)
	// ssize_t H5Pget_efile_prefix(hid_t dapl, char *prefix, size_t room)
	if int64(l.d.getFilePrefix.Call(dl.Int(plist), dl.Slice(prefix), dl.Int(len(prefix)))) < 0 {
		return "", d.fail("look at", d.path)
	}
	return dl.Text(prefix), nil
}
