package h5

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/mpitest"
	"github.com/galago-hpc/galago/lib/mpi"
)

// rankProgram builds testdata/parallel once, without cgo: the same file is run by
// every MPI.
var rankProgram = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "galago-h5-*")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() { _ = os.RemoveAll(folder) })
	program := filepath.Join(folder, "parallel")
	cmd := exec.Command("go", "build", "-o", program, "./testdata/parallel")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %s", err, out)
	}
	return program, nil
})

// launchers are the ways to start ranks, by the MPI that they belong to.
var launchers = map[mpi.Flavour][]string{
	mpi.MPICH:   {"mpiexec.mpich"},
	mpi.OpenMPI: {"mpiexec.openmpi", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"},
}

// ranks runs the program on n ranks and returns what it printed.
func ranks(t *testing.T, flavour mpi.Flavour, n int, environment []string, args ...string) (string, error) {
	t.Helper()
	return ranksWithin(t, 5*time.Minute, flavour, n, environment, args...)
}

// ranksWithin is the same with another time after which the run counts as one that
// hangs.
func ranksWithin(t *testing.T, limit time.Duration, flavour mpi.Flavour, n int, environment []string, args ...string) (string, error) {
	t.Helper()
	program := must[string](t)(rankProgram())
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	printed := mpitest.NewWords(t)
	line := append(append([]string{}, launchers[flavour]...), "-n", fmt.Sprint(n))
	line = append(line, printed.Of(append([]string{program}, args...)...)...)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Env = append(append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"), environment...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%v hangs: %s%s", line, printed, out)
	}
	return printed.String() + string(out), err
}

func eachMPI(t *testing.T, do func(t *testing.T, flavour mpi.Flavour)) {
	for flavour := range launchers {
		t.Run(string(flavour), func(t *testing.T) { do(t, flavour) })
	}
}

const tutorialDump = `HDF5 "output.h5" {
GROUP "/" {
   DATASET "test" {
      DATATYPE  H5T_STD_I32LE
      DATASPACE  SIMPLE { ( 42 ) / ( 42 ) }
      DATA {
      (0): 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
      (19): 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
      (35): 35, 36, 37, 38, 39, 40, 41
      }
   }
}
}
`

// 42 ranks write their number, and the file is to the character what OLCF's
// tutorial shows.
func TestTutorialFile(t *testing.T) {
	folder := t.TempDir()
	if out, err := ranks(t, mpi.OpenMPI, 42, nil, "ranks", filepath.Join(folder, "output.h5")); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command("h5dump", "output.h5")
	cmd.Dir = folder
	if out := output(t, cmd); out != tutorialDump {
		t.Errorf("h5dump prints\n%s\nwant\n%s", out, tutorialDump)
	}
}

