package mpi

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// One binary passes every check of testdata/ranks under both families.
func TestEveryFunction(t *testing.T) {
	for _, l := range both {
		for _, n := range []int{1, 2, 3, 5, 8} {
			t.Run(fmt.Sprintf("%s/%d", l.flavour, n), func(t *testing.T) {
				output, status := l.start(t, n, nil, ranks, "all")
				if status != 0 {
					t.Errorf("exit status %d", status)
				}
				for rank := range n {
					contains(t, output, fmt.Sprintf("rank %d of %d: all checks passed", rank, n))
				}
				if t.Failed() {
					t.Log(output)
				}
			})
		}
	}
}

// The same binary without a launcher: with each library, and with none.
func TestEveryFunctionAlone(t *testing.T) {
	for _, setting := range []string{"", "mpich", "openmpi", "none"} {
		output, status := launcher{}.start(t, 0, []string{Variable + "=" + setting}, ranks, "all")
		if status != 0 || !strings.Contains(output, "rank 0 of 1: all checks passed") {
			t.Errorf("%s=%s: exit status %d\n%s", Variable, setting, status, output)
		}
	}
}

// The family that belongs to the launcher is loaded, and GOMAXPROCS bounded.
func TestHello(t *testing.T) {
	for _, l := range both {
		clean, _ := l.start(t, 2, nil, ranks, "hello")
		if strings.Contains(clean, "WARN") {
			t.Errorf("a library complains:\n%s", clean)
		}
		name := map[Flavour]string{MPICH: "MPICH", OpenMPI: "Open MPI"}[l.flavour]
		procs := max(1, runtime.NumCPU()/3)
		output, _ := l.start(t, 3, nil, ranks, "hello")
		contains(t, output, fmt.Sprintf("rank 2 of 3, GOMAXPROCS %d, %s ", procs, name))
		output, _ = l.start(t, 2, []string{"GOMAXPROCS=5"}, ranks, "hello")
		contains(t, output, "rank 1 of 2, GOMAXPROCS 5, ")
	}
}

// Under the other family's launcher there would be N worlds of size 1.
func TestLauncherOfTheOtherFamily(t *testing.T) {
	for i, l := range both {
		other := both[1-i].flavour
		output, status := l.start(t, 2, []string{Variable + "=" + string(other)}, ranks, "hello")
		if status == 0 {
			t.Errorf("%s under %s: exit status 0", other, l.command[0])
		}
		contains(t, output, "started this process as rank 1 of 2", "sees a world of size 1",
			"do not belong together", "GALAGO_MPI="+string(l.flavour))
	}
}

// A rank that fails ends the others, whatever way it goes. The launcher's exit
// status is the rank's, except that MPICH's may report the signal by which it
// ended the others if the rank did not use MPI_Abort.
func TestEndings(t *testing.T) {
	for _, l := range both {
		for mode, want := range map[string]int{"abort": 7, "quit": 3, "failing": 5, "panic": 2} {
			output, status := l.start(t, 3, nil, ranks, mode)
			killed := l.flavour == MPICH && (mode == "quit" || mode == "panic") && status == 9
			if status != want && !killed {
				t.Errorf("%s %s: exit status %d, want %d\n%s", l.command[0], mode, status, want, output)
			}
			switch mode {
			case "panic":
				contains(t, output, "nil pointer dereference", "main.main()")
			case "failing":
				contains(t, output, "this rank has failed")
			}
		}
		// Without MPI_Finalize, Open MPI complains; neither hangs.
		l.start(t, 2, nil, ranks, "unfinalized")
	}
}

func TestLibrary(t *testing.T) {
	for _, l := range both {
		output, _ := launcher{}.start(t, 0, []string{Variable + "=" + string(l.flavour)}, ranks, "library")
		pattern := fmt.Sprintf(`^%s\|(MPICH|Open MPI) \d[\w.]*\|\d\.\d\|/\S+\.so\S*\|found by the loader, as GALAGO_MPI=\w+ asks\|false\n$`, l.flavour)
		if !regexp.MustCompile(pattern).MatchString(output) {
			t.Errorf("library says %q", output)
			continue
		}
		// By path, and by the name that the loader knows.
		path := strings.Split(output, "|")[3]
		again, _ := launcher{}.start(t, 0, []string{Variable + "=" + path}, ranks, "library")
		contains(t, again, string(l.flavour)+"|", "|"+path+"|named by GALAGO_MPI|")
		name := path[strings.LastIndex(path, "/")+1:]
		again, _ = launcher{}.start(t, 0, []string{Variable + "=" + name}, ranks, "library")
		contains(t, again, string(l.flavour)+"|", "|"+path+"|named by GALAGO_MPI|")
	}
}

func TestWrongSetting(t *testing.T) {
	for setting, want := range map[string]string{
		"/nonexistent":          "GALAGO_MPI=/nonexistent: stat /nonexistent: no such file or directory",
		t.TempDir():             "the folder holds no MPI library",
		"lam":                   "GALAGO_MPI=lam names no MPI library",
		"libno-such-mpi.so.7":   "libno-such-mpi.so.7: cannot open shared object file",
		"libc.so.6":             "is no MPI library",
		"testdata/ranks/../../": "the folder holds no MPI library",
		"./doc.go":              "doc.go",
	} {
		for _, mode := range []string{"library", "hello"} {
			output, status := launcher{}.start(t, 0, []string{Variable + "=" + setting}, ranks, mode)
			if status != 2 || !strings.Contains(output, want) {
				t.Errorf("%s=%s %s: exit status %d, want 2 and %q:\n%s", Variable, setting, mode, status, want, output)
			}
		}
	}
	output, status := both[0].start(t, 2, []string{Variable + "=none"}, ranks, "hello")
	if status == 0 {
		t.Error("GALAGO_MPI=none under a launcher succeeds")
	}
	contains(t, output, "but MPICH's mpiexec started 2 ranks (PMI_SIZE=2)")
}
