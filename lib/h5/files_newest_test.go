package h5

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What is tested with the HDF5 of the system, 1.10 as a rule, holds for the one
// that h5py brings along, which is the newest there is.
func TestFilesWithNewestLibrary(t *testing.T) {
	var folder string
	h5py(t, &folder, `print(json.dumps(os.path.dirname(h5py.__file__)))`, "")
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), "h5py.libs", "libhdf5-*.so*"))
	if len(found) != 1 {
		t.Fatalf("the h5py in %s has no libhdf5 of its own: pip install h5py", folder)
	}
	const tests = "TestOptions|TestAlignment|TestModes|TestInfo|TestDrivers|TestCore|TestFilesInMemory|TestSWMR|TestWriteWhile|TestReadWhile|TestFileOf|TestForgotten|TestLinks|TestVisit|TestCopies|TestRequire|TestMove|TestTrackOrder|TestFilesThatCannot|TestGroupsAre|TestFullDisk$"
	cmd := exec.Command(must[string](t)(os.Executable()), "-test.run", tests, "-test.v")
	cmd.Env = append(os.Environ(), libraryVariable+"="+found[0])
	out, err := cmd.CombinedOutput()
	if passed := strings.Count(string(out), "\n--- PASS"); err != nil || passed < 20 {
		t.Errorf("with %s: %d passed, %v\n%s", found[0], passed, err, out)
	}
}
