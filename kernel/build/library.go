package build

import (
	"context"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A Library answers questions about the packages that cells may import, for
// somebody who cannot wait: nothing is compiled for an answer, and what the
// session compiles meanwhile does not delay it. Any goroutine may ask.
type Library struct {
	builder   *Builder
	positions *token.FileSet
	world     *serialImporter

	mu    sync.Mutex
	table *map[string]string // of which names and apart are made
	names map[string]string
	// apart reads packages that no cell has imported. They are not the world's:
	// looking at a package is no reason to keep its version.
	apart types.Importer

	std     func() []string        // the paths of the standard library
	cache   func() (string, error) // the folder of the modules' sources
	modules sync.Map               // module with version -> func() []string, its import paths

	learning map[string]bool // paths that are or were being compiled
}

// newLibrary returns a library whose objects' positions are given.
func newLibrary(b *Builder, positions *token.FileSet, world *serialImporter) *Library {
	l := &Library{builder: b, positions: positions, world: world}
	l.std = sync.OnceValue(func() []string { return folders(b.workspace.toolchain.source()) })
	l.cache = sync.OnceValues(func() (string, error) {
		t := b.workspace.toolchain
		out, err := t.run(context.Background(), b.workspace.dir, nil, t.Go, "env", "GOMODCACHE")
		if err != nil {
			return "", fmt.Errorf("find the sources of modules: %w", err)
		}
		return strings.TrimSpace(string(out)), nil
	})
	return l
}

// Library returns the packages of the builder, once it has a world.
func (b *Builder) Library() *Library { return b.library }

// Prepare looks for the packages that can be imported, so that the first
// question need not wait for the disk.
func (l *Library) Prepare() {
	l.std()
	for _, m := range l.required() {
		if !m.indirect {
			l.packagesOf(m)
		}
	}
}

// errUnknown says that a package was not compiled as yet.
var errUnknown = errors.New("the package is not known")

// Import returns a package that was compiled before.
func (l *Library) Import(path string) (*types.Package, error) {
	if p, ok := l.world.known.Load(path); ok {
		return p.(*types.Package), nil
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if (*l.current())[path] == "" {
		l.learn(path)
		return nil, errUnknown
	}
	return l.apart.Import(path)
}

// learn has a package compiled that the standard library or a module of the
// session provides, so that the next answer can tell of it. The lock is held.
func (l *Library) learn(path string) {
	b := l.builder
	provided := slices.ContainsFunc(l.required(), func(m requirement) bool { return path == m.path || strings.HasPrefix(path, m.path+"/") })
	if l.learning[path] || !public(path) || !provided && !b.workspace.toolchain.standard(path) {
		return
	}
	if l.learning == nil {
		l.learning = map[string]bool{}
	}
	l.learning[path] = true
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.background.Err() == nil {
		b.ahead.Go(func() { _ = b.plugins.add(b.background, path) }) // the cell that imports it says what is wrong
	}
}

// current returns the table of compiled packages. The lock is held.
func (l *Library) current() *map[string]string {
	table := l.builder.plugins.published.Load()
	if table == nil {
		table = &map[string]string{}
	}
	if table == l.table {
		return table
	}
	l.table, l.names = table, nil
	l.apart = importer.ForCompiler(l.positions, "gc", func(path string) (io.ReadCloser, error) {
		if file := (*table)[path]; file != "" {
			return os.Open(file)
		}
		return nil, errUnknown
	})
	return table
}

// Names returns the packages that are imported without being asked for, by the
// names that mean them.
func (l *Library) Names() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	table := *l.current()
	if l.names != nil {
		return l.names
	}
	l.names = map[string]string{}
	for name := range preferred {
		l.names[name] = meant(name, table)
	}
	seen := map[string]int{}
	for file := range table {
		if public(file) {
			seen[path.Base(file)]++
		}
	}
	for file := range table {
		name := path.Base(file)
		if _, done := l.names[name]; done || !public(file) || !token.IsIdentifier(name) || version.MatchString(name) {
			continue
		}
		if seen[name] == 1 || strings.HasPrefix(file, modulePath+"/lib/") {
			l.names[name] = meant(name, table)
		}
	}
	for name, file := range l.names {
		if file == "" || strings.HasPrefix(file, modulePath) && !strings.HasPrefix(file, modulePath+"/lib/") {
			delete(l.names, name)
		}
	}
	return l.names
}

var version = regexp.MustCompile(`^v\d+$`)

// Paths returns the import paths that begin with what was typed, sorted: those
// of the standard library, of what was compiled, and, once a module's path was
// typed, of all its packages.
func (l *Library) Paths(typed string) []string {
	l.mu.Lock()
	table := *l.current()
	l.mu.Unlock()
	var paths []string
	add := func(p string) {
		if strings.HasPrefix(p, typed) && public(p) && !strings.HasPrefix(p, "galago/") && p != hostPath {
			paths = append(paths, p)
		}
	}
	for p := range table {
		add(p)
	}
	for _, p := range l.std() {
		add(p)
	}
	for _, m := range l.required() {
		if !strings.HasPrefix(typed, m.path) {
			add(m.path)
			continue
		}
		for _, p := range l.packagesOf(m) {
			add(p)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// A requirement is a line of a go.mod.
type requirement struct {
	path, version string
	indirect      bool
}

var requirementLine = regexp.MustCompile(`(?m)^(?:require\s+|\s+)([^\s/]+\.[^\s/]+/\S+)\s+(v\S+)(\s*// indirect)?`)

// required returns the modules that the session's module requires.
func (l *Library) required() []requirement {
	dir := l.builder.workspace.module()
	if l.builder.plugins.mu.TryLock() { // it may be locked as long as something is compiled
		dir = l.builder.plugins.module
		l.builder.plugins.mu.Unlock()
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil
	}
	var modules []requirement
	for _, m := range requirementLine.FindAllStringSubmatch(string(data), -1) {
		if m[1] != modulePath {
			modules = append(modules, requirement{m[1], m[2], m[3] != ""})
		}
	}
	return modules
}

// packagesOf returns the import paths of a module.
func (l *Library) packagesOf(m requirement) []string {
	key := m.path + "@" + m.version
	list, _ := l.modules.LoadOrStore(key, sync.OnceValue(func() []string {
		dir, err := l.moduleFolder(key)
		if err != nil {
			return nil
		}
		var paths []string
		for _, p := range folders(dir) {
			paths = append(paths, path.Join(m.path, p))
		}
		return paths
	}))
	return list.(func() []string)()
}

// folders returns the folders below root that hold packages, relative to it.
func folders(root string) []string {
	var found []string
	var visit func(dir string)
	visit = func(dir string) {
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil {
			return
		}
		holds := false
		for _, e := range entries {
			name := e.Name()
			switch {
			case !e.IsDir():
				if !holds && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
					holds, _ = withC.MatchFile(filepath.Join(root, dir), name) // what cannot be read is not offered
				}
			case name != "testdata" && name != "internal" && name != "vendor" && name != "builtin" && !(dir == "" && name == "cmd") && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_"):
				visit(path.Join(dir, name))
			}
		}
		if holds && !(dir == "" && root == "") {
			found = append(found, dir)
		}
	}
	visit("")
	return found
}

// Position returns where an object of a package was declared. The file is the
// one on this machine, "" if that is not known; shown is its name for a person.
func (l *Library) Position(o types.Object) (file string, line int, shown string) {
	at := l.positions.Position(o.Pos())
	if at.Filename == "" {
		return "", 0, ""
	}
	return l.file(at.Filename), at.Line, at.Filename
}

// Builtin returns the file that describes what Go predeclares.
func (l *Library) Builtin() string {
	return filepath.Join(l.builder.workspace.toolchain.source(), "builtin", "builtin.go")
}

// file finds a source file by the name that compiled packages give it.
func (l *Library) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	first, _, _ := strings.Cut(name, "/")
	if rest, ok := strings.CutPrefix(name, modulePath); ok {
		if _, after, ok := strings.Cut(rest, "/"); ok {
			return filepath.Join(l.builder.workspace.dir, "source", after)
		}
	}
	if !strings.Contains(first, ".") {
		return filepath.Join(l.builder.workspace.toolchain.source(), name)
	}
	before, after, ok := strings.Cut(name, "@")
	if !ok {
		return ""
	}
	v, rest, _ := strings.Cut(after, "/")
	dir, err := l.moduleFolder(before + "@" + v)
	if err != nil {
		return ""
	}
	return filepath.Join(dir, rest)
}

// moduleFolder is where the source of a module with its version lies.
func (l *Library) moduleFolder(module string) (string, error) {
	cache, err := l.cache()
	if err != nil {
		return "", err
	}
	// Capital letters are written !c there, for file systems that fold cases.
	var escaped strings.Builder
	for _, r := range module {
		if unicode.IsUpper(r) {
			escaped.WriteByte('!')
		}
		escaped.WriteRune(unicode.ToLower(r))
	}
	return filepath.Join(cache, filepath.FromSlash(escaped.String())), nil
}
