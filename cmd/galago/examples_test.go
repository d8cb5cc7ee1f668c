package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/gif"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/slurmtest"
	"github.com/galago-hpc/galago/notebooks"
)

// TestExamples executes the notebooks that the project shows, on real MPI
// libraries and on a Slurm cluster of two nodes, and looks at what they leave.
func TestExamples(t *testing.T) {
	cluster := slurmtest.Start(t)
	for _, place := range []struct {
		name string
		env  []string
		args []string
	}{
		{"mpich", append(os.Environ(), "GALAGO_MPI=mpich"), []string{"--launcher", "mpiexec"}},
		{"openmpi", append(os.Environ(), "GALAGO_MPI=openmpi"), []string{"--launcher", "mpiexec"}},
		{"srun", cluster.Env(os.Environ()), []string{"--launcher", "srun", "--launcher-options=-N 2"}},
	} {
		t.Run(place.name, func(t *testing.T) {
			e := &example{dir: t.TempDir(), env: append(place.env, "XDG_CACHE_HOME="+shared), args: place.args}
			t.Run("hello_mpi", e.hello)
			t.Run("hdf5_parallel", e.parallel)
			t.Run("galaxy", e.galaxy)
			if place.name == "srun" {
				t.Run("both nodes", e.spans)
			}
		})
	}
}

// An example is where and how a notebook is executed.
type example struct {
	dir  string
	env  []string
	args []string
}

// run executes a notebook, after replacing text in it, and returns it.
func (e *example) run(t *testing.T, source string, replace ...string) *notebooks.Notebook {
	t.Helper()
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	in, out := filepath.Join(e.dir, "in.ipynb"), filepath.Join(e.dir, "out.ipynb")
	if err := os.WriteFile(in, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(built, "galago"), append([]string{"run", in, "-o", out, "--dir", e.dir}, e.args...)...)
	cmd.Env = e.env
	if report, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, report)
	}
	nb, err := notebooks.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// printed is all text that the cells of a notebook have printed.
func printed(nb *notebooks.Notebook) string {
	var b strings.Builder
	for _, cell := range nb.Cells {
		for _, o := range cell.Outputs {
			b.WriteString(o.Text)
		}
	}
	return b.String()
}

func (e *example) tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = e.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

func (e *example) hello(t *testing.T) {
	ranks := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^Hello from MPI rank (\d+) !$`).FindAllStringSubmatch(printed(e.run(t, "../../notebooks/hello_mpi.ipynb")), -1) {
		ranks[m[1]] = true
	}
	if len(ranks) != 42 {
		t.Errorf("%d different ranks have said hello, want 42", len(ranks))
	}
}

func (e *example) parallel(t *testing.T) {
	text := printed(e.run(t, "../../notebooks/hdf5_parallel.ipynb"))
	if !strings.Contains(text, "42 MPI ranks have finished writing!\n") {
		t.Errorf("printed %q", text)
	}
	want, err := os.ReadFile("testdata/output.h5dump")
	if err != nil {
		t.Fatal(err)
	}
	if got := e.tool(t, "h5dump", "output.h5"); got != string(want) {
		t.Errorf("h5dump prints\n%s\nwant, as in the tutorial,\n%s", got, want)
	}
}

func (e *example) galaxy(t *testing.T) {
	// The number of stars does not divide by that of the ranks: none is lost.
	nb := e.run(t, "../../notebooks/galaxy.ipynb", "stars = 1000", "stars = 1003")
	text := printed(nb)
	for rank := range 8 {
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^MPI Rank %d : Simulating my particles took [0-9.e-]+ s$`, rank)).MatchString(text) {
			t.Errorf("rank %d has not said how long it took: %q", rank, text)
		}
	}
	if !strings.Contains(text, "Success!\n") {
		t.Errorf("printed %q, want Success! in it", text)
	}
	header := e.tool(t, "h5dump", "-H", "galaxy.hdf5")
	for name, rows := range map[string]int{"pos_pt": 1003, "vel_pt": 1003, "pos_nuc": 1, "vel_nuc": 1} {
		want := fmt.Sprintf("DATASET \"%s\" {\n      DATATYPE  H5T_IEEE_F64LE\n      DATASPACE  SIMPLE { ( %d, 2200, 3 ) / ( %d, 2200, 3 ) }", name, rows, rows)
		if !strings.Contains(header, want) {
			t.Errorf("h5dump -H does not show\n%s\nbut\n%s", want, header)
		}
	}
	// Every star has moved by the end, the last one included.
	e.tool(t, venvPython(t), "-c", `
import h5py, numpy
f = h5py.File("galaxy.hdf5")
p, v = f["pos_pt"][...], f["vel_pt"][...]
assert numpy.isfinite(p).all() and numpy.isfinite(v).all()
start = numpy.linalg.norm(p[:, 0] - f["pos_nuc"][0, 0], axis=1)
assert (start <= 254840 / 20).all() and (start > 0).all(), start
assert (numpy.linalg.norm(p[:, -1] - p[:, 0], axis=1) > 1000).all()
assert (numpy.abs(v[:, -1]).sum(axis=1) > 0).all()
`)
	e.pictures(t, nb)
}

// pictures looks for the plots, and at the animation, inline and saved.
func (e *example) pictures(t *testing.T, nb *notebooks.Notebook) {
	t.Helper()
	pngs := 0
	var inline []byte
	for _, cell := range nb.Cells {
		for _, o := range cell.Outputs {
			if o.Data["image/png"] != nil {
				pngs++
			}
			if text, ok := o.Data["image/gif"].(string); ok {
				var err error
				if inline, err = base64.StdEncoding.DecodeString(text); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if pngs < 3 {
		t.Errorf("%d plots, want 3", pngs)
	}
	saved, err := os.ReadFile(filepath.Join(e.dir, "galaxy_collision.gif"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(saved, inline) {
		t.Errorf("the animation shown (%d bytes) is not the one saved (%d bytes)", len(inline), len(saved))
	}
	animation, err := gif.DecodeAll(bytes.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(animation.Image); n != 1000 || animation.Config.Width != 640 || animation.Config.Height != 480 || animation.Delay[0] != 5 {
		t.Errorf("%d frames of %d x %d, the first for %d/100 s; want 1000 of 640 x 480 for 5/100 s", n, animation.Config.Width, animation.Config.Height, animation.Delay[0])
	}
}

// spans checks that one world of ranks covers both nodes of the cluster.
func (e *example) spans(t *testing.T) {
	source := filepath.Join(e.dir, "nodes.ipynb")
	nb := notebooks.New()
	nb.Add(notebooks.Code, "%%mpi -n 8\ncomm := mpi.World()\nfmt.Println(comm.Size(), os.Getenv(\"SLURMD_NODENAME\"))")
	if err := nb.Write(source); err != nil {
		t.Fatal(err)
	}
	text := printed(e.run(t, source))
	for _, node := range []string{"node1", "node2"} {
		if !strings.Contains(text, "8 "+node+"\n") {
			t.Errorf("no rank of a world of 8 has run on %s: %q", node, text)
		}
	}
}

func venvPython(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../.venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
