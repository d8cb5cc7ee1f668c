package jupyter_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/kernel/jupyter/kernelspec"
)

// testKernel is the program of testdata/kernel, built once.
var testKernel string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "jupyter-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	testKernel = filepath.Join(dir, "testkernel")
	build := exec.Command("go", "build", "-o", testKernel, "./testdata/kernel")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	return m.Run()
}

// python is the interpreter that has jupyter_client: $GALAGO_PYTHON, or the
// one of .venv at the repository's root.
func python(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("GALAGO_PYTHON"); path != "" {
		return path
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, ".venv", "bin", "python")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("no Python with jupyter_client and jupyter_kernel_test: set GALAGO_PYTHON, or make %s with \"make test\"", path)
	}
	return path
}

// runPython runs a module of testdata against the test kernel.
func runPython(t *testing.T, module string, env ...string) {
	t.Parallel()
	cmd := exec.Command(python(t), "run.py", "--language", "echo", module, "--", testKernel, "kernel")
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Env = append(cmd.Env, env...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", cmd, err, output)
	}
}

func TestCells(t *testing.T)                  { runPython(t, "test_execute") }
func TestControlAndEnd(t *testing.T)          { runPython(t, "test_control") }
func TestRequestsAndBadMessages(t *testing.T) { runPython(t, "test_protocol") }
func TestWhatOnlyEchoCanProvoke(t *testing.T) { runPython(t, "test_echo") }
func TestConformanceOfInstalled(t *testing.T) {
	prefix := t.TempDir()
	_, err := kernelspec.Install(kernelspec.Options{Prefix: prefix, Name: "galago-test", Executable: testKernel})
	if err != nil {
		t.Fatal(err)
	}
	runPython(t, "test_conformance", "JUPYTER_PATH="+filepath.Join(prefix, "share", "jupyter"))
}
