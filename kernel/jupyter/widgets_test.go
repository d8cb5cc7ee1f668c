package jupyter_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestWidgets drives widgets of the real kernel as the front end of ipywidgets
// does.
func TestWidgets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "galago")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "../../cmd/galago")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, output)
	}
	program{path, "go"}.run(t, "test_widgets")
}
