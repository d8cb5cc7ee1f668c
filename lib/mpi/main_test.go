package mpi

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/internal/mpitest"
)

// ranks is the program of testdata/ranks, built once and run under every
// launcher.
var ranks string

// withoutLibraries makes the test program find no MPI library and end as a
// rank would; see TestNoLibrary.
const withoutLibraries = "GALAGO_TEST_NO_MPI"

func TestMain(m *testing.M) {
	if os.Getenv(withoutLibraries) != "" {
		names, places = nil, nil
		if err := Init(); err != nil {
			fmt.Println("init:", err)
			os.Exit(2)
		}
		fmt.Println(World(), World().Flavour())
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "ranks")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(folder)
	ranks = filepath.Join(folder, "ranks")
	build := exec.Command("go", "build", "-o", ranks, "./testdata/ranks")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Printf("build ./testdata/ranks: %v\n%s", err, output)
		return 1
	}
	defer exit.Run(0)
	return m.Run()
}

// A launcher starts ranks with one family of MPI.
type launcher struct {
	command []string
	flavour Flavour
}

var both = []launcher{
	{[]string{"mpiexec.mpich"}, MPICH},
	{[]string{"mpiexec.openmpi", "--oversubscribe", "--bind-to", "none"}, OpenMPI},
}

// start runs a program on n ranks, with further variables in its environment;
// n of 0 runs it without a launcher. It returns all output and the exit status.
func (l launcher) start(t *testing.T, n int, variables []string, program ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // only a hang takes that long
	defer cancel()
	var words []string
	if n > 0 {
		words = append(words, l.command...)
		words = append(words, "-n", fmt.Sprint(n))
	}
	printed := mpitest.NewWords(t)
	words = append(words, printed.Of(program...)...)
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Env = append(clean(os.Environ()),
		"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "OMPI_MCA_mpi_yield_when_idle=1")
	command.Env = append(command.Env, variables...)
	// Ranks that hang die with their launcher.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	output, err := command.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s hangs\n%s%s", strings.Join(words, " "), printed, output)
	}
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("%s: %v", strings.Join(words, " "), err)
	}
	return printed.String() + string(output), command.ProcessState.ExitCode()
}

// clean takes out what would tell ranks of another launcher or library.
func clean(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		foreign := name == Variable || name == "GOMAXPROCS"
		for _, prefix := range []string{"PMI", "OMPI_", "SLURM_", "PALS_", "MPI_LOCAL"} {
			foreign = foreign || strings.HasPrefix(name, prefix)
		}
		if !foreign {
			kept = append(kept, entry)
		}
	}
	return kept
}

// contains checks that output has all of the texts.
func contains(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("output lacks %q:\n%s", text, output)
		}
	}
}
