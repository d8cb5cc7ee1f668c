package main

import (
	"encoding/json"
	"os"
	"strings"
)

// lookAtJupyter tells where Jupyter is and whether it knows the kernel.
func lookAtJupyter(m *machine) []finding {
	f := finding{Topic: "Jupyter", State: ok}
	path := m.path("jupyter")
	if path == "" {
		f.State = dispensed
		f.Why = "notebooks run with `galago run` only"
		f.Fix = remedy{conda: "jupyterlab", pip: "jupyterlab", module: "jupyter"}.commands(m)
		return []finding{f}
	}
	f.Found = []string{path}
	self, err := os.Executable()
	if err != nil {
		self = "galago"
	}
	kernels, known := kernels(m, path)
	if !known {
		return []finding{f}
	}
	for name, program := range kernels {
		switch {
		case program == "":
		case m.path(program) == "":
			f.State = unwell
			f.Why = "the kernel " + name + " is installed and its program is gone: " + program
			f.Fix = []string{self + " install"}
		default:
			f.Found = append(f.Found, "kernel "+name+": "+program)
		}
	}
	if f.State == ok && len(f.Found) == 1 {
		f.State, f.Why = dispensed, "Jupyter does not know Galago's kernel yet"
		f.Fix = []string{self + " install"}
	}
	return []finding{f}
}

// kernels lists the kernels of Galago that Jupyter knows, with the programs
// that they start; known is false if Jupyter does not say.
func kernels(m *machine, jupyter string) (list map[string]string, known bool) {
	text, err := m.output(jupyter, "kernelspec", "list", "--json")
	if err != nil {
		return nil, false
	}
	var reply struct {
		Kernelspecs map[string]struct {
			Spec struct {
				Argv     []string       `json:"argv"`
				Metadata map[string]any `json:"metadata"`
			} `json:"spec"`
		} `json:"kernelspecs"`
	}
	_, text, _ = strings.Cut(text, "{") // warnings may stand before
	if json.Unmarshal([]byte("{"+text), &reply) != nil {
		return nil, false
	}
	list = map[string]string{}
	for name, kernel := range reply.Kernelspecs {
		if kernel.Spec.Metadata["galago"] == true && len(kernel.Spec.Argv) > 0 {
			list[name] = kernel.Spec.Argv[0]
		}
	}
	return list, true
}
