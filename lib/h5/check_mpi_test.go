package h5

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/accord"
	"github.com/galago-hpc/galago/lib/mpi"
)

var checking = []string{accord.Variable + "=1"}

// marked returns the place of a line of testdata/parallel/mismatch.go.
func marked(t *testing.T, mark string) string {
	t.Helper()
	text := must[[]byte](t)(os.ReadFile("testdata/parallel/mismatch.go"))
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, "// mark: "+mark) {
			return fmt.Sprintf("mismatch.go:%d", i+1)
		}
	}
	t.Fatalf("no line has the mark %q", mark)
	return ""
}

// Ranks that make different collective calls get an error that names ranks, calls
// and lines, and do not hang. After a disagreement the file is usable.
func TestMismatch(t *testing.T) {
	at := func(mark string) string { return " at " + marked(t, mark) }
	for _, c := range []struct {
		name  string
		ranks []int
		says  []string // by every rank that can
		err   bool     // the run ends with an error, some ranks without a word
	}{
		{"only rank 0 creates", []int{2, 3, 5, 8}, []string{"rank 0: create dataset /a in FILE (float64, shape (10), chunks (5))" + at("creates"), "close FILE" + at("closes")}, false},
		{"another order", []int{2, 8}, []string{"create group /first in FILE at mismatch.go:", "create group /second in FILE at mismatch.go:"}, false},
		{"another shape", []int{3}, []string{"ranks 0, 1: create dataset /x in FILE (int32, shape (5))", "rank 2: create dataset /x in FILE (int32, shape (6))"}, false},
		{"another type", []int{3}, []string{"rank 0: create dataset /x in FILE (int32,", "ranks 1, 2: create dataset /x in FILE (uint8,"}, false},
		{"another chunk", []int{3}, []string{"chunks (1))", "chunks (2))"}, false},
		{"another fill", []int{3}, []string{"with other properties or values"}, false},
		{"another value", []int{3}, []string{`rank 0: set attribute "rank" of / in FILE (int64, 100)`, `ranks 1, 2: set attribute "rank" of / in FILE (int64, 101)`}, false},
		{"another text", []int{3}, []string{`rank 0: set attribute "name" of / in FILE (string, "rank 0")`, `(string, "rank 2")`}, false},
		{"only rank 0 deletes", []int{3}, []string{"rank 0: delete /a in FILE at", "ranks 1, 2: move /a in FILE (b) at"}, false},
		{"another file", []int{3}, []string{"rank 0: create group /a in FILE at", "ranks 1, 2: create group /a in FILE.other at"}, false},
		{"another path", []int{3}, []string{"rank 0: create FILE.0 at", "rank 2: create FILE.2 at"}, false},
		{"another mode", []int{3}, []string{"rank 0: open FILE.2 (for reading and writing) at", "ranks 1, 2: open FILE.2 (for reading) at"}, false},
		// h5py#965
		{"elided write", []int{2, 5}, []string{"rank 0: write /x in FILE collectively" + at("writes"), "close FILE" + at("closes instead")}, false},
		// h5py#1108
		{"more writes", []int{3}, []string{"rank 0: close FILE at", "ranks 1, 2: write /x in FILE collectively at"}, false},
		// h5py#1564
		{"independent and compressed", []int{3}, []string{"0: write /x in FILE: a compressed dataset of a parallel file can only be written collectively; pass h5.Collective, on all ranks"}, true},

		{"ended", []int{2, 3, 8}, []string{"rank 0: end, and so close FILE", "create group /a in FILE" + at("waits for an end")}, true},
		{"ended early", []int{2, 3, 8}, []string{"rank 0: ended, will not come", "open FILE (for reading and writing)" + at("opens again")}, true},
		{"barrier", []int{2, 3, 5, 8}, []string{"rank 0: waits in MPI_Barrier" + at("barrier"), "create group /a in FILE" + at("waits for a barrier")}, true},
		{"receive", []int{3}, []string{"rank 0: waits in MPI_Recv" + at("receive"), "ranks 1, 2: create group /a in FILE at"}, true},
		{"broadcast", []int{3}, []string{"rank 0: create group /a in FILE at", "ranks 1, 2: waits in MPI_Bcast" + at("broadcast")}, true},
		{"overlap", []int{3}, []string{"rank 1: create group /a in FILE at", "rank 2: create group /b in FILE.part" + at("part")}, true},
		{"only rank 0 opens", []int{3}, []string{"rank 0: create FILE.mine" + at("opens"), "ranks 1, 2: end, and so close FILE"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
				for _, n := range c.ranks {
					path := filepath.Join(t.TempDir(), "mismatch.h5")
					out, err := ranksWithin(t, time.Minute, flavour, n, checking, "mismatch", path, c.name)
					if (err != nil) != c.err {
						t.Errorf("%d ranks: %v: %s", n, err, out)
						continue
					}
					out = strings.ReplaceAll(out, path, "FILE")
					for _, words := range c.says {
						times := strings.Count(out, words)
						if times == 0 || !c.err && times < n {
							t.Errorf("%d ranks: %q is %d times in\n%s", n, words, times, out)
						}
					}
					if c.err {
						continue
					}
					if got := must[*Dataset](t)(must[*File](t)(Open(path)).Dataset("after")).Shape(); len(got) != 1 {
						t.Errorf("%d ranks: the file after the disagreement has a dataset of shape %v", n, got)
					}
					CloseAll()
				}
			})
		})
	}
}

