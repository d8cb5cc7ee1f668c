package h5

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// newPython is an interpreter with h5py 3.13 or newer: $GALAGO_PYTHON, that of the
// repository's .venv, or the system's.
func newPython(t *testing.T) string {
	t.Helper()
	venv, _ := filepath.Abs("../../.venv/bin/python")
	for _, name := range []string{os.Getenv("GALAGO_PYTHON"), venv, "python3", "/usr/bin/python3"} {
		if name != "" && exec.Command(name, "-c", "import h5py; assert h5py.version.version_tuple >= (3, 13)").Run() == nil {
			return name
		}
	}
	t.Fatal("no Python has h5py 3.13: set GALAGO_PYTHON, or make .venv with \"make test\"")
	return ""
}

// h5py runs a script and reads the JSON that it prints, if result is not nil.
func h5py(t *testing.T, result any, script string, args ...string) {
	t.Helper()
	var errors bytes.Buffer
	cmd := exec.Command(newPython(t), append([]string{"-c", "import sys, os, json, h5py, numpy as np\npath = sys.argv[1]\n" + script}, args...)...)
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("h5py: %v: %s", err, &errors)
	}
	if result != nil {
		if err := json.Unmarshal(out, result); err != nil {
			t.Fatalf("h5py prints %q: %v", out, err)
		}
	}
}
