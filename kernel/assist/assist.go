// Package assist completes and explains what stands in a cell that is being
// typed: it is what happens when the user presses Tab or Shift-Tab.
//
// # What it goes by
//
// A [Session] tells it the names of the session, as a [check.Snapshot], and the
// packages that can be imported. The cell need not be complete, and mostly is
// not: what is open at the cursor is closed, the file that results is
// type-checked without regard to errors, and the types say what may follow.
// Nothing is compiled and nothing waits for a cell that runs, so the answers are
// the same while the kernel is busy. Only values, the keys of maps and what is in
// an HDF5 file are known to the engine alone: they come from functions of the
// Session that may know nothing.
//
// # Offsets
//
// All offsets are in bytes of the cell.
package assist

import (
	"go/types"

	"github.com/galago-hpc/galago/kernel/check"
)

// A Session is what the assistant knows. All of it must stay as it is during a
// call.
type Session struct {
	Names      *check.Snapshot
	Library    Library
	Dir        string // where relative file names begin
	Directives []Directive
	// Value describes the present value of a session's variable in a line; ""
	// if it is not known.
	Value func(s *check.Symbol) string
	// Entries lists what an HDF5 group in a session's variable holds. It may
	// know nothing.
	Entries func(s *check.Symbol, group string) []Entry
	// Keys lists the keys of a map of strings in a session's variable. It may
	// know nothing.
	Keys func(s *check.Symbol) []string
	// Place is how a user knows the file of a position in the session: "cell 3",
	// or a file that was loaded.
	Place func(file string) string
}

// A Library knows packages. Package build has the real one.
type Library interface {
	types.Importer               // an error says that the package is not known as yet
	Names() map[string]string    // of packages that are imported without being asked for
	Paths(typed string) []string // import paths that begin so
	Position(o types.Object) (file string, line int, shown string)
	Builtin() string // the file that describes Go's predeclared names
	Prepare()        // so that questions that are asked later are answered at once
}

// A Directive is a command in a cell that is not Go.
type Directive struct {
	Name    string   // with its percent signs
	Usage   string   // what follows the name
	Summary string   // one line
	Detail  string   // more, or ""
	Options []string // besides those in Usage
}

// An Entry is a name in an HDF5 group.
type Entry struct {
	Name  string
	Group bool // and not a dataset or something else
}

// A Completion says that the cell's bytes from Start to End may be replaced by
// the text of one of the items. The best come first.
type Completion struct {
	Start, End int
	Items      []Item
}

// An Item is one way to complete a text. The kinds are those that Jupyter
// draws: function, class, instance, constant, module, keyword, property, path,
// magic.
type Item struct {
	Text, Kind, Signature string
}

// The kinds of items.
const (
	kindFunction = "function"
	kindClass    = "class"
	kindInstance = "instance"
	kindConstant = "constant"
	kindModule   = "module"
	kindKeyword  = "keyword"
	kindProperty = "property"
	kindPath     = "path"
	kindMagic    = "magic"
)

// An Inspection describes something in the forms that a front end can show:
// text/plain, text/markdown and text/html.
type Inspection struct {
	Found bool
	Data  map[string]any
}
