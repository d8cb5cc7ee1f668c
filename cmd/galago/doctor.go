package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

type doctorCommand struct {
	JSON bool `help:"Print the findings as JSON, for programs."`
}

// Help is what `galago help doctor` adds.
func (doctorCommand) Help() string {
	return `Looks for all that Galago uses: the Go toolchain, a C compiler, MPI and HDF5 libraries and for which MPI each HDF5 was built, launchers, Slurm, Jupyter, and the folder where compiled cells are kept. Nothing is changed.

For each thing that is missing it says what does not work without it, and the command that gets it. The exit status is 1 if something is missing without which Galago is of little use.`
}

// A state says how a finding is to be taken.
type state string

const (
	ok        state = "ok"
	missing   state = "missing"   // and Galago is of little use without it
	unwell    state = "problem"   // it is there and cannot be used as it is
	dispensed state = "not found" // many machines do without it
)

// A finding is what doctor found out about one thing.
type finding struct {
	Topic string   `json:"topic"`
	State state    `json:"state"`
	Found []string `json:"found,omitempty"` // what is there: versions and paths
	Why   string   `json:"why,omitempty"`   // what does not work without it
	Fix   []string `json:"fix,omitempty"`   // commands that get it; any one is enough
}

// A remedy is how each package manager calls what is missing.
type remedy struct{ debian, conda, pip, module string }

// commands lists the commands that apply to this machine, the likeliest first.
func (r remedy) commands(m *machine) []string {
	var list []string
	if r.conda != "" && m.env("CONDA_PREFIX") != "" {
		list = append(list, "conda install -c conda-forge "+r.conda)
	}
	if r.module != "" && m.env("MODULESHOME")+m.env("LMOD_DIR") != "" {
		list = append(list, "module load "+r.module)
	}
	if r.pip != "" {
		list = append(list, "python3 -m pip install "+r.pip)
	}
	if r.debian != "" && m.path("apt-get") != "" {
		list = append(list, "sudo apt-get install "+r.debian)
	}
	if len(list) == 0 && r.conda != "" {
		list = append(list, "conda install -c conda-forge "+r.conda)
	}
	return list
}

func (c *doctorCommand) Run(s *streams) error {
	findings := examine(newMachine())
	healthy := true
	for _, f := range findings {
		healthy = healthy && f.State != missing && f.State != unwell
	}
	if c.JSON {
		encoder := json.NewEncoder(s.out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err := encoder.Encode(struct {
			Version  string    `json:"version"`
			Healthy  bool      `json:"healthy"`
			Findings []finding `json:"findings"`
		}{version(), healthy, findings})
		if err != nil {
			return err
		}
	} else {
		draw(s.out, findings)
	}
	if !healthy {
		return &status{code: 1}
	}
	return nil
}

// examine looks at everything, in the order in which it is shown.
func examine(m *machine) []finding {
	var findings []finding
	for _, look := range []func(*machine) []finding{
		lookAtGo, lookAtCompiler, lookAtParallel, lookAtSlurm, lookAtJupyter, lookAtStorage,
	} {
		findings = append(findings, look(m)...)
	}
	return findings
}

// draw prints the findings as a table of topic, state and what was found.
func draw(w io.Writer, findings []finding) {
	wide := 0
	for _, f := range findings {
		wide = max(wide, len(f.Topic))
	}
	indent := strings.Repeat(" ", wide+2)
	for _, f := range findings {
		lines := f.Found
		if f.State != ok {
			first := string(f.State)
			if f.Why != "" {
				first += ": " + f.Why
			}
			lines = append([]string{first}, lines...)
			for i, command := range f.Fix {
				word := "try:   "
				if i > 0 {
					word = "or:    "
				}
				lines = append(lines, word+" "+command)
			}
		}
		for i, line := range lines {
			if i == 0 {
				fmt.Fprintf(w, "%-*s  %s\n", wide, f.Topic, line)
			} else {
				fmt.Fprintf(w, "%s%s\n", indent, line)
			}
		}
	}
}
