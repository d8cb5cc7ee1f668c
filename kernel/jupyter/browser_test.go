package jupyter

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/galago-hpc/galago/kernel/jupyter/kernelspec"
)

// A line of browser/steps.py.
type step struct {
	Begin, End, Failure string
}

// TestBrowser does in JupyterLab, in a browser, what a user does. Each step is a
// subtest; its photographs are in out/browser at the repository's root.
func TestBrowser(t *testing.T) {
	prefix := t.TempDir()
	if _, err := kernelspec.Install(kernelspec.Options{Prefix: prefix, Name: "galago-test", Executable: galago(t)}); err != nil {
		t.Fatal(err)
	}
	photographs := filepath.Join("..", "..", "out", "browser")
	// Old ones must not pass for those of this run.
	if err := os.RemoveAll(photographs); err != nil {
		t.Fatal(err)
	}
	out, err := filepath.Abs(photographs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python(t), "steps.py", "--kernel", "galago-test", "--out", out)
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1",
		"JUPYTER_PATH="+filepath.Join(prefix, "share", "jupyter"),
		"JUPYTER_DATA_DIR="+t.TempDir(), // without the user's kernels and extensions
		"XDG_STATE_HOME="+t.TempDir(),
		"TMPDIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	// The end of its input ends the program, the server and the browser, even if
	// the end of this process is the cause.
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Cancel = input.Close
	cmd.WaitDelay = time.Minute
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(output)
	failed := false
	for {
		var begin step
		if err := lines.Decode(&begin); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Errorf("reading what steps.py says: %v", err)
			break
		}
		failed = !t.Run(begin.Begin, func(t *testing.T) {
			var end step
			if err := lines.Decode(&end); err != nil || end.End != begin.Begin {
				t.Fatalf("steps.py does not tell how this ended: %v, %+v", err, end)
			}
			if end.Failure != "" {
				t.Error(end.Failure)
			}
		}) || failed
	}
	if err := cmd.Wait(); err != nil && !failed {
		t.Errorf("%v: %v", cmd, err)
	}
}
