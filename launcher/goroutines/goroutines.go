// Package goroutines reads what the Go runtime prints when a program crashes
// or gets SIGQUIT, and says it in the user's terms: the panic's message, the
// cell and line, the MPI or HDF5 call that a rank is waiting in.
//
//	failure := goroutines.Crash(stderr)           // "index out of range [7] with length 3", cell 4, line 7
//	message, stack := goroutines.Blocked(stderr)  // "was in mpi.Barrier"
package goroutines

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// A goroutine is one stack as the runtime prints it, the innermost call first.
type goroutine struct {
	id     int
	state  string // "running", "chan receive, 2 minutes", "syscall, locked to thread"
	frames []event.Frame
}

var (
	header = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\]]*)\]:$`)
	place  = regexp.MustCompile(`^\t(.+):(-?\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?$`)
	cell   = regexp.MustCompile(`^cell \d+$`)
)

// parse reads all goroutines of a report, in the order in which they stand
// there: the one that crashed is the first.
func parse(report string) []goroutine {
	var all []goroutine
	function := ""
	for line := range strings.Lines(report) {
		line = strings.TrimRight(line, "\r\n")
		if m := header.FindStringSubmatch(line); m != nil {
			id, _ := strconv.Atoi(m[1])
			all = append(all, goroutine{id: id, state: m[2]})
			function = ""
			continue
		}
		if len(all) == 0 || line == "" {
			function = ""
			continue
		}
		if m := place.FindStringSubmatch(line); m != nil && function != "" {
			// The compiler gives the jump of an endless loop the line 0 of
			// its file, which a line directive moves below 0.
			n, _ := strconv.Atoi(m[2])
			n = max(n, 0)
			g := &all[len(all)-1]
			g.frames = append(g.frames, event.Frame{Function: function, File: file(m[1]), Line: n})
			function = ""
			continue
		}
		function = functionName(line)
	}
	return all
}

// functionName takes the name from a line such as "main.(*T).run(0xc00001, ...)".
// A line "created by ..." is not part of the stack and gives "".
func functionName(line string) string {
	if strings.HasPrefix(line, "created by ") || strings.HasPrefix(line, "\t") {
		return ""
	}
	if strings.HasSuffix(line, ")") {
		if open := strings.LastIndexByte(line, '('); open > 0 {
			return line[:open]
		}
	}
	return line
}

// file gives a cell its plain name: the compiler makes the name in a line
// directive the path of a file.
func file(name string) string {
	if base := path.Base(name); cell.MatchString(base) {
		return base
	}
	return name
}

// userFrames returns the frames in cells, or if there is none, those of the
// program's main package, innermost first.
func userFrames(frames []event.Frame) []event.Frame {
	var cells, mains []event.Frame
	for _, f := range frames {
		inMain := strings.HasPrefix(f.Function, "main.")
		f.Function = plain(f.Function)
		switch {
		case cell.MatchString(f.File):
			cells = append(cells, f)
		case inMain:
			mains = append(mains, f)
		}
	}
	if len(cells) > 0 {
		return cells
	}
	return mains
}

// plain takes from a function's name the package and the letter that marks
// what Galago has generated. The statements of a cell have no name.
func plain(function string) string {
	name := function[strings.LastIndexByte(function, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	if rest, ok := strings.CutPrefix(name, "ΞRun"); ok {
		if rest == "" {
			return ""
		}
		return "func literal"
	}
	return strings.ReplaceAll(name, "Ξ", "")
}
