package interpret

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"slices"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/prelude"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

// isSource reports whether a package is interpreted from its source.
func isSource(path string) bool {
	return path == prelude.Path || path == "cmp" || path == "maps" || path == "slices"
}

// generics are generic functions of compiled packages, which have no compiled
// form, with those of package prelude that do the same.
var generics = map[string]string{
	"errors.AsType": "AsType", "iter.Pull": "Pull", "iter.Pull2": "Pull2", "maps.Clone": "Clone", "math/rand/v2.N": "N",
	"reflect.TypeFor": "TypeFor", "sync.OnceValue": "OnceValue", "sync.OnceValues": "OnceValues",
}

// A sourceImporter imports for packages that are interpreted. The machine's lock
// is held.
type sourceImporter struct{ m *Machine }

func (i sourceImporter) Import(path string) (*types.Package, error) {
	if isSource(path) {
		return i.m.source(path)
	}
	return i.m.importer.Import(path)
}

// source is a package that is interpreted from its source. The lock is held.
func (m *Machine) source(path string) (*types.Package, error) {
	if p := m.sources[path]; p != nil {
		return p, nil
	}
	texts := symbols.Sources(path)
	if path == prelude.Path {
		texts = map[string][]byte{"prelude.go": prelude.Source}
	}
	var names []string
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(m.fset, name, texts[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read package %s: %w", path, err)
		}
		files = append(files, f)
	}
	info := check.NewInfo()
	config := types.Config{Importer: sourceImporter{m}}
	p, err := config.Check(path, m.fset, files, info)
	if err != nil {
		return nil, fmt.Errorf("read package %s: %w", path, err)
	}
	m.sources[path] = p
	unit := &check.Unit{Types: p, Info: info}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if o, ok := info.Defs[d.Name].(*types.Func); ok {
					m.declared[o] = &declared{unit, d}
				}
			}
		}
	}
	return p, nil
}

// generic finds the interpreted function for a generic one of a compiled
// package.
func (c *compiler) generic(n ast.Node, o *types.Func) *types.Func {
	if name, ok := generics[o.Origin().FullName()]; ok {
		p, err := c.m.source(prelude.Path)
		if err != nil {
			c.refuse(n, "%s.%s (%v)", o.Pkg().Path(), o.Name(), err)
		}
		return p.Scope().Lookup(name).(*types.Func)
	}
	if inCells(o.Pkg()) {
		return o
	}
	c.refuse(n, "the generic function %s.%s of a compiled package", o.Pkg().Path(), o.Name())
	return nil
}
