// Command ranks is run by the tests of package mpi under mpiexec and srun: one
// binary, whichever MPI is there. Its argument picks what to do; "all" checks
// every function of the package.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/mpi"
)

func main() {
	mode := "all"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	if mode == "library" {
		library()
		return
	}
	if err := mpi.Init(); err != nil {
		fmt.Println("init:", err)
		exit.Run(0)
		os.Exit(2)
	}
	comm := mpi.World()
	switch mode {
	case "all":
		all(comm)
	case "hello":
		fmt.Printf("rank %d of %d, GOMAXPROCS %d, %s\n", comm.Rank(), comm.Size(), runtime.GOMAXPROCS(0), mpi.LibraryVersion())
	case "abort": // ends all ranks with status 7
		if comm.Rank() == comm.Size()-1 {
			comm.Abort(7)
		}
		comm.Barrier()
	case "quit": // one rank leaves without a word while the others wait
		if comm.Rank() == comm.Size()-1 {
			os.Exit(3)
		}
		comm.Barrier()
	case "failing": // what a rank program does when an error ends it
		if comm.Rank() == comm.Size()-1 {
			fmt.Println("this rank has failed")
			exit.Run(5)
			os.Exit(5)
		}
		comm.Barrier()
	case "panic": // a nil pointer stays a Go panic, whatever MPI does to signals
		var nothing *mpi.Status
		fmt.Println(nothing.Tag)
	case "unfinalized": // all ranks end well, none finalises
		return
	case "meet", "stuck", "unprovable", "noted":
		do := map[string]func(*mpi.Comm) error{
			"meet": meetings, "unprovable": unprovable, "noted": noted,
			"stuck": func(comm *mpi.Comm) error { return stuck(comm, os.Args[2]) },
		}
		if err := do[mode](comm); err != nil {
			fmt.Printf("rank %d: %v\n", comm.Rank(), err)
			exit.Run(4)
			os.Exit(4)
		}
	case "pingpong":
		pingpong(comm)
	default:
		fmt.Println("unknown mode", mode)
		os.Exit(2)
	}
	exit.Run(0)
}

// library reports what would be used, without initialising MPI.
func library() {
	info, err := mpi.Library()
	if err != nil {
		fmt.Println("library:", err)
		os.Exit(2)
	}
	fmt.Printf("%s|%s|%s|%s|%s|%t\n", info.Flavour, info, info.Standard, info.Path, info.Why, mpi.Initialized())
}

var failures int

// check counts and reports what is wrong.
func check(name string, good bool, format string, args ...any) {
	if !good {
		failures++
		fmt.Printf("%s: %s\n", name, fmt.Sprintf(format, args...))
	}
}

// ok checks that there is no error.
func ok(name string, err error) {
	check(name, err == nil, "%v", err)
}

func all(comm *mpi.Comm) {
	communicators(comm)
	types(comm)
	operations(comm)
	parts(comm)
	messages(comm)
	requests(comm)
	mistakes(comm)
	goroutines(comm)
	signals(comm)
	if failures > 0 {
		fmt.Printf("rank %d: %d checks failed\n", comm.Rank(), failures)
		comm.Abort(1)
	}
	ok("Finalize", mpi.Finalize())
	ok("Finalize again", mpi.Finalize())
	check("Finalize", !mpi.Initialized(), "still initialised")
	check("Finalize", comm.Barrier() != nil, "a call after it succeeds")
	check("Finalize", mpi.Init() != nil, "Init after it succeeds")
	if failures == 0 {
		fmt.Printf("rank %d of %d: all checks passed\n", comm.Rank(), comm.Size())
	}
}
