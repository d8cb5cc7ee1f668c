package h5

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// childVariable names what the test program does when it is started as a child:
// some things need a process of their own.
const childVariable = "GALAGO_H5_TEST_CHILD"

// libraryVariable names a libhdf5 to run the tests with.
const libraryVariable = "GALAGO_H5_TEST_LIBRARY"

var children = map[string]func(args []string) error{}

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Settings of the person who runs the tests are not the subject.
	for _, name := range append(moduleVariables, Setting) {
		os.Unsetenv(name)
	}
	// All tests can be run with another library than the one that is found.
	if path := os.Getenv(libraryVariable); path != "" {
		os.Setenv(Setting, path)
	}
	status := m.Run()
	for _, do := range atEnd {
		do()
	}
	os.Exit(status)
}

// atEnd is what is done after the last test.
var atEnd []func()

// child prepares a process that runs a function of children.
func child(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), childVariable+"="+name)
	return cmd
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// temporary returns the path of a file that does not exist, and a new file there.
func temporary(t *testing.T) (string, *File) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.h5")
	f := must[*File](t)(Create(path))
	t.Cleanup(func() { _ = f.Close() })
	return path, f
}

// wantError makes sure that err says all of the words.
func wantError(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%s: the error lacks %q: %v", what, word, err)
		}
	}
	if strings.Contains(err.Error(), "\n\n") || strings.TrimSpace(err.Error()) == "" {
		t.Errorf("%s: error %q", what, err)
	}
}
