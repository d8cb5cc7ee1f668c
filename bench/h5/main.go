// H5 measures package h5 against the same work in C and in h5py, on files of its own.
//
//	go run ./bench/h5                      # all rows
//	go run ./bench/h5 compare --rounds 9 small strided
//
// For each row the three take turns, each in a process of its own, so that a busy
// machine is as unfair to the one as to the other; what is printed are medians over the
// rounds, and their ratios to C. Each has its own code for a row: rows.go, peer.c and
// peer.py. C and Galago use the same libhdf5, h5py the one that it brings along.
//
// It needs gcc and the headers of the serial HDF5 (libhdf5-dev), and a python with
// h5py: that of .venv, $GALAGO_PYTHON, or python3. Times are of a file that the
// system has in memory.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/h5"
)

type arguments struct {
	Compare compare `cmd:"" default:"withargs" help:"Run C, h5py and Galago in turn and print the ratios."`
	Unit    unit    `cmd:"" hidden:"" help:"Print the seconds that one unit of a row takes here."`
}

type compare struct {
	Rows   []string `arg:"" optional:"" help:"Rows to measure; all without any."`
	Rounds int      `default:"5" help:"How often each takes its turn."`
	Folder string   `help:"Folder for the files, which should be in memory or on a quiet disk; a temporary one by itself."`
}

type unit struct {
	Row    string `arg:""`
	Folder string `arg:""`
}

func (u unit) Run() error {
	for _, r := range rows {
		if r.name == u.Row {
			t, err := r.run(u.Folder)
			if err == nil {
				fmt.Println(t.Seconds())
			}
			return err
		}
	}
	return fmt.Errorf("there is no row %s", u.Row)
}

// A peer is one of those that are compared: a command that takes a row and a folder.
type peer struct {
	name    string
	command []string
}

func (c compare) Run() error {
	folder, err := os.MkdirTemp(c.Folder, "bench-h5-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	peers, err := makePeers(folder)
	if err != nil {
		return err
	}
	if err := prepare(folder); err != nil {
		return err
	}
	info, err := h5.Info()
	if err != nil {
		return err
	}
	fmt.Printf("C and Galago with %s, %d rounds, load %s\n\n", info, c.Rounds, load())
	fmt.Printf("%-34s %10s %10s %10s   %9s %9s   %s\n", "", "C", "h5py", "Galago", "Galago/C", "h5py/C", "goal")
	for _, r := range rows {
		if len(c.Rows) > 0 && !slices.Contains(c.Rows, r.name) {
			continue
		}
		times := make([][]float64, len(peers))
		for range c.Rounds {
			for i, p := range peers {
				t, err := p.run(r.name, folder)
				if err != nil {
					return err
				}
				times[i] = append(times[i], t)
			}
		}
		r.print(measure.Median(times[0]), measure.Median(times[1]), measure.Median(times[2]))
	}
	fmt.Printf("\nload %s\n", load())
	return nil
}

// print writes a line of the table: times as the unit has it, ratios of times.
func (r row) print(c, python, galago float64) {
	goal, met := "", true
	if r.goal > 0 {
		goal, met = fmt.Sprintf("at most %.2f of C", r.goal), galago <= r.goal*c
	}
	if r.most > 0 {
		goal, met = "at most "+r.in(r.most), galago <= r.most
	}
	if !met {
		goal += ": missed"
	}
	if galago >= python {
		goal += "; behind h5py"
	}
	fmt.Printf("%-34s %10s %10s %10s   %9.2f %9.2f   %s\n", r.what, r.in(c), r.in(python), r.in(galago), galago/c, python/c, goal)
}

// in gives a time in the row's unit.
func (r row) in(seconds float64) string {
	switch r.unit {
	case "GB/s":
		return fmt.Sprintf("%.3g GB/s", r.bytes/seconds/1e9)
	case "ms":
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	case "us":
		return fmt.Sprintf("%.3g us", seconds*1e6)
	}
	return fmt.Sprintf("%.3g ns", seconds*1e9)
}

func (p peer) run(row, folder string) (float64, error) {
	cmd := exec.Command(p.command[0], append(slices.Clone(p.command[1:]), row, folder)...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s of row %s: %w: %s", p.name, row, err, &errors)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// makePeers compiles the C program and finds the others.
func makePeers(folder string) ([]peer, error) {
	source, err := sources()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(folder, "peer")
	gcc := exec.Command("gcc", "-O2", "-Wall", "-I/usr/include/hdf5/serial", filepath.Join(source, "peer.c"), "-o", program, "-L/usr/lib/x86_64-linux-gnu/hdf5/serial", "-lhdf5")
	if out, err := gcc.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile peer.c: %w: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	python, err := findPython(source)
	if err != nil {
		return nil, err
	}
	return []peer{{"C", []string{program}}, {"h5py", []string{python, filepath.Join(source, "peer.py")}}, {"Galago", []string{self, "unit"}}}, nil
}

// sources is the folder of the peers' code.
func sources() (string, error) {
	for _, folder := range []string{"bench/h5/testdata", "testdata"} {
		if _, err := os.Stat(filepath.Join(folder, "peer.c")); err == nil {
			return filepath.Abs(folder)
		}
	}
	return "", fmt.Errorf("peer.c is not here: run it in the repository")
}

func findPython(source string) (string, error) {
	for _, name := range []string{os.Getenv("GALAGO_PYTHON"), filepath.Join(source, "../../../.venv/bin/python"), "python3"} {
		if name != "" && exec.Command(name, "-c", "import h5py").Run() == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("no python has h5py: set GALAGO_PYTHON")
}

// load is the system's own word on how busy it is.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

func main() {
	var a arguments
	command := kong.Parse(&a, kong.Name("h5"), kong.Description("Package h5 beside C and h5py."))
	status := 0
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "h5:", err)
		status = 1
	}
	exit.Run(status)
	os.Exit(status)
}
