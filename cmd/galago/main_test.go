package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// built is the folder with the program under test, as `make build` builds it:
// Galago starts itself for engine and guards, which a test binary could not be.
var built string

// shared is a cache folder for all scripts, so that what the first one has
// compiled serves the others.
var shared string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "galago-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		built, shared = filepath.Join(folder, "bin"), filepath.Join(folder, "cache")
		build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(built, "galago"), ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building galago: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// TestScripts runs the command lines in testdata/script.
func TestScripts(t *testing.T) {
	venv, err := filepath.Abs("../../.venv/bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(venv, "python")); err != nil {
		t.Fatalf("%v: run `make deps-test`", err)
	}
	examples, err := filepath.Abs("../../notebooks")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for _, name := range goVariables {
				env.Setenv(name, goEnv(t, name))
			}
			env.Setenv("PATH", strings.Join([]string{built, os.Getenv("PATH"), "/usr/sbin"}, ":"))
			env.Setenv("BUILT", built)
			// The command that may mount: root by itself, others in a user namespace.
			env.Setenv("UNSHARE", "unshare")
			if os.Getuid() != 0 {
				env.Setenv("UNSHARE", "unshare --map-root-user")
			}
			env.Setenv("VENV", venv)
			env.Setenv("NOTEBOOKS", examples)
			env.Setenv("XDG_CACHE_HOME", shared)
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitfor": waitFor,
		},
	})
}

// goVariables are the toolchain's settings that scripts need, because their
// home folder is not the user's.
var goVariables = []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GOTOOLCHAIN"}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatalf("go env %s: %v", name, err)
	}
	return strings.TrimSpace(string(out))
}

// waitFor waits until a file contains a text: waitfor FILE TEXT.
func waitFor(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		ts.Fatalf("usage: waitfor FILE TEXT")
	}
	path := ts.MkAbs(args[0])
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), args[1]) {
			return
		}
	}
	text, _ := os.ReadFile(path)
	ts.Fatalf("%s does not come to contain %q; it holds:\n%s", args[0], args[1], text)
}
