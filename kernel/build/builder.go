package build

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/galago-hpc/galago/kernel/check"
)

// A Builder compiles the units of one session.
type Builder struct {
	workspace *workspace
	plugins   *packages
	programs  *packages
	dir       string // of the session
	known     *accessors
	units     []int // compiled plugins, in order
}

// Open finds the toolchain and prepares the workspace. The first time this
// compiles Galago's libraries, which takes about a minute.
func Open(ctx context.Context) (*Builder, error) {
	t, err := FindToolchain(ctx)
	if err != nil {
		return nil, err
	}
	w, err := openWorkspace(ctx, t)
	if err != nil {
		return nil, err
	}
	b := &Builder{workspace: w, plugins: w.pluginPackages(), programs: w.programPackages(), known: newAccessors()}
	if err := b.plugins.load(ctx); err != nil {
		return nil, err
	}
	b.dir, err = os.MkdirTemp("", "galago-session-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for compiled cells: %w", err)
	}
	return b, nil
}

// Prepare compiles what rank programs import, so that the first one is quick.
func (b *Builder) Prepare(ctx context.Context) error { return b.programs.load(ctx) }

// Engine returns the path of the engine's executable.
func (b *Builder) Engine() string { return b.workspace.host() }

// Version returns the version of the toolchain, such as go1.26.8.
func (b *Builder) Version() string { return b.workspace.toolchain.Version }

// Close removes the compiled cells.
func (b *Builder) Close() error { return os.RemoveAll(b.dir) }

// World returns a new, empty world for the checker, which reads the types of
// packages from their compiled form.
func (b *Builder) World() (*check.World, error) {
	imports := &serialImporter{inner: importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		file, err := b.plugins.find(context.Background(), path)
		if err != nil {
			return nil, err
		}
		return os.Open(file)
	})}
	runtime, err := imports.Import(runtimePath)
	if err != nil {
		return nil, err
	}
	var predeclared []types.Object
	for _, name := range []string{"must", "must0", "must2"} {
		f := runtime.Scope().Lookup(strings.ToUpper(name[:1]) + name[1:])
		predeclared = append(predeclared, types.NewFunc(token.NoPos, runtime, name, f.Type().(*types.Signature)))
	}
	return check.NewWorld(imports, b.plugins.named, predeclared), nil
}

// serialImporter keeps packages from being read twice at once: types are
// compared by identity.
type serialImporter struct {
	mu    sync.Mutex
	inner types.Importer
}

func (s *serialImporter) Import(path string) (*types.Package, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inner.Import(path)
}

// Plugin compiles a unit for the engine and returns the shared object.
func (b *Builder) Plugin(ctx context.Context, world *check.World, unit *check.Unit) (string, error) {
	files, err := emit(world, unit, Plugin, b.known)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.dir, fmt.Sprintf("c%d", unit.Number))
	archive := filepath.Join(b.dir, fmt.Sprintf("c%d.a", unit.Number))
	config := b.plugins.config()
	for _, number := range b.units {
		config += fmt.Sprintf("packagefile %s=%s\n", unitPath(number), filepath.Join(b.dir, fmt.Sprintf("c%d.a", number)))
	}
	if err := b.compile(ctx, dir, archive, unitPath(unit.Number), config, files, "-dynlink", "-shared"); err != nil {
		return "", err
	}
	object := filepath.Join(b.dir, fmt.Sprintf("c%d.so", unit.Number))
	config += fmt.Sprintf("packagefile %s=%s\n", unitPath(unit.Number), archive)
	if err := b.link(ctx, dir, archive, object, config, pluginEnv, "-buildmode=plugin", "-pluginpath="+unitPath(unit.Number)); err != nil {
		return "", err
	}
	b.units = append(b.units, unit.Number)
	return object, os.RemoveAll(dir)
}

