package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A Package is a unit on its way into the engine. It is compiled in the
// background; only when it is to be loaded is a shared object linked from it,
// which holds the units that it imports as well.
type Package struct {
	Number  int
	files   map[string]string
	imports []*Package // other units
	key     string     // equal keys: equal packages
	archive string     // in the session's folder

	done   chan struct{} // closed once it is compiled
	failed error         // valid after done
}

// Compile writes a unit's source and begins to compile it. The error says what
// cannot be written; what the compiler says comes from [Package.Wait].
func (b *Builder) Compile(world *check.World, unit *check.Unit) (*Package, error) {
	files, err := emit(world, unit, Plugin, b.known)
	if err != nil {
		return nil, err
	}
	return b.begin(unit.Number, files)
}

// Gather returns a package that does nothing but import others, so that they
// are loaded together.
func (b *Builder) Gather(number int, packages []*Package) (*Package, error) {
	var text strings.Builder
	text.WriteString("package " + check.Name + "\n")
	for _, p := range packages {
		fmt.Fprintf(&text, "import _ %q\n", unitPath(p.Number))
	}
	fmt.Fprintf(&text, "import %s %q\nfunc init() { %s.Register(%d, nil) }\nfunc main() {}\n", runtimeName, runtimePath, runtimeName, number)
	return b.begin(number, map[string]string{"gather.go": text.String()})
}

func (b *Builder) begin(number int, files map[string]string) (*Package, error) {
	p := &Package{Number: number, files: files, done: make(chan struct{})}
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(hash, name, files[name])
	}
	paths, err := importPaths(files)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if other := b.unit(unitNumber(path)); other != nil {
			p.imports = append(p.imports, other)
			fmt.Fprintln(hash, path, other.key)
			continue
		}
		file, err := b.plugins.find(context.Background(), path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(hash, path, file)
	}
	p.key = fmt.Sprintf("%x", hash.Sum(nil)[:16])
	p.archive = filepath.Join(b.dir, p.key+".a")
	b.mu.Lock()
	b.cells[number] = p
	b.mu.Unlock()
	go func() {
		defer close(p.done)
		p.failed = b.makeArchive(p)
	}()
	return p, nil
}

func (b *Builder) unit(number int) *Package {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cells[number]
}

// importPaths returns what the files of a package import.
func importPaths(files map[string]string) ([]string, error) {
	found := map[string]bool{}
	for name, text := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("read the imports of a compiled cell: %w", err)
		}
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if path != "unsafe" {
				found[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// Wait waits until the package is compiled and returns what was wrong with it.
func (p *Package) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.failed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Failed returns what is wrong with a package, nil as long as that is not known.
func (p *Package) Failed() error {
	select {
	case <-p.done:
		return p.failed
	default:
		return nil
	}
}

// All returns the units that p imports, directly or not, and p itself at the end.
func (p *Package) All() []*Package {
	var list []*Package
	seen := map[*Package]bool{}
	var visit func(*Package)
	visit = func(p *Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, other := range p.imports {
			visit(other)
		}
		list = append(list, p)
	}
	visit(p)
	return list
}

// Holds reports whether the shared object of p brings another unit along.
func (p *Package) Holds(other *Package) bool { return slices.Contains(p.All(), other) }

// makeArchive compiles a package whose imports may still be compiled.
func (b *Builder) makeArchive(p *Package) error {
	for _, other := range p.imports {
		if err := other.Wait(b.background); err != nil {
			return fmt.Errorf("what it uses does not compile: %w", err)
		}
	}
	return b.cached(p.archive, func(dir, target string) error {
		return b.compile(b.background, filepath.Join(dir, "source"), target, unitPath(p.Number), b.config(p), p.files, "-dynlink", "-shared")
	})
}

// config is the table of packages for the compiler and the linker.
func (b *Builder) config(p *Package) string {
	config := b.plugins.config()
	for _, other := range p.All() {
		config += fmt.Sprintf("packagefile %s=%s\n", unitPath(other.Number), other.archive)
	}
	return config
}

// Object links a package that was compiled and returns the shared object.
func (b *Builder) Object(ctx context.Context, p *Package) (string, error) {
	if err := p.Wait(ctx); err != nil {
		return "", err
	}
	object := filepath.Join(b.dir, p.key+".so")
	return object, b.cached(object, func(dir, target string) error {
		flags := append([]string{b.workspace.driverFlag(), "-buildmode=plugin", "-pluginpath=" + unitPath(p.Number)}, b.pluginFlags()...)
		return b.link(ctx, dir, p.archive, target, b.config(p), pluginEnv, flags...)
	})
}

// LinkAhead links a package in the background. What goes wrong is said when
// [Builder.Object] is asked for it.
func (b *Builder) LinkAhead(p *Package) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.background.Err() != nil {
		return
	}
	b.ahead.Go(func() { _, _ = b.Object(b.background, p) })
}
