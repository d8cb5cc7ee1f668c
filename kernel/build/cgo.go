package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	galago "github.com/galago-hpc/galago"
)

// programTable returns the table of the packages that a rank program imports.
//
// A program is static and needs no C compiler, unless one of its packages uses
// cgo: then the whole program is compiled with it, as go build does, under the
// C compiler's settings in the session's environment. CGO_ENABLED is not one
// of them: on ranks a package is what it is in the engine. Galago's own
// libraries never ask for cgo.
func (b *Builder) programTable(ctx context.Context, paths []string) (*packages, error) {
	if err := b.programs.load(ctx); err != nil {
		return nil, err
	}
	paths = slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == "unsafe" }) // which no archive holds
	strange := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return b.programs.archive(path) != "" })
	table, err := b.tableFor(ctx, strange)
	if err != nil {
		return nil, err
	}
	for _, path := range append(paths, runtimePath, rankPath, logsPath) {
		if _, err := table.find(ctx, path); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// tableFor chooses the table for a program by the packages that the static one
// does not hold.
func (b *Builder) tableFor(ctx context.Context, strange []string) (*packages, error) {
	if len(strange) == 0 {
		return b.programs, nil
	}
	together := strings.Join(strange, " ")
	if table, ok := b.session.tables[together]; ok {
		return table, nil
	}
	needs, err := b.cNeeds(ctx, strange)
	if err != nil {
		return nil, err
	}
	table := b.programs
	if needs.any {
		if table, err = b.cgoTable(ctx, needs); err != nil {
			return nil, err
		}
	}
	if b.session.tables == nil {
		b.session.tables = map[string]*packages{}
	}
	b.session.tables[together] = table
	return table, nil
}

// cNeeds is what packages want of a C compiler.
type cNeeds struct {
	any       bool
	cxx       bool     // one holds C++
	pkgConfig []string // the files that pkg-config is to find
	users     []string // the packages that use cgo
}

// cNeeds finds out which of the packages, and of those that they import, use
// cgo. The standard library and what Galago itself requires do without.
func (b *Builder) cNeeds(ctx context.Context, paths []string) (cNeeds, error) {
	const format = `{{if and .CgoFiles (not .Standard)}}{{.ImportPath}} {{with .Module}}{{.Path}}{{end}} {{len .CXXFiles}} {{join .CgoPkgConfig " "}}{{end}}`
	t := b.workspace.toolchain
	out, err := t.run(ctx, b.plugins.folder(), pluginEnv, t.Go, append([]string{"list", "-deps", "-f", format}, paths...)...)
	if err != nil {
		return cNeeds{}, b.plugins.explain(paths, err)
	}
	mod, err := galago.Source.ReadFile("go.mod")
	if err != nil {
		return cNeeds{}, err
	}
	var needs cNeeds
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[1] == modulePath || strings.Contains(string(mod), "\t"+words[1]+" ") {
			continue
		}
		needs.any = true
		needs.cxx = needs.cxx || words[2] != "0"
		needs.users = append(needs.users, words[0])
		needs.pkgConfig = append(needs.pkgConfig, words[3:]...)
	}
	slices.Sort(needs.pkgConfig)
	needs.pkgConfig = slices.Compact(needs.pkgConfig)
	return needs, nil
}

// cVariables are those by which a C compiler or pkg-config finds other headers
// and libraries, and of which go's own cache knows nothing.
var cVariables = []string{"PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH"}

// cgoTable returns the table for programs that use cgo. There is one for each
// set of settings: objects that were compiled for one MPI do not fit another.
func (b *Builder) cgoTable(ctx context.Context, needs cNeeds) (*packages, error) {
	t := b.workspace.toolchain
	out, err := t.run(ctx, b.plugins.folder(), pluginEnv, t.Go, "env", "CC", "CXX", "CGO_CFLAGS", "PKG_CONFIG")
	if err != nil {
		return nil, err
	}
	settings := strings.Split(string(out), "\n")
	if len(settings) < 4 {
		return nil, fmt.Errorf("ask go for the C compiler's settings: unexpected answer %q", out)
	}
	hash := sha256.New()
	fmt.Fprintln(hash, settings)
	for _, name := range cVariables {
		fmt.Fprintln(hash, t.lookup(name))
	}
	if len(needs.pkgConfig) > 0 {
		out, err := t.run(ctx, b.plugins.folder(), nil, settings[3], append([]string{"--cflags", "--libs", "--"}, needs.pkgConfig...)...)
		if err != nil {
			text := missingC(err.Error())
			if text == "" {
				text = err.Error()
			}
			return nil, fmt.Errorf("the package %s uses C: %s", strings.Join(needs.users, ", "), text)
		}
		hash.Write(out)
	}
	name := fmt.Sprintf("%x", hash.Sum(nil)[:8])
	if table, ok := b.session.cgo[name]; ok {
		return table, nil
	}
	linker := settings[0]
	if needs.cxx {
		linker = settings[1]
	}
	table := &packages{
		workspace: b.workspace,
		module:    b.plugins.folder(),
		name:      "cgo-" + name + ".json",
		// The name as a macro makes go's cache tell the settings apart.
		env:       append(slices.Clone(pluginEnv), "CGO_CFLAGS="+strings.TrimSpace(settings[2]+" -DGALAGO_SETTINGS_"+name)),
		linkFlags: []string{"-extld=" + linker},
	}
	if b.session.cgo == nil {
		b.session.cgo = map[string]*packages{}
	}
	b.session.cgo[name] = table
	return table, nil
}

// pluginFlags are the linker's flags for plugins, besides those that all have.
func (b *Builder) pluginFlags() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clip(b.session.linkFlags)
}

// noteCxx lets plugins be linked by the C++ compiler from the first import of a
// package that holds C++ on: later units link what earlier ones import. The
// workspace's own module has no such package.
func (b *Builder) noteCxx(ctx context.Context, path string) error {
	if b.workspace.toolchain.standard(path) || b.plugins.folder() == b.workspace.module() || b.pluginFlags() != nil || b.session.looked[path] {
		return nil
	}
	needs, err := b.cNeeds(ctx, []string{path})
	if err != nil {
		return err
	}
	if needs.cxx {
		t := b.workspace.toolchain
		out, err := t.run(ctx, b.plugins.folder(), pluginEnv, t.Go, "env", "CXX")
		if err != nil {
			return err
		}
		b.mu.Lock()
		b.session.linkFlags = []string{"-extld=" + strings.TrimSpace(string(out))}
		b.mu.Unlock()
	}
	if b.session.looked == nil {
		b.session.looked = map[string]bool{}
	}
	b.session.looked[path] = true
	return nil
}