// Program compiles a unit to an executable and returns its path. Equal sources
// give the same file, which is made once.
func (b *Builder) Program(ctx context.Context, world *check.World, unit *check.Unit) (string, error) {
	files, err := emit(world, unit, Program, b.known)
	if err != nil {
		return "", err
	}
	if err := b.programs.load(ctx); err != nil {
		return "", err
	}
	for _, path := range imported(unit) {
		if _, err := b.programs.find(ctx, path); err != nil {
			return "", err
		}
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(hash, name, files[name])
	}
	config := b.programs.config()
	fmt.Fprint(hash, config)
	cache := b.workspace.programs()
	program := filepath.Join(cache, fmt.Sprintf("%x", hash.Sum(nil)[:16]))
	if now := time.Now(); os.Chtimes(program, now, now) == nil {
		return program, nil
	}
	dir, err := os.MkdirTemp(b.dir, "program-")
	if err != nil {
		return "", fmt.Errorf("make a folder for a rank program: %w", err)
	}
	defer os.RemoveAll(dir)
	archive := filepath.Join(dir, "main.a")
	if err := b.compile(ctx, filepath.Join(dir, "source"), archive, "main", config, files); err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", fmt.Errorf("keep a rank program: %w", err)
	}
	temporary := filepath.Join(dir, "program")
	if err := b.link(ctx, dir, archive, temporary, config, programEnv); err != nil {
		return "", err
	}
	return program, moveInto(temporary, program)
}

// imported returns the paths of the packages that a unit imports.
func imported(unit *check.Unit) []string {
	paths := map[string]string{}
	for _, f := range unit.Files {
		for _, path := range f.Imports {
			paths[path] = path
		}
		for _, path := range f.Dots {
			paths[path] = path
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

func (b *Builder) compile(ctx context.Context, dir, archive, path, config string, files map[string]string, flags ...string) error {
	for name, text := range files {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			return fmt.Errorf("write a cell for the compiler: %w", err)
		}
	}
	table := filepath.Join(dir, "importcfg")
	if err := writeFile(table, []byte(config)); err != nil {
		return fmt.Errorf("write a cell for the compiler: %w", err)
	}
	args := append([]string{"-p", path, "-pack", "-c=2", "-trimpath", dir + "=>", "-importcfg", table, "-o", archive}, flags...)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		args = append(args, filepath.Join(dir, name))
	}
	_, err := b.workspace.toolchain.run(ctx, dir, nil, b.workspace.toolchain.tool("compile"), args...)
	return compileError(err, dir)
}

func (b *Builder) link(ctx context.Context, dir, archive, target, config string, env []string, flags ...string) error {
	table := filepath.Join(dir, "linkcfg")
	if err := writeFile(table, []byte(config)); err != nil {
		return fmt.Errorf("write a cell for the linker: %w", err)
	}
	args := append([]string{"-importcfg", table, "-s", "-w", "-o", target}, flags...)
	_, err := b.workspace.toolchain.run(ctx, dir, env, b.workspace.toolchain.tool("link"), append(args, archive)...)
	return err
}

var compilerMessage = regexp.MustCompile(`^(?:.*/)?cell (\d+):(\d+)(?::(\d+))?: (.*)$`)

// compileError turns the compiler's messages into diagnostics. Most errors are
// found by the checker; those that are left come from what it does not do.
func compileError(err error, dir string) error {
	var tool *toolError
	if !errors.As(err, &tool) {
		return err
	}
	var diagnostics check.Diagnostics
	for _, line := range strings.Split(tool.output, "\n") {
		m := compilerMessage.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		number, _ := strconv.Atoi(m[1])
		row, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		diagnostics = append(diagnostics, check.Diagnostic{Cell: number, Line: row, Column: max(column, 1), Message: strings.ReplaceAll(m[4], mark, "")})
	}
	if len(diagnostics) == 0 {
		return fmt.Errorf("compile the cell: %s", strings.ReplaceAll(tool.output, dir+"/", ""))
	}
	return diagnostics
}

// moveInto gives a finished file its final name. The session's folder may lie
// on another file system than the cache.
func moveInto(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s-%d", to, os.Getpid())
	if err := os.WriteFile(temporary, data, 0o700); err != nil {
		return err
	}
	return os.Rename(temporary, to)
}
