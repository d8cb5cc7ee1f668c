package h5

import (
	"github.com/galago-hpc/galago/internal/dl"
)

// SWMR opens a file that one process writes while others read it: for reading,
// beside the writer, or with [ReadWrite] as the one writer. The file must have
// been created with LibVer(V110, Latest) or newer. Readers call
// [Dataset.Refresh] to see what is new. H5F_ACC_SWMR_READ, H5F_ACC_SWMR_WRITE.
var SWMR Option = option(func(s *settings) { s.swmr = true })

// StartSWMR lets others read the file while this process goes on writing: h5py's
// swmr_mode = True. From then on no groups, datasets and attributes may be
// created, and [Dataset.Flush] shows the readers what was written. It cannot be
// taken back. H5Fstart_swmr_write.
func (f *File) StartSWMR() error {
	const op = "start SWMR"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return err
	}
	defer leave()
	if !f.writable {
		return f.root.readOnly(op, "")
	}
	if f.swmr {
		return nil
	}
	if d := f.Driver(); d != "sec2" {
		return &Error{Op: op, File: f.handle.path, Reason: "a file with the " + d + " driver cannot have readers while it is written", Advice: "leave out the option for the driver"}
	}
	// herr_t H5Fstart_swmr_write(hid_t file)
	if int32(f.lib.f.startSWMR.Call(dl.Int(f.handle.id))) < 0 {
		return f.lib.fail(op, "", f.handle.path)
	}
	f.swmr = true
	return nil
}

// SWMR reports whether the file is open with [SWMR], or [File.StartSWMR] was
// called.
func (f *File) SWMR() bool {
	mu.Lock()
	defer mu.Unlock()
	return f.swmr
}

// Refresh forgets what is in memory of the dataset, so that the next read sees
// what another process has written, and takes up the shape it now has.
// H5Drefresh; collective in a parallel file.
func (d *Dataset) Refresh() error {
	leave, err := d.enter("refresh", d.path)
	if err != nil {
		return err
	}
	defer leave()
	l := d.file.lib
	// herr_t H5Drefresh(hid_t dataset)
	if int32(d.file.call(l.f.datasetRefresh, dl.Int(d.id))) < 0 {
		return d.fail("refresh", d.path)
	}
	space := int64(l.c.dSpace.Call(dl.Int(d.id)))
	if space < 0 {
		return d.fail("refresh", d.path)
	}
	d.setExtent(l.shapeOf(space))
	l.c.sClose.Call(dl.Int(space))
	return nil
}

// Flush writes what is in memory of the dataset to the file, for those who read
// it with [SWMR]. H5Dflush; collective in a parallel file.
func (d *Dataset) Flush() error {
	leave, err := d.enter("flush", d.path)
	if err != nil {
		return err
	}
	defer leave()
	// herr_t H5Dflush(hid_t dataset)
	if int32(d.file.call(d.file.lib.f.datasetFlush, dl.Int(d.id))) < 0 {
		return d.fail("flush", d.path)
	}
	return nil
}
