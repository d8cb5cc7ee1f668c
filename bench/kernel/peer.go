package main

import (
	"github.com/galago-hpc/galago/bench/measure/client"
)

// A peer is a kernel that is measured, with what is the same to each in its own
// language.
type peer struct {
	name      string
	argv, env []string
	byMessage bool // it is interrupted by a message

	value    string // a cell
	declare  string // what the requests are about
	complete string // code with the cursor at its end
	inspect  string
	whole    string // code of several lines
	lines    string // a cell that prints 10,000 lines
	long     string // a cell that prints a line of 1 MiB
	endless  string // a cell that prints something and goes on for ever

	samples map[string][]float64 // by what was measured
	silent  map[string]bool      // requests that it does not answer
	absent  bool                 // it is not on this machine, and has samples of another day
}

func newGalago(path, cache string) *peer {
	return &peer{
		name: "galago", argv: []string{path, "kernel", "-f"}, env: []string{"GALAGO_CACHE=" + cache}, byMessage: true,
		value:    "1 + 1",
		declare:  "import \"strings\"\ntotal := 41",
		complete: "strings.To",
		inspect:  "strings.ToUpper",
		whole:    "for i := range 3 {\n\ttotal += i\n}",
		lines:    "for i := range 10000 {\n\tfmt.Println(\"line\", i)\n}",
		long:     "fmt.Println(strings.Repeat(\"x\", 1<<20))",
		endless:  "fmt.Println(\"begun\")\nfor {\n}",
		samples:  map[string][]float64{},
	}
}

func newIPykernel(python string) *peer {
	return &peer{
		name: "ipykernel", argv: []string{python, "-m", "ipykernel_launcher", "-f"}, env: []string{"PYTHONDONTWRITEBYTECODE=1"},
		value:    "1 + 1",
		declare:  "import string\ntotal = 41",
		complete: "string.to",
		inspect:  "string.capwords",
		whole:    "for i in range(3):\n    total += i\n\n",
		lines:    "for i in range(10000):\n    print('line', i)",
		long:     "print('x' * (1 << 20))",
		endless:  "print('begun', flush=True)\nwhile True:\n    pass",
		samples:  map[string][]float64{},
	}
}

// newGoNB has as samples what was measured for version 0.11.3.
func newGoNB(path string) *peer {
	return &peer{
		name: "gonb", argv: []string{path, "--kernel"},
		value:    "%%\nfmt.Println(1 + 1)",
		declare:  "import \"strings\"\nvar total = 41",
		complete: "strings.To",
		inspect:  "strings.ToUpper",
		lines:    "%%\nfor i := range 10000 {\n\tfmt.Println(\"line\", i)\n}",
		long:     "%%\nfmt.Println(strings.Repeat(\"x\", 1<<20))",
		endless:  "%%\nfmt.Println(\"begun\")\nfor {\n}",
		silent:   map[string]bool{isComplete: true},
		absent:   true,
		samples: map[string][]float64{
			ready: {33}, kernelInfo: {1.4}, firstCompletion: {12000}, completion: {62}, inspection: {59},
			tenThousand: {360}, interrupt: {4}, shutdown: {8}, memory: {71},
		},
	}
}

func (p *peer) start(folder string) (*client.Kernel, error) {
	return client.Start(client.Options{Name: p.name, Folder: folder, Env: p.env, Argv: p.argv})
}

// note keeps a sample, in milliseconds or, of memory, in MB.
func (p *peer) note(what string, value float64) { p.samples[what] = append(p.samples[what], value) }
