package h5

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/mpi"
)

func init() {
	// use opens a file with whatever the environment says, and says with what.
	children["use"] = func(args []string) error {
		f, err := Create(args[0])
		if err != nil {
			return err
		}
		if _, err := f.CreateDatasetFrom("x", []int32{1, 2, 3}); err != nil {
			return err
		}
		fmt.Println(f.Library())
		return f.Close()
	}
	// leave ends without closing, but as rank programs do.
	children["leave"] = func(args []string) error {
		f, err := Create(args[0])
		if err != nil {
			return err
		}
		if _, err := f.CreateDatasetFrom("x", []int32{1, 2, 3}); err != nil {
			return err
		}
		CloseAll()
		return f.Close()
	}
}

// installed returns a library of a kind, which the tests need to be there.
func installed(t *testing.T, parallel bool, flavour mpi.Flavour) LibraryInfo {
	t.Helper()
	for _, info := range Find() {
		if info.Parallel == parallel && info.MPI == flavour {
			return info
		}
	}
	t.Fatalf("no libhdf5 that is parallel=%v for %q among %v; apt-get install libhdf5-103-1 libhdf5-mpich-103-1 libhdf5-openmpi-103-1", parallel, flavour, Find())
	return LibraryInfo{}
}

func TestFindTellsLibrariesApart(t *testing.T) {
	found := Find()
	if len(found) < 3 || found[0].Parallel {
		t.Errorf("a serial library comes first: %v", found)
	}
	for _, info := range found {
		if info.Version == "" || info.Parallel != (info.MPI != "") || strings.Contains(info.Path, "_hl") {
			t.Errorf("%v", info)
		}
	}
	for path, flavour := range map[string]mpi.Flavour{"mpich": mpi.MPICH, "openmpi": mpi.OpenMPI, "serial": ""} {
		if info := installed(t, flavour != "", flavour); !strings.Contains(info.Path, path) {
			t.Errorf("%s: %v", path, info)
		}
	}
	info := must[LibraryInfo](t)(Info())
	if info.Version != found[0].Version || info.Path != found[0].Path {
		t.Errorf("loaded %v, found %v", info, found[0])
	}
}

func TestLibraryThatIsAskedFor(t *testing.T) {
	serial := installed(t, false, "")
	parallel := installed(t, true, mpi.MPICH)
	module := filepath.Join(t.TempDir(), "hdf5")
	check(t, os.MkdirAll(filepath.Join(module, "lib"), 0o755))
	real := must[string](t)(filepath.EvalSymlinks(parallel.Path))
	check(t, os.Symlink(real, filepath.Join(module, "lib", "libhdf5.so.103")))
	other := filepath.Join(t.TempDir(), "libhdf5.so")
	check(t, os.WriteFile(other, []byte("not a library"), 0o644))
	libm := "/lib/x86_64-linux-gnu/libm.so.6"
	if out, err := exec.Command("sh", "-c", "ldconfig -p | awk '/libm.so.6/ {print $NF; exit}'").Output(); err == nil && len(out) > 1 {
		libm = strings.TrimSpace(string(out))
	}
	for _, c := range []struct {
		setting string
		good    bool
		says    string
	}{
		{"GALAGO_HDF5=" + parallel.Path, true, "parallel for MPICH, " + parallel.Path + " (GALAGO_HDF5)"},
		{"GALAGO_HDF5=" + serial.Path, true, "serial"},
		{"GALAGO_HDF5=" + module, true, module},
		{"HDF5_DIR=" + module, true, module + "/lib/libhdf5.so.103 (HDF5_DIR)"},
		{"OLCF_HDF5_ROOT=" + module, true, "(OLCF_HDF5_ROOT)"},
		{"LD_LIBRARY_PATH=" + filepath.Join(module, "lib"), true, "(LD_LIBRARY_PATH)"},
		{"HDF5_DIR=/nonexistent", true, "serial"},
		{"GALAGO_HDF5=/nonexistent", false, "GALAGO_HDF5=/nonexistent is not a libhdf5 and no folder with one; change or unset it"},
		{"GALAGO_HDF5=" + other, false, "is not a libhdf5"},
		{"GALAGO_HDF5=" + libm, false, "is not a libhdf5"},
		{"GALAGO_HDF5=" + t.TempDir(), false, "is not a libhdf5"},
	} {
		path := filepath.Join(t.TempDir(), "x.h5")
		check(t, os.WriteFile(path, []byte("precious"), 0o644))
		cmd := child(t, "use", path)
		cmd.Env = append(cmd.Env, c.setting)
		out, err := cmd.CombinedOutput()
		if (err == nil) != c.good || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: %v %s", c.setting, err, out)
		}
		if !c.good {
			if !strings.Contains(string(out), "create "+path) {
				t.Errorf("%s: the error does not name the file: %s", c.setting, out)
			}
			unchanged(t, c.setting, path, []byte("precious"))
		}
	}
}

func TestFilesAreClosedAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "left.h5")
	output(t, child(t, "leave", path))
	out := output(t, exec.Command("h5dump", "-d", "/x", path))
	if !strings.Contains(out, "(0): 1, 2, 3") {
		t.Errorf("h5dump: %s", out)
	}
}

// The ways in which MPI libraries are named where modules provide them.
func TestFlavours(t *testing.T) {
	for name, want := range map[string]mpi.Flavour{
		"libmpich.so.12": mpi.MPICH, "libmpi.so.12": mpi.MPICH, "libmpi_gnu_123.so.12": mpi.MPICH, "libmpi_cray.so.12": mpi.MPICH,
		"libmpi.so.40": mpi.OpenMPI, "libmpi.so.20": mpi.OpenMPI, "libc.so.6": "", "libz.so.1": "",
	} {
		if got := flavourOf([]string{"libm.so.6", name}); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, want := range map[string]bool{
		"libhdf5.so": true, "libhdf5.so.310": true, "libhdf5_mpich.so.103": true, "libhdf5_parallel_gnu_123.so.200": true, "libhdf5_serial.so": true,
		"libhdf5_hl.so.100": false, "libhdf5_serial_hl.so.100": false, "libhdf5_cpp.so.103": false, "libhdf5_fortran.so": false, "libhdf5.a": false, "libhdf5.so.103.3.1": false,
	} {
		if libraryName.MatchString(name) != want {
			t.Errorf("%s is a candidate: %v", name, !want)
		}
	}
}
