package jupyter

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/galago-hpc/galago/kernel/jupyter/kernelspec"
)

// testKernel is the program of testdata/kernel, built once; programs is its folder.
var testKernel, programs string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "jupyter-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	programs, testKernel = dir, filepath.Join(dir, "testkernel")
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

// A program is a kernel under test and the language of its cells.
type program struct{ path, language string }

// run runs a module of testdata against the kernel.
func (p program) run(t *testing.T, arguments ...string) {
	t.Helper()
	prefix := t.TempDir()
	_, err := kernelspec.Install(kernelspec.Options{Prefix: prefix, Name: "galago-test", Executable: p.path})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python(t), "run.py", "--language", p.language)
	cmd.Args = append(append(cmd.Args, arguments...), "--", p.path, "kernel")
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "JUPYTER_PATH="+filepath.Join(prefix, "share", "jupyter"), "XDG_STATE_HOME="+t.TempDir())
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", cmd, err, output)
	}
}

// TestProtocol drives the test kernel.
func TestProtocol(t *testing.T) {
	for _, module := range []string{"test_execute", "test_control", "test_protocol", "test_subshell", "test_history", "test_echo", "test_conformance", "test_nbclient"} {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			program{testKernel, "echo"}.run(t, module)
		})
	}
}

var buildGalago = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(programs, "galago")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "../../cmd/galago")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %w\n%s", build, err, output)
	}
	return path, nil
})

// galago is the real program, built once.
func galago(t *testing.T) string {
	t.Helper()
	path, err := buildGalago()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestGalago drives the real kernel with Go cells.
func TestGalago(t *testing.T) {
	path := galago(t)
	kernel := program{path, "go"}
	kernel.run(t, "-k", "messages_come", "test_execute") // fills the compile cache: jupyter_kernel_test waits 15 s only
	for _, module := range []string{"test_execute", "test_control", "test_subshell", "test_conformance", "test_nbclient", "test_clients", "test_widgets"} {
		t.Run(module, func(t *testing.T) {
			kernel.run(t, module)
		})
	}
	t.Run("fuzz", func(t *testing.T) { fuzz(t, path, "1 + 1", *messages, func(before int) int { return before / 5 }) })
}
