package h5

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/mpi"
)

// Hints are what MPI-IO is told about a parallel file, as keys and values of an
// MPI_Info: cb_nodes, cb_buffer_size, romio_cb_write, striping_factor ... A key that
// the MPI library does not know is ignored; [File.Hints] tells what it goes by. It goes
// with [MPIO], and is the same on all ranks. H5Pset_fapl_mpio.
//
//	f, err := h5.Create("out.h5", h5.MPIO(comm), h5.Hints{"cb_nodes": "4"})
type Hints map[string]string

func (h Hints) applyFile(s *settings) {
	s.askParallel("Hints")
	for key, value := range h {
		s.hint(key, value)
	}
}

func (s *settings) hint(key, value string) {
	if key == "" || value == "" {
		s.refuse("h5.Hints with the key %q and the value %q: neither can be empty", key, value)
	}
	if s.hints == nil {
		s.hints = map[string]string{}
	}
	s.hints[key] = value
}

// Stripe spreads a new parallel file over so many storage targets of Lustre, in
// pieces of so many bytes, a multiple of 65,536; a count of -1 stands for all targets,
// 0 leaves the folder's default for either. It takes effect when the file does not exist yet. On another file system
// it has no effect, and rank 0 says so on standard error. It is the hints
// striping_factor and striping_unit of MPI-IO.
//
//	f, err := h5.Create("out.h5", h5.MPIO(comm), h5.Stripe(16, 4<<20))
func Stripe(count, size int) Option {
	return option(func(s *settings) {
		s.askParallel("Stripe")
		s.creation.ask("Stripe")
		const unit = 1 << 16
		switch {
		case count < -1:
			s.refuse("h5.Stripe over %d targets", count)
		case size < 0 || size%unit != 0:
			s.refuse("the size for h5.Stripe is a multiple of %d bytes, not %d", unit, size)
		}
		s.striped = true
		if count != 0 {
			s.hint("striping_factor", strconv.Itoa(count))
		}
		if size != 0 {
			s.hint("striping_unit", strconv.Itoa(size))
		}
	})
}

// CollMetadataReads makes all ranks of a parallel file look up its structure
// together: one of them reads it and sends it to the others, which is faster for
// thousands of ranks. Opening objects, attributes and looking at groups are then
// collective as well. H5Pset_all_coll_metadata_ops.
var CollMetadataReads Option = option(func(s *settings) {
	s.askParallel("CollMetadataReads")
	s.collReads = true
})

// CollMetadataWrites makes the ranks of a parallel file write its structure in one
// collective operation when it is flushed and closed, in place of many small ones.
// H5Pset_coll_metadata_write.
var CollMetadataWrites Option = option(func(s *settings) {
	s.askParallel("CollMetadataWrites")
	s.collWrites = true
})

// askParallel remembers an option that does nothing without MPIO.
func (s *settings) askParallel(name string) {
	if s.askedParallel == "" {
		s.askedParallel = name
	}
}

// mpio has a file access property list lead to MPI-IO.
func (s *settings) mpio(l *library, plist int64) error {
	info, free, err := mpi.Hints(s.hints)
	if err != nil {
		return err
	}
	defer free()
	// herr_t H5Pset_fapl_mpio(hid_t fapl, MPI_Comm comm, MPI_Info info), which makes copies of both
	if int32(call(true, l.c.pFaplMPIO, dl.Int(plist), dl.Word(s.comm.Handle()), dl.Word(info))) < 0 {
		return l.fail("prepare", "", "a file for MPI-IO")
	}
	if s.collReads {
		// herr_t H5Pset_all_coll_metadata_ops(hid_t, hbool_t)
		if err := l.set(plist, "CollMetadataReads", l.p.allCollective, dl.Bool(true)); err != nil {
			return err
		}
	}
	if s.collWrites {
		// herr_t H5Pset_coll_metadata_write(hid_t, hbool_t)
		return l.set(plist, "CollMetadataWrites", l.p.collectiveWrite, dl.Bool(true))
	}
	return nil
}

