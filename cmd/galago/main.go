// Command galago is a Go notebook for supercomputers.
//
//	galago run galaxy.ipynb -o out.ipynb   execute a notebook without Jupyter
//	galago install --user                  make the kernel known to Jupyter
//	galago h5 tree data.h5                 look into HDF5 files: also show, dump and diff
//	galago doctor                          say what was found on this machine and what is missing
//
// `galago help` lists the commands, `galago help COMMAND` explains one.
//
// # Exit status
//
// 0: done. 1: a cell failed, doctor found something essential missing, or the
// files that h5 diff compares differ.
// 2: the command line or a file that it names cannot be used. 128 + N: ended by
// signal N, as 130 by an interrupt.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/kernel/interpret/host"
	"github.com/galago-hpc/galago/launcher/guard"
)

const description = "A Go notebook for supercomputers."

// commands is the command line. Each field that is a command has its own file.
type commands struct {
	Run       runCommand       `cmd:"" help:"Execute a notebook and save it with its outputs."`
	Kernel    kernelCommand    `cmd:"" help:"Serve a notebook to Jupyter, which starts it."`
	H5        h5Command        `cmd:"" name:"h5" help:"Look into HDF5 files and compare them."`
	Install   installCommand   `cmd:"" help:"Make the kernel known to Jupyter."`
	Uninstall uninstallCommand `cmd:"" help:"Remove the kernel from Jupyter."`
	Doctor    doctorCommand    `cmd:"" help:"Say what Galago found on this machine and what is missing."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
	Probe     probeCommand     `cmd:"" hidden:""`
}

// streams is where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// A status ends the process with an exit status. Err, which may be nil, has yet
// to be told.
type status struct {
	code int
	err  error
}

func (s *status) Error() string {
	if s.err == nil {
		return fmt.Sprintf("exit status %d", s.code)
	}
	return s.err.Error()
}

func (s *status) Unwrap() error { return s.err }

// unusable marks an error as the fault of the command line or of a file that it
// names.
func unusable(err error) error { return &status{code: 2, err: err} }

func main() {
	// The guard of a rank hands on the descriptors that its launcher opened, and
	// so comes before anything that opens others.
	if len(os.Args) > 1 && os.Args[1] == "rank" {
		os.Exit(guard.Main(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == host.Argument {
		os.Exit(host.Main())
	}
	os.Exit(execute(os.Args[1:], &streams{os.Stdin, os.Stdout, os.Stderr}))
}

// execute carries out a command line and returns the exit status.
func execute(args []string, s *streams) int {
	if len(args) == 0 {
		args = []string{"--help"}
	} else if args[0] == "help" {
		args = append(args[1:len(args):len(args)], "--help")
	}
	ended := -1
	parser, err := kong.New(&commands{},
		kong.Name("galago"),
		kong.Description(description),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { ended = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"version": version()},
		kong.Bind(s),
	)
	if err != nil {
		panic(err) // the command line is described wrongly
	}
	context, err := parser.Parse(args)
	if ended >= 0 { // help was asked for and given
		return ended
	}
	if err != nil {
		return tell(s.err, unusable(usage(err)))
	}
	return tell(s.err, context.Run(s))
}

// usage adds to a mistake in the command line where to read on.
func usage(err error) error {
	help := "galago help"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Command() != "" {
		for _, word := range strings.Fields(parse.Context.Command()) {
			if word[0] == '<' || word[0] == '[' {
				break // an argument
			}
			help += " " + word
		}
	}
	return fmt.Errorf("%w (see `%s`)", err, help)
}

// tell prints an error and returns the exit status.
func tell(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	code := 1
	var s *status
	if errors.As(err, &s) {
		code, err = s.code, s.err
	}
	if err != nil {
		fmt.Fprintf(w, "galago: %v\n", err)
		var hinted interface{ Hint() string }
		if errors.As(err, &hinted) && hinted.Hint() != "" {
			fmt.Fprintf(w, "  %s\n", hinted.Hint())
		}
	}
	return code
}
