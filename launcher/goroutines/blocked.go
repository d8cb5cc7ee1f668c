package goroutines

import (
	"regexp"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// libraries are the packages whose calls a rank waits in, by a part of the
// functions' names.
var libraries = []struct{ part, name string }{{"/lib/mpi.", "mpi"}, {"/lib/h5.", "h5"}}

// typeArguments is what the runtime prints for those of a generic function.
var typeArguments = regexp.MustCompile(`\[[^\]]*\]`)

// Blocked says where a program was that was made to print its goroutines, as
// the end of a sentence that begins with the rank: "was in mpi.Barrier". The
// stack, innermost first, is that of the goroutine in question, without the
// libraries.
func Blocked(report string) (message string, stack []event.Frame) {
	all := parse(report)
	if len(all) == 0 {
		return "did not say where it was", nil
	}
	for _, g := range all {
		if call, rest := libraryCall(g.frames); call != "" {
			return "was in " + call, userFrames(rest)
		}
	}
	// No library: the main goroutine, or else any that runs code of a cell.
	for _, mainOnly := range []bool{true, false} {
		for _, g := range all {
			if frames := userFrames(g.frames); len(frames) > 0 && (g.id == 1 || !mainOnly) {
				state, _, _ := strings.Cut(g.state, ",")
				switch state {
				case "running", "runnable":
					return "was running", frames
				default:
					return "was waiting (" + state + ")", frames
				}
			}
		}
	}
	return "was running", nil
}

// libraryCall finds the call of lib/mpi or lib/h5 that the user made: of the
// frames inside the innermost cell, the outermost one of a library. rest are
// the frames from the caller outwards.
func libraryCall(frames []event.Frame) (call string, rest []event.Frame) {
	for i, f := range frames {
		if cell.MatchString(f.File) || strings.HasPrefix(f.Function, "main.") {
			if call != "" {
				return call, frames[i:]
			}
			continue
		}
		for _, library := range libraries {
			if at := strings.Index(f.Function, library.part); at >= 0 {
				call, rest = library.name+"."+exported(f.Function[at+len(library.part):]), frames[i+1:]
			}
		}
	}
	return call, rest
}

// exported shortens "(*Comm).Barrier", "Bcast[...]" and "(*File).read.func1" to
// the method's or function's name.
func exported(function string) string {
	function = typeArguments.ReplaceAllString(function, "")
	parts := strings.Split(function, ".")
	if strings.HasPrefix(parts[0], "(") && len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}
