package h5

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// How datasets are stored is tested with the HDF5 that h5py brings along as well,
// which is the newest there is.
func TestStorageWithNewestLibrary(t *testing.T) {
	var folder string
	h5py(t, &folder, `print(json.dumps(os.path.dirname(h5py.__file__)))`, "")
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), "h5py.libs", "libhdf5-*.so*"))
	if len(found) != 1 {
		t.Fatalf("the h5py in %s has no libhdf5 of its own: pip install h5py", folder)
	}
	const tests = "TestStored|TestLzf|TestDamaged|TestScaleOffset|TestWrongStorage|TestMissingFilter|TestFillTimes|TestResize|TestMap|TestSmallReads|TestViews|Virtual|TestChunks|TestLayouts"
	cmd := exec.Command(must[string](t)(os.Executable()), "-test.run", tests, "-test.v")
	cmd.Env = append(os.Environ(), libraryVariable+"="+found[0])
	out, err := cmd.CombinedOutput()
	if passed := strings.Count(string(out), "\n--- PASS"); err != nil || passed < 20 {
		t.Errorf("with %s: %d passed, %v\n%s", found[0], passed, err, out)
	}
}
