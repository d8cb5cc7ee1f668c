package build

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/galago-hpc/galago/kernel/check"
)

// packages is a table of compiled packages for one use: where the compiler and
// the linker find each of them.
type packages struct {
	workspace *workspace
	name      string   // of the table's file
	base      []string // what the table begins with
	env       []string
	flags     []string // of go list
	linkFlags []string

	mu     sync.Mutex
	module string            // the folder of the module in which packages are looked up
	files  map[string]string // import path -> archive with export data
	asked  map[string]bool   // the paths that were looked for in this session, and found

	published atomic.Pointer[map[string]string] // files, for those who cannot wait for the lock
}

// base are the packages that every table begins with: what the engine and
// Galago's libraries are made of, and what most cells import.
var base = []string{
	hostPath, modulePath + "/lib/...",
	"gonum.org/v1/plot", "gonum.org/v1/plot/plotter", "gonum.org/v1/plot/plotutil", "gonum.org/v1/plot/vg", "gonum.org/v1/plot/vg/draw", "gonum.org/v1/plot/palette", "gonum.org/v1/plot/palette/moreland",
	"gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/floats",
	"bufio", "bytes", "cmp", "context", "encoding/json", "errors", "fmt", "image/color", "image/gif", "image/png", "io", "iter", "maps", "math", "math/cmplx", "math/rand", "math/rand/v2",
	"os", "regexp", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "text/tabwriter", "time", "unsafe",
}

func (w *workspace) pluginPackages() *packages {
	return &packages{workspace: w, module: w.module(), name: "plugin.json", base: base, env: pluginEnv, flags: []string{"-buildmode=plugin"}}
}

func (w *workspace) programPackages() *packages {
	return &packages{workspace: w, module: w.module(), name: "program.json", base: base, env: programEnv}
}

// load reads the table, or makes it.
func (p *packages) load(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files != nil {
		return nil
	}
	if data, err := os.ReadFile(p.file()); err == nil {
		files := map[string]string{}
		if json.Unmarshal(data, &files) == nil && allExist(files) {
			p.files = files
			p.publish()
			return nil
		}
	}
	files := map[string]string{}
	if len(p.base) > 0 {
		var err error
		if files, err = p.list(ctx, p.base); err != nil {
			return err
		}
	}
	p.files = files
	p.publish()
	return p.save()
}

// publish lets others see the table while it is locked, which may be as long as
// packages are being compiled. The lock is held.
func (p *packages) publish() {
	files := maps.Clone(p.files)
	p.published.Store(&files)
}

// file is where the table is kept: beside the workspace's own module, or
// inside a session's.
func (p *packages) file() string {
	if p.module == p.workspace.module() {
		return filepath.Join(p.workspace.dir, p.name)
	}
	return filepath.Join(p.module, p.name)
}

// allExist reports whether the archives are still there: Go's build cache
// drops what was not used for some days.
func allExist(files map[string]string) bool {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return len(files) > 0
}

func (p *packages) save() error {
	data, err := json.Marshal(p.files)
	if err != nil {
		return err
	}
	if err := writeWhole(p.file(), data, 0o600); err != nil {
		return fmt.Errorf("keep the table of compiled packages: %w", err)
	}
	return nil
}

// list compiles packages and everything that they import.
func (p *packages) list(ctx context.Context, paths []string) (map[string]string, error) {
	args := append([]string{"list", "-export", "-deps", "-trimpath", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}, p.flags...)
	args = append(args, paths...)
	t := p.workspace.toolchain
	out, err := t.run(ctx, p.module, p.env, t.Go, args...)
	if missingSum(err) && p.module != p.workspace.module() {
		// go get notes the checksums only of what was asked for by name.
		out, err = t.run(ctx, p.module, append(t.changing(), p.env...), t.Go, args...)
	}
	if err != nil {
		return nil, p.explain(paths, err)
	}
	files := map[string]string{}
	for _, line := range strings.Fields(string(out)) {
		if path, file, ok := strings.Cut(line, "="); ok {
			files[path] = file
		}
	}
	return files, nil
}

func summary(paths []string) string {
	if len(paths) > 3 {
		return fmt.Sprintf("%s and %d more packages", paths[0], len(paths)-1)
	}
	return strings.Join(paths, ", ")
}

// find returns the archive of a package, compiling it if need be.
func (p *packages) find(ctx context.Context, path string) (string, error) {
	if err := p.load(ctx); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if file, ok := p.files[path]; ok {
		p.ask(path)
		return file, nil
	}
	files, err := p.list(ctx, []string{path})
	if err != nil {
		return "", err
	}
	for path, file := range files {
		p.files[path] = file
	}
	p.publish()
	file, ok := p.files[path]
	if !ok {
		return "", fmt.Errorf("package %s has no compiled form", path)
	}
	p.ask(path)
	return file, p.save()
}

// add compiles a package that nobody has asked for as yet.
func (p *packages) add(ctx context.Context, path string) error {
	files, err := p.list(ctx, []string{path})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for path, file := range files {
		if p.files[path] == "" {
			p.files[path] = file
		}
	}
	p.publish()
	return p.save()
}

func (p *packages) ask(path string) {
	if p.asked == nil {
		p.asked = map[string]bool{}
	}
	p.asked[path] = true
}

// inUse returns the paths that this session has looked for.
func (p *packages) inUse() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.asked)
}

// folder is where the module lies in which packages are looked up.
func (p *packages) folder() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.module
}

// archive returns the archive of a package that is in the table, or "".
func (p *packages) archive(path string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files[path]
}

// become takes over the module and the content of another table.
func (p *packages) become(other *packages) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.module, p.files = other.module, other.files
	p.publish()
}

// config writes the table in the form that compile and link read.
func (p *packages) config() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		if path != hostPath {
			fmt.Fprintf(&b, "packagefile %s=%s\n", path, p.files[path])
		}
	}
	return b.String()
}

// named returns the path of the package that a name most likely means: the
// only one in the table whose path ends in it. Galago's own come first.
func (p *packages) named(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return meant(name, p.files)
}

// meant is the path that a name means in a table.
func meant(name string, files map[string]string) string {
	if path := modulePath + "/lib/" + name; files[path] != "" && public(path) {
		return path
	}
	if path, ok := preferred[name]; ok {
		return path
	}
	found := ""
	for path := range files {
		if path != name && !strings.HasSuffix(path, "/"+name) || !public(path) {
			continue
		}
		if found != "" {
			return ""
		}
		found = path
	}
	return found
}

// preferred are packages whose names stand for others, too, that nobody means
// in a cell, or that the table does not hold.
var preferred = map[string]string{
	"math": "math", "rand": "", "template": "", "plot": "gonum.org/v1/plot", "draw": "gonum.org/v1/plot/vg/draw",
	"context": "context", "sort": "sort", "time": "time", "color": "image/color", "errors": "errors", "filepath": "path/filepath", "exec": "os/exec", "http": "net/http", "bits": "math/bits", "big": "math/big", "heap": "container/heap", "utf8": "unicode/utf8", "unsafe": "unsafe", "unicode": "unicode", "reflect": "reflect", "runtime": "runtime", "log": "log", "csv": "encoding/csv", "binary": "encoding/binary", "base64": "encoding/base64", "hex": "encoding/hex",
}

// public reports whether a cell may import the package, and would.
func public(path string) bool {
	if check.OfRuntime(path) {
		return false
	}
	for _, part := range strings.Split(path, "/") {
		if part == "internal" || part == "vendor" {
			return false
		}
	}
	return true
}
