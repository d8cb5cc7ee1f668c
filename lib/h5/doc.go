// Package h5 reads and writes HDF5 files, by one process or by all ranks of an
// MPI program in parallel, with the libhdf5 that the machine has. It is loaded at
// run time: neither cgo nor headers nor HDF5_DIR are needed to build a program.
//
// # Reading
//
//	f, err := h5.Open("galaxy.hdf5")
//	defer f.Close()
//	pos, err := f.Dataset("pos_pt")                // float64 (1000, 2200, 3)
//	a, err := pos.At("0:10, ::100, 2")             // NumPy's selections; an *nd.Array of shape (10, 22)
//	var stars [][3]float64
//	err = pos.ReadInto(&stars, ":, 0, :")          // straight into Go memory
//	unit, err := pos.Attrs().Get("unit")
//
// # Writing
//
//	f, err := h5.Create("out.h5")
//	d, err := f.CreateDataset("run 3/test", h5.Int32, h5.Shape{42}, h5.Chunks{6}, h5.Gzip(4))
//	err = d.Write(int32(7), 3)                     // one element
//	err = d.Write(values, "6:12")                  // a part
//	w, err := f.CreateDatasetFrom("w", [][]float64{{1, 2}, {3, 4}})
//	err = f.Attrs().Set("author", "me")
//	err = f.Close()                                // the moment the file becomes readable
//
// A file that is not closed cannot be read. Notebooks and rank programs close
// all files when they end, other programs call Close, or [CloseAll], themselves.
//
// # Groups
//
// A group is a dictionary: Keys, Len, Has, Get, Set, Delete, Move, Copy,
// RequireGroup, RequireDataset, and
//
//	for name, node := range f.All() { ... }        // *h5.Group, *h5.Dataset, *h5.NamedType or *h5.Other
//	for path, node := range f.VisitItems() { ... } // and all that is below
//
// Objects may have several names, and links lead to paths in this file and others:
//
//	err := f.Set("alias", d)
//	err := f.Set("latest", h5.SoftLink{Path: "/runs/3"})
//	err := f.Set("mesh", h5.ExternalLink{File: "mesh.h5", Path: "/nodes"})
//	err := h5.Copy(d, other.Root(), "")            // to another file
//
// # Files
//
// [OpenFile] takes h5py's modes. Each further argument of h5py.File is an option
// here, of the same name:
//
//	f, err := h5.OpenFile("a.h5", "a", h5.LibVer(h5.V110, h5.Latest), h5.RdccNBytes(64<<20), h5.TrackOrder)
//	f, err := h5.Create("a%d.h5", h5.Family(1<<30)) // also Core, Split, Stdio, Direct
//	f, err := h5.InMemory(nil)                     // on no disk; f.Bytes() is the file
//	f, err := h5.Open("a.h5", h5.SWMR)             // beside a writer that has called StartSWMR
//	p, err := f.Properties()                       // what holds for the file
//
// # Types
//
// A Go type has its type in a file: numbers, bool, complex numbers, strings,
// time.Time, arrays, slices (sequences of variable length), structs (compounds)
// and all that is made of these. [TypeFor] says which:
//
//	type Star struct {
//		Mass float64    `h5:"mass"`
//		Pos  [3]float32 `h5:"pos"`
//		Name string     `h5:"name"`
//	}
//	d, err := f.CreateDatasetFrom("stars", []Star{{1, [3]float32{}, "Sun"}})
//	stars, err := h5.ReadAs[[]Star](d, "0:10")     // or d.ReadInto(&stars, "0:10")
//	mass, err := d.Field("mass").Read()            // one field, an *nd.Array
//	table, err := d.Value()                        // without a Go type: here a *Records, which prints as a table
//
// Structs of numbers, bools and arrays of these are read and written where they
// are, without a copy. The struct may have its fields in another order than the
// file, or only some of them. Types that Go has no word for come from functions:
// [FixedText], [EnumOf], [BigEndian], [Float16], [OpaqueOf], [Bitfield], [VlenOf],
// [ArrayOf], [CompoundOf], [DatetimeOf].
//
// # Attributes
//
//	err = d.Attrs().Set("unit", "m")               // of any of these types
//	unit, err := h5.Attr[string](d, "unit")
//	when, err := d.Attrs().Time("created")         // time.Time is text in the file, RFC 3339
//
// # In parallel
//
//	comm := mpi.World()
//	f, err := h5.Create("out.h5", h5.MPIO(comm))
//	d, err := f.CreateDataset("test", h5.Int32, h5.Shape{comm.Size()})
//	err = d.Write(int32(comm.Rank()), comm.Rank())
//	err = f.Close()
//
// Everything that opens, closes or changes the structure of a parallel file is
// collective: all ranks make the same calls in the same order, or they wait for
// each other forever. In rank cells of notebooks, and everywhere with
// GALAGO_H5_CHECK=1, the ranks compare what they are about to do before each such
// call. If they disagree, or some cannot come because they have ended or wait in
// another call, it is an error that names ranks, calls and lines, and the file is as
// it was. GALAGO_H5_CHECK=0 saves the comparison, a few microseconds a call; it is
// also for programs whose goroutines make collective calls side by side.
//
// Reading and writing elements is independent, unless
// [Collective] is among the arguments, or was given to [Dataset.SetTransfer].
// Compressed datasets can only be written collectively; ranks without data select
// nothing, such as "0:0". [Hints], [Stripe], [CollMetadataReads] and
// [CollMetadataWrites] tell MPI-IO how, [File.SetAtomic] is its atomic mode. A rank whose collective transfer is wrong
// (a selection outside the dataset, say) takes part without data and returns its
// error, so that the others go on. Few large contiguous writes are hundreds of
// times faster than many small strided ones.
//
// # How datasets are stored
//
//	d, err := f.CreateDataset("log", h5.Float64, h5.Shape{0, 3}, h5.MaxShape{h5.Unlimited, 3}, h5.Shuffle, h5.Lzf)
//	err = d.Append([]float64{1, 2, 3}, 0)          // one row more
//	chunks, err := d.ChunksIn("0:1000")            // for chunk := range chunks { a, err := d.Read(chunk) }
//	rows := h5.As[[3]float64](d)                   // rows.Index(-1), rows.Slice(0, 10), rows.All()
//	values, err := h5.Map[float64](d)              // the file's own memory, where it can be had
//
// Without options a dataset is contiguous. [Chunks], [AutoChunks], [MaxShape] and
// filters make it chunked, [Compact], [External] and [Group.CreateVirtualDataset]
// something else again. Filters are [Gzip], [Lzf], [Szip], [Shuffle], [Fletcher32],
// [ScaleOffset], [NBit], and by number any [Plugin]. They are applied in the order
// n-bit, scale-offset, shuffle, gzip, those of the options, fletcher32. Small parts of
// contiguous datasets in files that are open for reading only are read past HDF5, with
// the same results.
//
// # Which library
//
// A file that is not parallel is served by the library that GALAGO_HDF5 names (a
// file, or the folder of an installation), else by that of a loaded module
// (OLCF_HDF5_ROOT, HDF5_DIR, HDF5_ROOT, CRAY_HDF5_PARALLEL_PREFIX) or conda
// environment, else by the system's, serial ones first. [MPIO] needs one that was
// built for the MPI in use, and picks it by the same order. [Find] lists what
// there is.
//
// # Conversion
//
// HDF5 converts between the types of file and memory, byte order included. Where
// a value might not fit, as from float64 to int32, each is checked, and the first
// that does not fit is an error: nothing is clipped or cut off silently. Integers
// become floats, and float64 becomes float32, by rounding.
//
// # Errors and goroutines
//
// An [*Error] says what was attempted, on which object and file, why it failed and
// what to do; errors.Is finds fs.ErrNotExist, fs.ErrExist, fs.ErrPermission and
// fs.ErrClosed, and [ErrNotClosed], which [ClearConsistency] is for. All functions may be called from several goroutines; they run one
// at a time, because HDF5 is not thread-safe.
//
// # What it is not for
//
// The references that HDF5 1.12 introduced (H5T_STD_REF) are not covered yet; h5py
// does not write them either.
package h5
