package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/galago-hpc/galago/kernel/check"
)

// A Builder compiles the units of one session.
type Builder struct {
	workspace  *workspace
	plugins    *packages
	programs   *packages
	dir        string // of the session
	known      *accessors
	importer   *serialImporter // that of the world
	library    *Library
	mu         sync.Mutex
	cells      map[int]*Package // the units
	storing    sync.WaitGroup   // copies on their way into the cache
	ahead      sync.WaitGroup   // objects that are linked before they are needed
	background context.Context  // of what nobody waits for; ends with the builder
	stop       func()
	session    sessionModule
}

// Open finds the toolchain and prepares the workspace. The first time this
// compiles Galago's libraries, which takes about a minute. The environment is
// that of everything it compiles: CGO_CFLAGS, PKG_CONFIG_PATH, build tags in
// GOFLAGS and the like; the process's if nil.
func Open(ctx context.Context, env []string) (*Builder, error) {
	t, err := FindToolchain(ctx)
	if err != nil {
		return nil, err
	}
	t.use(env)
	w, err := openWorkspace(ctx, t)
	if err != nil {
		return nil, err
	}
	b := &Builder{workspace: w, plugins: w.pluginPackages(), programs: w.programPackages(), cells: map[int]*Package{}}
	b.background, b.stop = context.WithCancel(context.Background())
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

// Close ends what is being compiled and removes the compiled cells.
func (b *Builder) Close() error {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
	b.ahead.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.cells {
		<-p.done
	}
	b.storing.Wait()
	return os.RemoveAll(b.dir)
}

// Provide compiles a package that a cell imports, if need be.
func (b *Builder) Provide(ctx context.Context, path string) error {
	if _, err := b.plugins.find(ctx, path); err != nil {
		return err
	}
	return b.noteCxx(ctx, path)
}

// World returns a new, empty world for the checker, which reads the types of
// packages from their compiled form.
func (b *Builder) World() (*check.World, error) {
	b.known = newAccessors(func(unit int) bool {
		p := b.unit(unit)
		return p != nil && p.Failed() == nil
	})
	positions := token.NewFileSet()
	b.importer = &serialImporter{inner: importer.ForCompiler(positions, "gc", func(path string) (io.ReadCloser, error) {
		file, err := b.plugins.find(context.Background(), path)
		if err != nil {
			return nil, err
		}
		return os.Open(file)
	})}
	b.library = newLibrary(b, positions, b.importer)
	runtime, err := b.importer.Import(runtimePath)
	if err != nil {
		return nil, err
	}
	return check.NewWorld(b.importer, b.plugins.named, check.Predeclared(runtime)), nil
}

// serialImporter keeps packages from being read twice at once: types are
// compared by identity.
type serialImporter struct {
	mu    sync.Mutex
	inner types.Importer
	known sync.Map // path -> *types.Package, for those who cannot wait for the lock
}

func (s *serialImporter) Import(path string) (*types.Package, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.inner.Import(path)
	if err == nil {
		s.known.Store(path, p)
	}
	return p, err
}

// Program compiles a unit to an executable and returns its path. Equal sources
// give the same file, which is made once.
func (b *Builder) Program(ctx context.Context, world *check.World, unit *check.Unit) (string, error) {
	files, err := emit(world, unit, Program, b.known)
	if err != nil {
		return "", err
	}
	table, err := b.programTable(ctx, imported(unit))
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(hash, name, files[name])
	}
	config := table.config()
	fmt.Fprint(hash, config)
	cache := b.workspace.programs()
	program := filepath.Join(cache, fmt.Sprintf("%x", hash.Sum(nil)[:16]))
	if renew(program) {
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
	if err := b.link(ctx, dir, archive, temporary, config, table.env, table.linkFlags...); err != nil {
		return "", err
	}
	return program, copyFile(temporary, program)
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