func TestParallelRows(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, c := range []struct{ ranks, rows int }{{2, 7}, {3, 10}, {8, 5}} {
			path := filepath.Join(t.TempDir(), "rows.h5")
			if out, err := ranks(t, flavour, c.ranks, nil, "rows", path, fmt.Sprint(c.rows)); err != nil || out != "" {
				t.Fatalf("%d ranks: %v %s", c.ranks, err, out)
			}
			out := python(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "r") as f:
    n = int(sys.argv[2])
    for name in ["independent", "collective", "chunked", "compressed"]:
        assert (f["run/1"][name][...] == np.arange(5. * n).reshape(n, 5)).all(), name
    print(f["run/1"].attrs["ranks"], f["from"][...])
`, path, fmt.Sprint(c.rows))
			if want := fmt.Sprintf("%d [1 2 3]\n", c.ranks); out != want {
				t.Errorf("h5py sees %s", out)
			}
		}
	})
}

// A rank that is wrong in a collective transfer gets its error, and the others
// do not wait for it forever.
func TestWrongRankDoesNotHangTheOthers(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		if out, err := ranks(t, flavour, 3, nil, "bad", filepath.Join(t.TempDir(), "bad.h5")); err != nil || out != "" {
			t.Errorf("%v %s", err, out)
		}
	})
}

func TestParallelFilesThatCannotBeCreated(t *testing.T) {
	serial := installed(t, false, "")
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		other := installed(t, true, mpi.MPICH)
		if flavour == mpi.MPICH {
			other = installed(t, true, mpi.OpenMPI)
		}
		path := filepath.Join(t.TempDir(), "precious.h5")
		check(t, os.WriteFile(path, []byte("precious"), 0o644))
		for _, c := range []struct {
			path, setting string
			says          []string
		}{
			{path, serial.Path, []string{"create " + path, "no libhdf5 built for " + flavourName(flavour), "change or unset GALAGO_HDF5", serial.Path + ": serial"}},
			{path, other.Path, []string{"no libhdf5 built for " + flavourName(flavour), other.Path + ": for " + flavourName(other.MPI)}},
			{path, "/nonexistent", []string{"no libhdf5 built for", "none was found", "change or unset GALAGO_HDF5"}},
			{filepath.Join(path, "x.h5"), "", []string{"not a directory"}},
			{"/proc/x.h5", "", []string{"create /proc/x.h5: nothing can be created in /proc"}},
			{filepath.Dir(path), "", []string{"it is a folder"}},
			{filepath.Join(filepath.Dir(path), "no", "x.h5"), "", []string{"there is no folder"}},
		} {
			out, err := ranks(t, flavour, 2, []string{"GALAGO_HDF5=" + c.setting}, "refuse", c.path)
			if err != nil || strings.Count(out, "create ") != 2 {
				t.Errorf("%s with %q: %v %s", c.path, c.setting, err, out)
			}
			for _, word := range c.says {
				if !strings.Contains(out, word) {
					t.Errorf("%s with %q: %q is not in %s", c.path, c.setting, word, out)
				}
			}
			unchanged(t, c.setting, path, []byte("precious"))
		}
	})
}

func TestParallelFilesAreClosedAtTheEnd(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		path := filepath.Join(t.TempDir(), "left.h5")
		if out, err := ranks(t, flavour, 2, nil, "open", path); err != nil || out != "" {
			t.Errorf("%v %s", err, out)
		}
		f := must[*File](t)(Open(path))
		defer f.Close()
		var x []float64
		d := must[*Dataset](t)(f.Dataset("x"))
		check(t, d.ReadInto(&x))
		if len(x) != 3 {
			t.Errorf("%v", x)
		}
	})
}

// Closing is collective: a rank that fails must not wait for the others in it, nor
// they for the rank.
func TestFailingRankDoesNotWait(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		if out, err := ranks(t, flavour, 2, nil, "fail", filepath.Join(t.TempDir(), "fail.h5")); err == nil {
			t.Errorf("the run ended well: %s", out)
		}
	})
}

func init() {
	// small runs a command that finds a full disk in the folder, or, where the
	// machine allows no mount, is to limit the size of its files.
	children["small"] = func(args []string) error {
		cmd := exec.Command(args[1], args[2:]...)
		if err := syscall.Mount("none", args[0], "tmpfs", 0, "size=1m"); err != nil {
			cmd.Env = append(os.Environ(), "FILE_LIMIT=1048576")
		} else {
			fmt.Println("mounted")
		}
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
		return cmd.Run()
	}
}

func TestFullDiskOnRanks(t *testing.T) {
	program := must[string](t)(rankProgram())
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		folder := t.TempDir()
		file := filepath.Join(folder, "x.h5")
		printed := mpitest.NewWords(t)
		line := append(append([]string{folder}, launchers[flavour]...), "-n", "2")
		cmd := child(t, "small", append(line, printed.Of(program, "speed", file, "16")...)...)
		cmd.Env = append(cmd.Env, "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
		ownMounts(cmd)
		out, err := cmd.CombinedOutput()
		says := "write /x in " + file + ": "
		if strings.Contains(string(out), "mounted") {
			says += "the disk is full; free space"
		}
		if err == nil || !strings.Contains(printed.String(), says) {
			t.Errorf("%v: %s%s", err, out, printed)
		}
	})
}

// An ordinary file and a parallel one are open at the same time, the ordinary one
// first.
func TestOrdinaryFilesOnRanks(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		path := filepath.Join(t.TempDir(), "shared.h5")
		for _, n := range []int{1, 2} {
			if out, err := ranks(t, flavour, n, nil, "serial", path); err != nil || out != "" {
				t.Errorf("%d ranks: %v %s", n, err, out)
			}
		}
		f := must[*File](t)(Open(path + ".1"))
		defer f.Close()
		var x int
		check(t, must[*Dataset](t)(f.Dataset("x")).ReadInto(&x))
		if x != 1 {
			t.Errorf("rank 1 wrote %d", x)
		}
	})
}

// Without any MPI library a world of one rank writes an ordinary file.
func TestParallelFileOfOneRankWithoutMPI(t *testing.T) {
	program := must[string](t)(rankProgram())
	path := filepath.Join(t.TempDir(), "one.h5")
	cmd := exec.Command(program, "ranks", path)
	cmd.Env = append(os.Environ(), mpi.Variable+"=none")
	output(t, cmd)
	if out := output(t, exec.Command("h5dump", "-d", "test", path)); !strings.Contains(out, "(0): 0") {
		t.Errorf("%s", out)
	}
	// With one it is MPI's.
	output(t, exec.Command(program, "ranks", path))
}

// Structs, strings and references from all ranks.
func TestParallelElements(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, n := range []int{1, 3} {
			path := filepath.Join(t.TempDir(), "elements.h5")
			if out, err := ranks(t, flavour, n, nil, "elements", path); err != nil || out != "" {
				t.Fatalf("%d ranks: %v %s", n, err, out)
			}
			out := python(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r") as f:
    for name in ["independent", "collective"]:
        print(f[name][-2]["pos"].tolist(), f[name]["on"].tolist(), [s.decode() for s in f["labels " + name][-2:]])
    print(f[f.attrs["ref"]].name, f.attrs["particles"]["id"].tolist(), list(f.attrs["names"]))
`, path)
			line := fmt.Sprintf("[1.0, 2.0, %d.0] [%s] ['rank %d', 'ü']\n", n-1, strings.TrimSuffix(strings.Repeat("True, False, ", n), ", "), n-1)
			if want := line + line + "/from [7, -7] ['a', 'ü']\n"; out != want {
				t.Errorf("h5py sees\n%swant\n%s", out, want)
			}
		}
	})
}
