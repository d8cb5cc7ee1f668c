package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/bench/measure"
)

//go:embed testdata/*.txt
var testdata embed.FS

// A work is a computation, cut into cells: imports, declarations, and
// statements that print how long the work took.
type work struct {
	name    string
	cells   []string
	program string // what go build has made of the same text
}

// compute runs each work in a session and as a program.
func (a *arguments) compute() (err error) {
	works, err := a.works()
	if err != nil {
		return err
	}
	fmt.Printf("compute: ms in a cell and in go build's program, medians of %d rounds; goal: a ratio of 1.15\n\n", a.Rounds)
	fmt.Printf("%-18s%10s%10s%10s%10s%20s\n", "", "cell", "program", "ratio", "of best", "in single rounds")
	for _, w := range works {
		if err := a.compare(w); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

// compare lets a session and the program take turns. Each work has a session of
// its own: a map of a million entries slows down who comes after it.
func (a *arguments) compare(w work) (err error) {
	session, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	last := len(w.cells) - 1
	for _, cell := range w.cells[:last] {
		if _, err := session.Execute(cell); err != nil {
			return err
		}
	}
	var inCell, inProgram, ratios []float64
	results := map[string]bool{}
	for round := range a.Rounds + 1 {
		var cell, program float64
		turns := []func() error{
			func() error {
				o, err := session.Execute(w.cells[last])
				if err != nil {
					return err
				}
				cell, err = reported(o.Printed, results)
				return err
			},
			func() error {
				out, err := exec.Command(w.program).Output()
				if err != nil {
					return fmt.Errorf("run the program: %w", err)
				}
				program, err = reported(string(out), results)
				return err
			},
		}
		if round%2 == 1 {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			if err := turn(); err != nil {
				return err
			}
		}
		if round == 0 {
			continue // the first time, pages of memory are new to both
		}
		inCell, inProgram, ratios = append(inCell, cell*1e3), append(inProgram, program*1e3), append(ratios, cell/program)
	}
	if len(results) > 1 {
		return fmt.Errorf("the results differ: %v", results)
	}
	fmt.Printf("%-18s%10.1f%10.1f%10.2f%10.2f%20s\n", w.name, measure.Median(inCell), measure.Median(inProgram), measure.Median(ratios), slices.Min(inCell)/slices.Min(inProgram), fmt.Sprintf("%.2f to %.2f", slices.Min(ratios), slices.Max(ratios)))
	return nil
}

// reported reads the time that a work has printed, in seconds, and notes its
// result.
func reported(printed string, results map[string]bool) (float64, error) {
	fields := strings.Fields(printed)
	if len(fields) != 3 || fields[0] != "seconds" {
		return 0, fmt.Errorf("no time in %q", printed)
	}
	results[fields[2]] = true
	return strconv.ParseFloat(fields[1], 64)
}

// works reads the works and builds their programs.
func (a *arguments) works() ([]work, error) {
	files, err := testdata.ReadDir("testdata")
	if err != nil {
		return nil, err
	}
	var works []work
	for _, file := range files {
		w := work{name: strings.TrimSuffix(file.Name(), ".txt")}
		if len(a.Work) > 0 && !slices.Contains(a.Work, w.name) {
			continue
		}
		text, err := testdata.ReadFile("testdata/" + file.Name())
		if err != nil {
			return nil, err
		}
		w.cells = strings.Split(strings.TrimSpace(string(text)), "\n---\n")
		if w.program, err = a.goBuild(w); err != nil {
			return nil, err
		}
		works = append(works, w)
	}
	if len(works) < len(a.Work) || len(works) == 0 {
		return nil, fmt.Errorf("a work of %v is unknown: see bench/session/testdata", a.Work)
	}
	return works, nil
}

// goBuild makes a program of a work's cells: the last one is its main function.
func (a *arguments) goBuild(w work) (string, error) {
	folder := filepath.Join(a.folder, "programs", w.name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	last := len(w.cells) - 1
	source := "package main\n\n" + strings.Join(w.cells[:last], "\n\n") + "\n\nfunc main() {\n" + w.cells[last] + "\n}\n"
	for name, text := range map[string]string{"main.go": source, "go.mod": "module program\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	build := exec.Command("go", "build", "-o", "program", ".")
	build.Dir, build.Env = folder, append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program of %s: %w\n%s", w.name, err, out)
	}
	return filepath.Join(folder, "program"), nil
}
