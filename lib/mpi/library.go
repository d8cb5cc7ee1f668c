package mpi

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/galago-hpc/galago/internal/dl"
)

// Info describes the MPI library that this process uses, or would use.
type Info struct {
	Path     string  // where the loader found it
	Flavour  Flavour // its binary interface
	Name     string  // "MPICH", "Cray MPICH", "Intel MPI", "MVAPICH", "Open MPI", ...
	Version  string  // of the library, "4.0.2"
	Standard string  // the version of the MPI standard that it follows, "4.0"
	Why      string  // what led to it, such as "named by GALAGO_MPI"
	Full     string  // what MPI_Get_library_version says, lines and all
}

// String is name and version, "MPICH 4.0.2".
func (i Info) String() string { return strings.TrimSpace(i.Name + " " + i.Version) }

// Library finds and opens the MPI library and says which it is, without
// initialising MPI: it may be called where no rank runs, such as on a login
// node. The error lists everything that was tried and what to install.
//
// MPI_Get_library_version and MPI_Get_version, MPI-4.0, section 9.1.1.
func Library() (Info, error) {
	lib, err := open()
	if err != nil {
		return Info{Flavour: None}, err
	}
	return lib.info, nil
}

// LibraryVersion is the name and version of the library, such as "MPICH
// 4.0.2"; "" if there is none.
func LibraryVersion() string {
	info, err := Library()
	if err != nil {
		return ""
	}
	return info.String()
}

// A library is a loaded MPI: its functions and its constants.
type library struct {
	abi
	c      functions
	info   Info
	handle *dl.Library
	serial bool       // calls must not overlap
	mu     sync.Mutex // held during calls if serial
}

// open finds and loads the library, once in a process. It stays loaded: no
// process can hold two.
var open = sync.OnceValues(func() (*library, error) {
	list, err := candidates(os.Getenv, started)
	if err != nil {
		return nil, err
	}
	defer saveSignals()()
	defer distrustHooks()()
	paths := make([]string, len(list))
	for i := range list {
		paths[i] = list[i].name
	}
	// One at a time, to know which candidate it was.
	failed := &dl.OpenError{What: "an MPI library", Install: install}
	for i, path := range paths {
		handle, err := dl.Open(path)
		if err != nil {
			failed.Tried = append(failed.Tried, err.(*dl.OpenError).Tried...)
			continue
		}
		return load(handle, list[i].why)
	}
	return nil, libraryError(failed.Error(), "")
})

func load(handle *dl.Library, why string) (*library, error) {
	lib := &library{handle: handle, info: Info{Path: handle.Path(), Why: why}}
	if !handle.Has("MPI_Init_thread") {
		return nil, libraryError(handle.Path()+" is no MPI library: it lacks MPI_Init_thread", "")
	}
	if err := handle.Fill(&lib.c); err != nil {
		return nil, libraryError(fmt.Sprintf("%v: an MPI of version 3.0 or later is needed", err), "")
	}
	if handle.Has("ompi_mpi_comm_world") {
		lib.info.Flavour = OpenMPI
		values, err := openMPIABI(handle)
		if err != nil {
			return nil, libraryError(err.Error(), "")
		}
		lib.abi = values
	} else {
		lib.info.Flavour = MPICH
		lib.abi = mpichABI()
	}
	lib.ask()
	return lib, nil
}

// ask fills in the versions; both calls are allowed before MPI_Init.
func (l *library) ask() {
	text := make([]byte, l.maxVersionLength)
	var length, version, subversion int32
	// int MPI_Get_library_version(char *version, int *resultlen)
	l.c.libVersion.Call(dl.Slice(text), dl.Ptr(&length))
	// int MPI_Get_version(int *version, int *subversion)
	l.c.version.Call(dl.Ptr(&version), dl.Ptr(&subversion))
	l.info.Full = strings.TrimSpace(dl.Text(text))
	l.info.Standard = fmt.Sprintf("%d.%d", version, subversion)
	l.info.Name, l.info.Version = recognise(l.info.Full)
	if l.info.Name == "" {
		l.info.Name, _, _ = strings.Cut(l.info.Full, "\n")
	}
}

// families tell libraries apart by what MPI_Get_library_version says.
var families = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"Cray MPICH", regexp.MustCompile(`(?i)cray mpich\s+version\s+([\d.]+)`)},
	{"Intel MPI", regexp.MustCompile(`Intel\(R\) MPI Library\s+([\d.]+)`)},
	{"MVAPICH", regexp.MustCompile(`MVAPICH2?(?:-\w+)?\s+Version\s*:\s*([\w.]+)`)},
	{"MPICH", regexp.MustCompile(`MPICH2?\s+Version\s*:\s*([\w.]+)`)},
	{"IBM Spectrum MPI", regexp.MustCompile(`IBM Spectrum MPI v?([\w.]+)`)},
	{"Open MPI", regexp.MustCompile(`Open MPI v?([\w.]+)`)},
}

func recognise(full string) (name, version string) {
	for _, family := range families {
		if found := family.pattern.FindStringSubmatch(full); found != nil {
			return family.name, found[1]
		}
	}
	return "", ""
}

// call calls a function of the library, holding the lock if the library wants
// its calls one after the other.
func (l *library) call(f dl.Func, args ...dl.Arg) int32 {
	if o := post; o != nil {
		if b := o.note(f, args); b != nil {
			defer b.over()
		}
	}
	if l.serial {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	return int32(f.Call(args...))
}
