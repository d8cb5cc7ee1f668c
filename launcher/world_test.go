package launcher

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

// build compiles one of the programs in testdata as cells are compiled for ranks.
func build(t *testing.T, name string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("go", "build", "-o", program, "./testdata/"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// Real MPI programs under the guard: one world, whichever way it is started,
// and over both nodes; a failure and an interrupt end ranks that spin in an
// MPI call.
func TestWorld(t *testing.T) {
	program := build(t, "world")
	all := environments(t)
	for _, name := range []string{"mpich", "openmpi", "srun", "srun, Open MPI"} {
		t.Run(name, func(t *testing.T) {
			env := all[name]
			b, err := ChooseIn("auto", env)
			if err != nil {
				t.Fatal(err)
			}
			start := func(what string, during func(*Run, func(func(RankEvent) bool))) *outcome {
				req := request(t, env, 3)
				req.Program, req.Args = program, []string{what}
				if b.Name() == "srun" {
					req.Options = []string{"-N2"}
				}
				return run(t, b, req, during)
			}

			o := start("sum", nil)
			o.succeed(t)
			nodes := map[string]bool{}
			for rank := range 3 {
				line, ok := strings.CutPrefix(o.text(rank, event.Stdout), fmt.Sprintf("rank %d of 3, sum 3, on ", rank))
				if !ok {
					t.Errorf("rank %d printed %q", rank, line)
				}
				nodes[strings.TrimSpace(line)] = true
			}
			if b.Name() == "srun" && !(nodes["node1"] && nodes["node2"]) {
				t.Errorf("the world is on %v, want both nodes", nodes)
			}

			o = start("panic", nil)
			o.fail(t, "rank 1 panicked: index out of range [7] with length 3")
			if f := o.failure; f != nil && (len(f.Stack) == 0 || f.Stack[0].File != "cell 5" || f.Stack[0].Line != 1) {
				t.Errorf("the stack is %v", f.Stack)
			}
			start("error", nil).fail(t, "ranks 0-2: no such file")
			start("abort", nil).fail(t, "rank 1 called MPI_Abort with status 9")
			start("hang", interruptWhen("ready")).fail(t,
				"interrupted\nranks 0, 2 were in mpi.Barrier (cell 4, line 7)\nrank 1 was waiting (sleep) (main.go, line 26)")
		})
	}
}