// warnStripes says that stripes have no effect where that is so.
func (s *settings) warnStripes(path string) {
	if !s.striped || s.comm == nil || s.comm.Rank() != 0 {
		return
	}
	if folder := filepath.Dir(path); !onLustre(folder) {
		fmt.Fprintf(os.Stderr, "h5: create %s: h5.Stripe has no effect, because %s is not on Lustre\n", path, folder)
	}
}

// parallelFunctions are the C functions that only parallel libraries have.
type parallelFunctions struct {
	allCollective   dl.Func `c:"H5Pset_all_coll_metadata_ops,optional"`
	collectiveWrite dl.Func `c:"H5Pset_coll_metadata_write,optional"`
	setAtomicity    dl.Func `c:"H5Fset_mpi_atomicity,optional"`
	getAtomicity    dl.Func `c:"H5Fget_mpi_atomicity,optional"`
}

// SetAtomic makes what one rank of a parallel file writes visible to reads of the
// others at once, all of it or nothing, at the price of locks; or ends that. Files
// begin without it. MPI libraries lack it on some file systems, which is an error.
// H5Fset_mpi_atomicity, MPI_File_set_atomicity; collective.
func (f *File) SetAtomic(on bool) error {
	op := "set atomic mode of"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return err
	}
	defer leave()
	if f.alone {
		f.atomic = on
		return nil
	}
	if err := f.needsParallel(op); err != nil {
		return err
	}
	// herr_t H5Fset_mpi_atomicity(hid_t file, hbool_t)
	if int32(f.call(f.lib.p.setAtomicity, dl.Int(f.handle.id), dl.Bool(on))) < 0 {
		return f.lib.fail(op, "", f.handle.path)
	}
	return nil
}

// Atomic reports whether the file is in atomic mode. H5Fget_mpi_atomicity.
func (f *File) Atomic() (bool, error) {
	const op = "ask the atomic mode of"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return false, err
	}
	defer leave()
	if f.alone {
		return f.atomic, nil
	}
	if err := f.needsParallel(op); err != nil {
		return false, err
	}
	var on uint32 // hbool_t, a byte or an int
	// herr_t H5Fget_mpi_atomicity(hid_t file, hbool_t *)
	if int32(f.call(f.lib.p.getAtomicity, dl.Int(f.handle.id), dl.Ptr(&on))) < 0 {
		return false, f.lib.fail(op, "", f.handle.path)
	}
	return on != 0, nil
}

// Hints returns the hints that MPI-IO goes by for a parallel file: those that were
// given and are known, and the library's own; Open MPI repeats what it was given.
// MPI_File_get_info.
func (f *File) Hints() (map[string]string, error) {
	const op = "ask the hints of"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return nil, err
	}
	defer leave()
	if f.alone {
		return map[string]string{}, nil
	}
	if err := f.needsParallel(op); err != nil {
		return nil, err
	}
	var handle uintptr
	// herr_t H5Fget_vfd_handle(hid_t file, hid_t fapl, void **handle), of MPI-IO an MPI_File *
	if int32(f.lib.c.fHandle.Call(dl.Int(f.handle.id), dl.Int(0), dl.Ptr(&handle))) < 0 || handle == 0 {
		return nil, f.lib.fail(op, "", f.handle.path)
	}
	hints, err := mpi.FileHints(dl.Read[uintptr](handle))
	if err != nil {
		return nil, &Error{Op: op, File: f.handle.path, Reason: err.Error(), Err: err}
	}
	return hints, nil
}

// SetTransfer says how this dataset is read and written where the arguments of Read,
// ReadInto and Write do not: [Independent], as all begin, or [Collective], on all
// ranks. It holds for this *Dataset, and is not stored. It is h5py's with
// d.collective.
func (d *Dataset) SetTransfer(t Transfer) { d.collective = t == Collective }

// Transfer returns what SetTransfer has set.
func (d *Dataset) Transfer() Transfer {
	if d.collective {
		return Collective
	}
	return Independent
}

func (f *File) needsParallel(op string) error {
	if f.parallel {
		return nil
	}
	return &Error{Op: op, File: f.handle.path, Reason: "the file is not parallel", Advice: "open it with h5.MPIO"}
}
