// Package kernelspec installs Galago where Jupyter looks for kernels.
//
//	dir, err := kernelspec.Install(kernelspec.Options{})                         // for the user
//	dir, err := kernelspec.Install(kernelspec.Options{Prefix: "/opt/jupyter"})   // for an installation
//	dir, err := kernelspec.Uninstall(kernelspec.Options{})
//
// A kernelspec is a folder of the kernel's name with kernel.json, which says
// how to start it, and logos. "jupyter kernelspec list" shows those that
// Jupyter finds.
package kernelspec

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Defaults of [Options].
const (
	DefaultName        = "galago"
	DefaultDisplayName = "Go (Galago)"
)

//go:embed logo-32x32.png logo-64x64.png logo-svg.svg
var logos embed.FS

// Options say what is installed and where. The zero value installs the running
// program for the user under the default names.
type Options struct {
	Name        string            // folder name; default "galago"
	DisplayName string            // what the launcher shows; default "Go (Galago)"
	Executable  string            // absolute path of galago; default the running program
	Arguments   []string          // of "galago kernel", before the connection file
	Env         map[string]string // added to the kernel's environment

	// Where: the first that is set. Without any it is the user's folder.
	Prefix    string // PREFIX/share/jupyter/kernels
	SysPrefix bool   // the active conda or virtual environment
}

// A Spec is kernel.json.
type Spec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
	Metadata      map[string]any    `json:"metadata"`
}

var (
	validName     = regexp.MustCompile(`^[a-z0-9._-]+$`)
	validVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func (o Options) filled() (Options, error) {
	if o.Name == "" {
		o.Name = DefaultName
	}
	if !validName.MatchString(o.Name) || strings.Trim(o.Name, ".") == "" {
		return o, fmt.Errorf("kernel name %q: Jupyter allows a-z, 0-9, '.', '_' and '-'", o.Name)
	}
	if o.DisplayName == "" {
		o.DisplayName = DefaultDisplayName
	}
	if o.Executable == "" {
		path, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("finding the galago program: %w", err)
		}
		o.Executable = path
	}
	if o.Env == nil {
		o.Env = map[string]string{}
	}
	for name := range o.Env {
		if !validVariable.MatchString(name) {
			return o, fmt.Errorf("environment variable %q: its name is not one that a shell takes", name)
		}
	}
	return o, nil
}

func (o Options) spec() Spec {
	return Spec{
		Argv:          slices.Concat([]string{o.Executable, "kernel"}, o.Arguments, []string{"-f", "{connection_file}"}),
		DisplayName:   o.DisplayName,
		Language:      "go",
		InterruptMode: "message",
		Env:           o.Env,
		Metadata:      map[string]any{"debugger": false, "galago": true},
	}
}

// Install writes the kernelspec and returns its folder. One that Galago wrote
// before is replaced as a whole; a foreign one of the same name is an error.
func Install(options Options) (dir string, err error) {
	o, err := options.filled()
	if err != nil {
		return "", err
	}
	parent, err := o.kernels()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(parent, o.Name)
	if err := checkOurs(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("installing the kernel: %w", err)
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("installing the kernel: %w", err)
	}
	// Written beside its place and moved there, so that Jupyter never sees half of it.
	fresh, err := os.MkdirTemp(parent, "."+o.Name+"-")
	if err != nil {
		return "", fmt.Errorf("installing the kernel: %w", err)
	}
	defer os.RemoveAll(fresh)
	if err := o.write(fresh); err != nil {
		return "", fmt.Errorf("installing the kernel: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("replacing the installed kernel: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return "", fmt.Errorf("installing the kernel: %w", err)
	}
	return dir, nil
}

func (o Options) write(dir string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	spec, err := json.MarshalIndent(o.spec(), "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.json"), append(spec, '\n'), 0o644); err != nil {
		return err
	}
	return os.CopyFS(dir, logos)
}

// Uninstall removes the kernelspec and returns the folder where it was.
func Uninstall(options Options) (dir string, err error) {
	o, err := options.filled()
	if err != nil {
		return "", err
	}
	parent, err := o.kernels()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(parent, o.Name)
	if err := checkOurs(dir); err != nil {
		return dir, fmt.Errorf("uninstalling the kernel: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return dir, fmt.Errorf("uninstalling the kernel: %w", err)
	}
	return dir, nil
}

// checkOurs returns nil if dir holds a kernelspec that Install wrote.
func checkOurs(dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	path := filepath.Join(dir, "kernel.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s is no kernelspec of Galago; remove it or choose another name", dir)
	}
	var spec Spec
	if err := json.Unmarshal(data, &spec); err != nil || spec.Metadata["galago"] != true {
		return fmt.Errorf("%s belongs to another kernel; remove it or choose another name", path)
	}
	return nil
}
