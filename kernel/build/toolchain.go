package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A Toolchain is an installed Go.
type Toolchain struct {
	Go      string   // the go command
	Version string   // such as go1.26.8
	tools   string   // the folder of compile and link
	env     []string // of its commands; the process's if nil
}

// ErrNoToolchain says that no Go toolchain was found.
var ErrNoToolchain = errors.New("no Go toolchain")

// FindToolchain looks for Go: GALAGO_GO, then PATH, then the usual places.
func FindToolchain(ctx context.Context) (*Toolchain, error) {
	path, err := findGo()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, "env", "GOVERSION", "GOTOOLDIR")
	cmd.Dir = os.TempDir() // a go.mod or go.work of the user's must not choose another toolchain
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w", path, withOutput(err))
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("ask %s for its version: unexpected answer %q", path, out)
	}
	t := &Toolchain{Go: path, Version: lines[0], tools: lines[1]}
	for _, tool := range []string{"compile", "link"} {
		if _, err := os.Stat(t.tool(tool)); err != nil {
			return nil, fmt.Errorf("the Go toolchain of %s is incomplete: %w", path, err)
		}
	}
	return t, nil
}

func (t *Toolchain) tool(name string) string { return filepath.Join(t.tools, name) }

// standard reports whether a package belongs to the standard library.
func (t *Toolchain) standard(path string) bool {
	_, err := os.Stat(filepath.Join(t.source(), path))
	return err == nil
}

// source is the folder of the standard library's source. The tools lie in
// GOROOT/pkg/tool/SYSTEM.
func (t *Toolchain) source() string { return filepath.Join(t.tools, "../../../src") }

func findGo() (string, error) {
	if path := os.Getenv("GALAGO_GO"); path == "none" {
		return "", fmt.Errorf("%w: GALAGO_GO=none hides it", ErrNoToolchain)
	} else if path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("GALAGO_GO: %w", err)
		}
		return path, nil
	}
	if path, err := exec.LookPath("go"); err == nil {
		return path, nil
	}
	home, _ := os.UserHomeDir()
	places := []string{"/usr/local/go/bin/go", filepath.Join(home, "go/bin/go"), filepath.Join(home, "sdk/go/bin/go"), "/usr/lib/go/bin/go"}
	for _, path := range places {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w on PATH or in %s: install Go %s or later, or set GALAGO_GO to the go command", ErrNoToolchain, strings.Join(places, ", "), strings.TrimPrefix(runtime.Version(), "go"))
}

// run executes a command of the toolchain and returns its standard output.
func (t *Toolchain) run(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(t.environment(), env...)
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Run(); err != nil {
		text := strings.TrimSpace(messages.String())
		if text == "" {
			text = strings.TrimSpace(out.String()) // compile speaks there
		}
		return nil, &toolError{fmt.Sprintf("%s %s", filepath.Base(name), first(args)), text, err}
	}
	return out.Bytes(), nil
}

// A toolError is a command of the toolchain that failed.
type toolError struct {
	command string
	output  string
	err     error
}

func (e *toolError) Error() string {
	if e.output == "" {
		return fmt.Sprintf("%s: %v", e.command, e.err)
	}
	return fmt.Sprintf("%s: %s", e.command, e.output)
}

func (e *toolError) Unwrap() error { return e.err }

func withOutput(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
