package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	galago "github.com/galago-hpc/galago"
)

const (
	modulePath = "github.com/galago-hpc/galago"
	hostPath   = modulePath + "/kernel/engine/host"
)

// A workspace is a folder in the user's cache: the source that this binary
// carries, a module that requires it, and the engine built from both.
type workspace struct {
	dir       string
	toolchain *Toolchain
	copies    sync.Map // folders below local() -> the user's folders that they are copies of
}

// openWorkspace prepares the workspace of a toolchain.
func openWorkspace(ctx context.Context, t *Toolchain) (*workspace, error) {
	cache, err := cacheDirectory()
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	fmt.Fprintln(hash, t.Version, t.Go, t.settings(), required)
	err = eachSource(func(name string, data []byte) error {
		fmt.Fprintln(hash, name, len(data))
		hash.Write(data)
		return nil
	})
	if err != nil {
		return nil, err
	}
	w := &workspace{dir: filepath.Join(cache, fmt.Sprintf("%s-%x", t.Version, hash.Sum(nil)[:8])), toolchain: t}
	if err := w.unpack(); err != nil {
		return nil, fmt.Errorf("prepare Galago's libraries in %s: %w", w.dir, err)
	}
	if err := w.buildHost(ctx); err != nil {
		return nil, fmt.Errorf("build the engine in %s: %w", w.dir, err)
	}
	if err := w.writeDriver(ctx); err != nil {
		return nil, fmt.Errorf("prepare linking in %s: %w", w.dir, err)
	}
	w.prune()
	return w, nil
}

// cacheDirectory is where compiled things are kept: GALAGO_CACHE, or galago in
// the user's cache folder.
func cacheDirectory() (string, error) {
	if dir := os.Getenv("GALAGO_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for compiled cells: %w; set GALAGO_CACHE", err)
	}
	return filepath.Join(dir, "galago"), nil
}

// eachSource calls visit for the files that the binary carries, tests left out.
func eachSource(visit func(name string, data []byte) error) error {
	return fs.WalkDir(galago.Source, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		data, err := galago.Source.ReadFile(name)
		if err != nil {
			return err
		}
		return visit(name, data)
	})
}

func (w *workspace) module() string { return filepath.Join(w.dir, "module") }

// programs is where finished rank programs are kept.
func (w *workspace) programs() string { return filepath.Join(w.dir, "programs") }

// cells is where compiled cells are kept for the next session.
func (w *workspace) cells() string { return filepath.Join(w.dir, "cells") }

// local is where copies of the user's own packages are kept.
func (w *workspace) local() string { return filepath.Join(w.dir, "local") }

func (w *workspace) host() string { return filepath.Join(w.dir, "engine") }

// unpack writes the sources, unless an earlier session has done so. It is
// written elsewhere first and moved, so that nobody meets half of it.
func (w *workspace) unpack() error {
	if _, err := os.Stat(w.module()); err == nil {
		return nil
	}
	parent := filepath.Dir(w.dir)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(parent, "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	err = eachSource(func(name string, data []byte) error {
		return writeFile(filepath.Join(temporary, "source", name), data)
	})
	if err != nil {
		return err
	}
	if err := writeModule(filepath.Join(temporary, "module")); err != nil {
		return err
	}
	if err := os.Rename(temporary, w.dir); err != nil {
		if _, stat := os.Stat(w.module()); stat == nil {
			return nil // another session was quicker
		}
		return err
	}
	return nil
}

// required is how a session's module gets Galago's libraries. The version is
// higher than any that a user's module may ask for: all of them get the source
// that this binary carries.
const required = "\nrequire " + modulePath + " v1.999999.0\n\nreplace " + modulePath + " => ../source"

// writeModule writes the module in which cells are compiled. It requires what
// Galago requires, so that both see the same versions.
func writeModule(dir string) error {
	mod, err := galago.Source.ReadFile("go.mod")
	if err != nil {
		return err
	}
	sum, err := galago.Source.ReadFile("go.sum")
	if err != nil {
		return err
	}
	text := strings.Replace(string(mod), "module "+modulePath, "module galago", 1)
	text += required + "\n"
	if err := writeFile(filepath.Join(dir, "go.mod"), []byte(text)); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "go.sum"), sum); err != nil {
		return err
	}
	// A package of its own keeps go list from finding the module empty.
	return writeFile(filepath.Join(dir, "session.go"), []byte("package galago\n"))
}

// buildHost builds the engine, unless an earlier session has done so.
func (w *workspace) buildHost(ctx context.Context) error {
	if _, err := os.Stat(w.host()); err == nil {
		return nil
	}
	dir, err := os.MkdirTemp(w.dir, "engine-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	temporary := filepath.Join(dir, "engine")
	if _, err := w.toolchain.run(ctx, w.module(), pluginEnv, w.toolchain.Go, "build", "-trimpath", "-o", temporary, hostPath); err != nil {
		return err
	}
	return os.Rename(temporary, w.host())
}

// pluginEnv and programEnv are the settings under which packages are compiled
// for the engine and for rank programs.
var (
	pluginEnv  = []string{"CGO_ENABLED=1"}
	programEnv = []string{"CGO_ENABLED=0"}
)

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
