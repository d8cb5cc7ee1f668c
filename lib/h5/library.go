package h5

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/internal/interrupt"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// mu is the one lock around HDF5. The library is not thread-safe, and where it
// was built to be, it serialises its calls itself.
var mu sync.Mutex

// A library is a loaded libhdf5. Its fields after c are HDF5's identifiers of
// types and property list classes.
type library struct {
	info       LibraryInfo
	c          functions
	f          fileFunctions
	p          parallelFunctions
	check      checkFunctions
	refused    error // why the ranks have not made the last collective call; guarded by mu
	d          dataFunctions
	spaces     spaceCaches // guarded by mu
	threadSafe bool
	silenced   *dl.Mark        // the threads on which HDF5 prints no errors; nil if that is not known
	lengths    [maxRank]uint64 // room for the lengths of axes; guarded by mu
	name       []byte          // room for a name; guarded by mu
	likely     DType           // of the dataset that was opened last, if it is an ordinary one; guarded by mu

	guard  *dl.Guard // nil on systems that have none
	last   *handle   // of the operation that was begun last; guarded by mu
	fallen *fall     // nil as long as libhdf5 has not crashed; guarded by mu
	told   *fall     // what the first error says that libhdf5 has crashed at; guarded by mu
	leave  func()    // ends an operation

	block *dl.Batch // of selectBlock
	looks *dl.Batch // of likelyOutline

	native, disk [int(nd.Complex128) + 1]int64
	text         int64            // H5T_C_S1
	bits         int64            // H5T_STD_B64LE
	objectRef    int64            // H5T_STD_REF_OBJ
	regionRef    int64            // H5T_STD_REF_DSETREG
	layouts      map[string]int64 // datatypes of memory, by the keys of their Types

	fileAccess, fileCreate, linkCreate, datasetCreate, groupCreate, transfer, objectCopy int64

	z zipper

	linkPlist   int64 // creates intermediate groups, names are UTF-8
	independent int64 // transfer property lists; 0 is the default
	collective  int64
}

// loaded holds the libraries of this process, guarded by mu. There is more than
// one only if a serial file was opened before the first parallel one.
var loaded []*library

// Info loads the libhdf5 that files which are not parallel are opened with, and
// describes it.
func Info() (LibraryInfo, error) {
	mu.Lock()
	defer mu.Unlock()
	l, err := pickSerial()
	if err != nil {
		return LibraryInfo{}, err
	}
	return l.complete(), nil
}