// Ranks that come late are waited for, and those with nothing to give take part
// with an empty selection. A number is written to parts of different shapes in one
// collective call (h5py#965, h5py#1108, h5py#1564).
func TestPatience(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, n := range []int{2, 5} {
			path := filepath.Join(t.TempDir(), "late.h5")
			if out, err := ranks(t, flavour, n, checking, "patient", path); err != nil || out != "" {
				t.Fatalf("%d ranks: %v %s", n, err, out)
			}
			h5py(t, nil, `
with h5py.File(path) as f:
    n = len(f["late"])
    assert (f["late"][...] == np.arange(n)[:, None]).all() and f["first"][...].tolist() == [1, 2, 3, 4, 5, 6]
    assert (f["spread"][...] == np.repeat(np.arange(n), np.arange(n) + 1)[:, None]).all() and f["spread"].compression == "gzip"
`, path)
		}
	})
}

// What ranks do with parallel files they do on any number of ranks, and in checking
// mode as well.
func TestAnyNumberOfRanks(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, n := range []int{1, 2, 3, 5, 8} {
			folder := t.TempDir()
			for _, args := range [][]string{{"ranks"}, {"rows", "7"}, {"selections", "4"}, {"grow"}, {"unwritten"}, {"bad"}, {"files"}, {"elements"}, {"serial"}, {"open"}, {"mpio"}} {
				path := filepath.Join(folder, args[0]+".h5")
				out, err := ranks(t, flavour, n, checking, append([]string{args[0], path}, args[1:]...)...)
				out = strings.ReplaceAll(out, fmt.Sprintf("h5: create %s: h5.Stripe has no effect, because %s is not on Lustre\n", path, filepath.Dir(path)), "")
				if err != nil || out != "" {
					t.Errorf("%s on %d ranks: %v %s", args[0], n, err, out)
				}
			}
			h5py(t, nil, `
n = int(sys.argv[2])
with h5py.File(path + "/ranks.h5") as f: assert f["test"][...].tolist() == list(range(n))
with h5py.File(path + "/rows.h5") as f:
    for d in f["run/1"].values(): assert (d[...] == np.arange(35.).reshape(7, 5)).all(), d
    assert f["run/1/compressed"].compression == "gzip" and len(f["run/1"]) == 4
with h5py.File(path + "/grow.h5") as f:
    want = np.concatenate([[[-1, -2, -3, -4]], np.repeat(np.arange(n), 40).reshape(-1, 4)])
    for d in f.values(): assert (d[...] == want).all(), d
with h5py.File(path + "/unwritten.h5") as f:
    for name, d in f.items():
        if name not in ("fresh", "keep"): assert d[n - 1] == 3 and np.count_nonzero(d[...]) == 1, d
    assert len(f) == 7
`, folder, fmt.Sprint(n))
		}
	})
}

// A warning about stripes comes once, from rank 0, and only where they have no
// effect.
func TestStripesElsewhere(t *testing.T) {
	if onLustre(t.TempDir()) {
		t.Fatal("the folder for temporary files is on Lustre: set TMPDIR to another")
	}
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		path := filepath.Join(t.TempDir(), "stripes.h5")
		out, err := ranks(t, flavour, 3, nil, "mpio", path)
		if want := "h5.Stripe has no effect"; err != nil || strings.Count(out, want) != 1 {
			t.Errorf("%v: want %q once in %s", err, want, out)
		}
		h5py(t, nil, `
with h5py.File(path) as f: assert f["g/x"][...].tolist() == [0, 1, 2] and f["z"][...].tolist() == [1, 2, 0, 1, 2, 1, 1, 2, 2]
`, path)
	})
}

// Without checking mode nothing meets, and what is right works.
func TestWithoutChecking(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, setting := range []string{"0", ""} {
			path := filepath.Join(t.TempDir(), "free.h5")
			out, err := ranks(t, flavour, 2, []string{accord.Variable + "=" + setting}, "meets", path)
			if err != nil || out != "false\nfalse\n" {
				t.Errorf("%q: %v %s", setting, err, out)
			}
		}
		out, err := ranks(t, flavour, 2, []string{"GALAGO_RANKS=2"}, "meets", "")
		if err != nil || out != "true\ntrue\n" {
			t.Errorf("in a notebook: %v %s", err, out)
		}
	})
}
