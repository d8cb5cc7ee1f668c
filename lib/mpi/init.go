package mpi

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/exit"
)

// The upper two of MPI_Init_thread's levels; below, only one thread may call.
const (
	threadSerialized = 2
	threadMultiple   = 3
)

// The life of MPI in this process.
const (
	untouched int32 = iota
	running
	finalized
)

var (
	life   atomic.Int32
	active *library // nil while there is no library, or none was needed
	world  *Comm
	level  int // thread level that MPI provides
	thread int // thread that initialised MPI

	initialise sync.Once
	initError  error

	foreign bool // somebody else initialised MPI, and will finalise it
)

func init() {
	// MPI wants to be initialised and finalised by one thread, and some
	// libraries allow calls by that thread only. The main goroutine is still
	// on the main thread here. A process that no launcher started is left
	// alone: a locked goroutine is slow to wake.
	if started.by != "" {
		runtime.LockOSThread()
	}
	// Registered here, before packages that import this one register theirs,
	// it runs after them: parallel files are closed while MPI is still there.
	exit.Register(atExit)
}

// Init initialises MPI if that has not happened yet. [World] does so by itself;
// call Init to get the error as a value. A rank that several goroutines run in
// is served as well as the library can: MPI_THREAD_MULTIPLE is asked for,
// because a goroutine may run on any thread. A library that provides only
// MPI_THREAD_SERIALIZED has its calls made one at a time, and one that provides
// less can be used by the goroutine that initialised it, others get an error.
//
// A process that is by itself gets a world of size 1 that needs no library if
// there is none, if GALAGO_MPI=none, or if the library would end a process that
// was started as this one was: Cray MPICH without srun, Open MPI as the only task
// of an srun without PMIx.
//
// MPI_Init_thread, MPI-4.0, section 11.2.1.
func Init() error {
	initialise.Do(func() { initError = start() })
	if initError != nil {
		return initError
	}
	if life.Load() == finalized {
		return &Error{Call: "MPI_Init_thread", Class: ErrOther, Text: "MPI has been finalised and cannot be initialised again in the same process"}
	}
	return nil
}

// World is the communicator of all ranks, MPI_COMM_WORLD. Its first call
// initialises MPI.
//
// World returns no error because there is nothing a rank could go on with.
// If MPI cannot be initialised it panics with an [*Error], which a rank
// program reports like any other error that ends it; call [Init] first to
// handle that error instead.
func World() *Comm {
	if err := Init(); err != nil {
		panic(err)
	}
	return world
}

// Initialized reports whether MPI has been initialised by this package and not
// yet finalised.
func Initialized() bool { return life.Load() == running }

// alone makes the world of a process that is by itself.
func alone() error {
	world = &Comm{name: "world", size: 1, lone: true}
	life.Store(running)
	return nil
}

func start() error {
	if os.Getenv(Variable) == string(None) {
		if started.size > 1 {
			return libraryError(
				fmt.Sprintf("%s=%s, but %s started %d ranks (%s)", Variable, None, started.by, started.size, started.sign),
				"Unset "+Variable+", or start one process")
		}
		return alone()
	}
	if started.lost != "" {
		if err := started.disconnect(); err != nil {
			return err
		}
	}
	lib, err := open()
	if err != nil {
		if os.Getenv(Variable) == "" && started.size <= 1 {
			return alone()
		}
		return err
	}
	if started.by == "" && lib.info.Name == "Cray MPICH" {
		return alone()
	}
	if err := started.cannotStart(lib.info, lib.handle); err != nil {
		if started.size <= 1 {
			return alone()
		}
		return err
	}
	active = lib
	if err := initC(lib); err != nil {
		return err
	}
	world = &Comm{handle: lib.world, name: "world"}
	if err := world.adopt(); err != nil {
		return err
	}
	if world.size == 1 && started.size > 1 {
		return started.mismatch(lib.info)
	}
	boundProcs()
	return openOffice()
}

// initC calls MPI_Init_thread, unless another library of this process did.
func initC(lib *library) error {
	defer saveSignals()()
	defer distrustHooks()()
	// Go's memory is never a GPU's, and Cray MPICH with this setting refuses
	// to start in a program that was not linked for one.
	if lib.info.Name == "Cray MPICH" && os.Getenv("MPICH_GPU_SUPPORT_ENABLED") != "" {
		os.Setenv("MPICH_GPU_SUPPORT_ENABLED", "0")
	}
	var done, provided int32
	// int MPI_Initialized(int *flag)
	lib.c.initialized.Call(dl.Ptr(&done))
	if done != 0 {
		foreign = true
		lib.c.queryThread.Call(dl.Ptr(&provided)) // int MPI_Query_thread(int *provided)
	} else {
		// int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
		code := int32(lib.c.initThread.Call(dl.Null, dl.Null, dl.Int(threadMultiple), dl.Ptr(&provided)))
		if code != 0 {
			class, text := explain(code)
			return &Error{Call: "MPI_Init_thread", About: "of " + lib.info.String() + " at " + lib.info.Path, Class: class, Text: text, Code: int(code)}
		}
	}
	level = int(provided)
	if level < threadMultiple {
		runtime.LockOSThread()
	}
	thread = threadID()
	lib.serial = level == threadSerialized
	life.Store(running)
	for _, comm := range []uintptr{lib.world, lib.self} {
		// int MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler)
		lib.c.errhandler.Call(dl.Word(comm), dl.Word(lib.errorsReturn))
	}
	return nil
}

// boundProcs keeps the ranks of one node from running more threads of Go than
// it has cores: an MPI library waits by spinning, and waits a hundred times longer
// when threads take turns on a core.
func boundProcs() {
	if os.Getenv("GOMAXPROCS") != "" || started.local == 0 {
		return
	}
	cores := nodeCores()
	runtime.GOMAXPROCS(max(1, min(runtime.GOMAXPROCS(0), cores/started.local)))
}

// nodeCores is the number of cores that all ranks on this node share.
func nodeCores() int {
	if n := number(os.Getenv("SLURM_CPUS_ON_NODE")); n > 0 {
		return n
	}
	return max(onlineCores(), runtime.NumCPU())
}

// Finalize ends MPI: every rank must call it, and no call of this package may
// follow. A rank cell calls it by itself when it ends, in a program of your own
// write `defer mpi.Finalize()`. Without MPI, or a second time, it does nothing.
//
// MPI_Finalize, MPI-4.0, section 11.2.2.
func Finalize() error {
	if life.Load() == running {
		closeOffice()
	}
	if !life.CompareAndSwap(running, finalized) || active == nil || foreign {
		return nil
	}
	var done int32
	active.call(active.c.finalized, dl.Ptr(&done)) // int MPI_Finalized(int *flag)
	if done != 0 {
		return nil
	}
	if code := active.call(active.c.finalize); code != 0 { // int MPI_Finalize(void)
		return &Error{Call: "MPI_Finalize", Class: ErrOther, Text: "error code " + strconv.Itoa(int(code)), Code: int(code)}
	}
	return nil
}

// atExit runs with the other handlers of package exit. A process that ends
// because of an error ends MPI by MPI_Abort: MPI_Finalize would wait for ranks
// that wait for this one.
func atExit() {
	if status := exit.Status(); status != 0 && Initialized() && world != nil && world.size > 1 {
		world.abort(status)
	}
	_ = Finalize() // nobody is left to be told
}