// pickSerial returns a library for files that are not parallel: the one that is
// loaded, or else the best one found. In a process that runs under MPI the best
// one is the parallel one for that MPI, so that one library does for all files.
func pickSerial() (*library, error) {
	if len(loaded) > 0 {
		return loaded[0], nil
	}
	found := Find()
	if flavour := mpiInUse(); flavour != "" {
		for _, info := range found {
			if info.Parallel && info.MPI == flavour {
				return load(info)
			}
		}
	}
	var first error
	for _, info := range found {
		l, err := load(info)
		if err == nil {
			return l, nil
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	return loadByName()
}

// pickParallel returns a library for parallel files with the given MPI.
func pickParallel(flavour mpi.Flavour) (*library, error) {
	for _, l := range loaded {
		if l.info.Parallel && (l.info.MPI == flavour || l.info.MPI == "") {
			return l, nil
		}
	}
	found := Find()
	for _, info := range found {
		if info.Parallel && (info.MPI == flavour || info.MPI == "") {
			if len(loaded) > 0 && !separate(loaded[0].info.Path, info.Path) {
				return nil, fmt.Errorf("%s is loaded already and cannot do MPI with %s; open the first parallel file before all others, or set %s to a parallel library",
					loaded[0].info.Path, flavourName(flavour), Setting)
			}
			return load(info)
		}
	}
	return nil, noParallel(flavour, found)
}

// noParallel says which libraries there are and why none will do.
func noParallel(flavour mpi.Flavour, found []LibraryInfo) error {
	have := ""
	for _, info := range found {
		kind := "serial"
		if info.Parallel {
			kind = "for " + flavourName(info.MPI)
		}
		have += fmt.Sprintf("\n  %s: %s (%s)", info.Path, kind, info.Origin)
	}
	advice := "install one (apt-get install libhdf5-" + string(flavour) + "-103-1, or module load a parallel hdf5)"
	if os.Getenv(Setting) != "" {
		advice = "change or unset " + Setting
	}
	if have == "" {
		have = "\n  none was found"
	}
	return fmt.Errorf("no libhdf5 built for %s, the MPI of this process; %s. Looked at:%s", flavourName(flavour), advice, have)
}

// loadByName leaves the search to the loader, for places that only it knows.
func loadByName() (*library, error) {
	if setting := os.Getenv(Setting); setting != "" {
		return nil, fmt.Errorf("%s=%s is not a libhdf5 and no folder with one; change or unset it", Setting, setting)
	}
	lib, err := dl.Open("libhdf5.so", "libhdf5_serial.so", "libhdf5.so.310", "libhdf5.so.200", "libhdf5.so.103", "libhdf5.dylib")
	if err != nil {
		return nil, dl.Describe(err, "HDF5 library", "install HDF5 (apt-get install libhdf5-103-1, conda install hdf5, or module load hdf5), or set "+Setting+" to its libhdf5.so")
	}
	info, ok := inspect(lib.Path(), system)
	if !ok {
		info = LibraryInfo{Path: lib.Path(), Origin: system, Parallel: lib.Has("H5Pset_fapl_mpio")}
	}
	return initialise(lib, info)
}

func load(info LibraryInfo) (*library, error) {
	lib, err := openLibrary(info)
	if err != nil {
		return nil, dl.Describe(err, "HDF5 library", "set "+Setting+" to another libhdf5.so")
	}
	return initialise(lib, info)
}

// initialise looks up the functions and reads the identifiers, which are valid
// once H5open has been called.
func initialise(lib *dl.Library, info LibraryInfo) (*library, error) {
	l := &library{info: info, guard: lib.Guard()}
	l.leave = l.end
	if err := lib.Fill(&l.c); err != nil {
		return nil, fmt.Errorf("use HDF5: %w; HDF5 1.10 or later is needed", err)
	}
	if err := l.f.bind(lib); err != nil {
		return nil, fmt.Errorf("use HDF5: %w; HDF5 1.10 or later is needed", err)
	}
	if err := l.d.bind(lib); err != nil {
		return nil, fmt.Errorf("use HDF5: %w; HDF5 1.10 or later is needed", err)
	}
	if !l.c.lIterate.Present() {
		l.c.lIterate = l.c.lIterate1
	}
	for _, err := range []error{lib.Fill(&l.p), l.check.bind(lib)} {
		if err != nil {
			return nil, fmt.Errorf("use HDF5: %w; HDF5 1.10 or later is needed", err)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Go runs no exit handlers of C, but MPI_Abort of MPICH does, and HDF5's would
	// close parallel files without the other ranks there.
	l.c.dontAtExit.Call() // herr_t H5dont_atexit(void), which is refused if HDF5 has been in use
	// herr_t H5open(void)
	if int32(l.c.open.Call()) < 0 {
		return nil, fmt.Errorf("use HDF5: H5open in %s failed", info.Path)
	}
	var version [3]uint32
	// herr_t H5get_libversion(unsigned *major, unsigned *minor, unsigned *release)
	l.c.libversion.Call(dl.Ptr(&version[0]), dl.Ptr(&version[1]), dl.Ptr(&version[2]))
	l.info.Version = fmt.Sprintf("%d.%d.%d", version[0], version[1], version[2])
	if version[0] == 1 && version[1] < 10 {
		return nil, fmt.Errorf("use HDF5: %s is HDF5 %s; 1.10 or later is needed", info.Path, l.info.Version)
	}
	if l.c.threadsafe.Present() {
		var safe uint8
		l.c.threadsafe.Call(dl.Ptr(&safe)) // herr_t H5is_library_threadsafe(hbool_t *)
		l.threadSafe = safe != 0
	}
	l.block = dl.NewBatch(l.c.sHyperslab, l.c.dRead)
	l.looks = l.likelyBatch()
	l.z.find(lib)
	l.silenced, _ = dl.NewMark(lib)
	l.silence()
	if err := l.readIDs(lib); err != nil {
		return nil, err
	}
	l.propertyLists()
	l.registerLZF()
	loaded = append(loaded, l)
	prepareProcess.Do(func() {
		exit.Register(closeAll)
		interrupt.Register(endStuck)
		// A write beyond the limit on file sizes (ulimit -f) is then an error
		// and not the end of the process, as in Python.
		signal.Ignore(syscall.SIGXFSZ)
	})
	return l, nil
}

// prepareProcess is done when the first library is loaded.
var prepareProcess sync.Once

func (l *library) readIDs(lib *dl.Library) error {
	var failed error
	id := func(name string) int64 {
		v, err := dl.Variable[int64](lib, name)
		if err != nil && failed == nil {
			failed = fmt.Errorf("use HDF5: %w", err)
		}
		return v
	}
	names := [...][2]string{
		Int8: {"NATIVE_INT8", "STD_I8LE"}, Int16: {"NATIVE_INT16", "STD_I16LE"}, Int32: {"NATIVE_INT32", "STD_I32LE"}, Int64: {"NATIVE_INT64", "STD_I64LE"},
		Uint8: {"NATIVE_UINT8", "STD_U8LE"}, Uint16: {"NATIVE_UINT16", "STD_U16LE"}, Uint32: {"NATIVE_UINT32", "STD_U32LE"}, Uint64: {"NATIVE_UINT64", "STD_U64LE"},
		Float32: {"NATIVE_FLOAT", "IEEE_F32LE"}, Float64: {"NATIVE_DOUBLE", "IEEE_F64LE"},
	}
	for t := Int8; t <= Float64; t++ {
		l.native[t] = id("H5T_" + names[t][0] + "_g")
		l.disk[t] = id("H5T_" + names[t][1] + "_g")
	}
	l.text = id("H5T_C_S1_g")
	l.bits = id("H5T_STD_B64LE_g")
	l.objectRef = id("H5T_STD_REF_OBJ_g")
	l.regionRef = id("H5T_STD_REF_DSETREG_g")
	l.fileAccess = id("H5P_CLS_FILE_ACCESS_ID_g")
	l.fileCreate = id("H5P_CLS_FILE_CREATE_ID_g")
	l.objectCopy = id("H5P_CLS_OBJECT_COPY_ID_g")
	l.linkCreate = id("H5P_CLS_LINK_CREATE_ID_g")
	l.datasetCreate = id("H5P_CLS_DATASET_CREATE_ID_g")
	l.groupCreate = id("H5P_CLS_GROUP_CREATE_ID_g")
	l.transfer = id("H5P_CLS_DATASET_XFER_ID_g")
	l.d.datasetAccess = id("H5P_CLS_DATASET_ACCESS_ID_g")
	return failed
}

// propertyLists makes the lists that are used over and over. They live as long
// as the process.
func (l *library) propertyLists() {
	// hid_t H5Pcreate(hid_t class)
	l.linkPlist = int64(l.c.pCreate.Call(dl.Int(l.linkCreate)))
	l.c.pIntermediate.Call(dl.Int(l.linkPlist), dl.Int(1))        // herr_t H5Pset_create_intermediate_group(hid_t, unsigned)
	l.c.pEncoding.Call(dl.Int(l.linkPlist), dl.Int(encodingUTF8)) // herr_t H5Pset_char_encoding(hid_t, H5T_cset_t)
	if l.c.pDxplMPIO.Present() {
		l.collective = int64(l.c.pCreate.Call(dl.Int(l.transfer)))
		l.c.pDxplMPIO.Call(dl.Int(l.collective), dl.Int(transferCollective)) // herr_t H5Pset_dxpl_mpio(hid_t, H5FD_mpio_xfer_t)
	}
}

// enter takes the lock and stays on one thread, because a thread-safe library
// keeps its error stack per thread. The result undoes both.
func (l *library) enter() (leave func()) {
	mu.Lock()
	runtime.LockOSThread()
	if l.threadSafe {
		l.silence()
	}
	l.refused = nil
	shutLost()
	return l.leave
}

// end is what enter returns.
func (l *library) end() {
	if l.guard.Crash() != nil {
		l.fall()
	}
	runtime.UnlockOSThread()
	mu.Unlock()
}

// str is dl.Str for the next call only. The lock is held.
func (l *library) str(text string) dl.Arg {
	l.name = append(append(l.name[:0], text...), 0)
	return dl.Slice(l.name)
}
