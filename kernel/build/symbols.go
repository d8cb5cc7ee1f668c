package build

import (
	"fmt"
	"go/types"
	"hash/crc32"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// Symbols returns the package through which the engine finds by name what a
// package exports. It is a unit like others, with a number of its own.
func (b *Builder) Symbols(path string) (*Package, error) {
	number := symbolsNumber(path)
	if p := b.unit(number); p != nil {
		return p, nil
	}
	imported, err := b.importer.Import(path)
	if err != nil {
		return nil, err
	}
	return b.begin(number, map[string]string{"symbols.go": symbolsSource(number, imported)})
}

// symbolsNumber is below those of the units that hold cells.
func symbolsNumber(path string) int { return -1 - int(crc32.ChecksumIEEE([]byte(path))) }

func symbolsSource(number int, p *types.Package) string {
	const library, reflection = mark + "P", mark + "Reflect"
	var cases strings.Builder
	usesReflect := false
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		value := ""
		switch o := o.(type) {
		case *types.Func:
			if o.Signature().TypeParams().Len() == 0 {
				value = library + "." + name
			}
		case *types.Var:
			value = "&" + library + "." + name
		case *types.TypeName:
			if hasReflectType(o) {
				value = reflection + ".TypeFor[" + library + "." + name + "]()"
				usesReflect = true
			}
		}
		if value != "" {
			fmt.Fprintf(&cases, "case %q: return %s\n", name, value)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\nimport %s %q\n", check.Name, runtimeName, runtimePath)
	if cases.Len() > 0 {
		fmt.Fprintf(&b, "import %s %q\n", library, p.Path())
	}
	if usesReflect {
		fmt.Fprintf(&b, "import %s \"reflect\"\n", reflection)
	}
	fmt.Fprintf(&b, "func %sLookup(name string) any {\nswitch name {\n%s}\nreturn nil\n}\n", mark, cases.String())
	fmt.Fprintf(&b, "func init() {\n%s.Register(%d, nil)\n%s.Symbols(%q, %sLookup)\n}\nfunc main() {}\n", runtimeName, number, runtimeName, p.Path(), mark)
	return b.String()
}

// hasReflectType reports whether values of the type can exist: it is not
// generic, and no mere constraint.
func hasReflectType(o *types.TypeName) bool {
	switch t := o.Type().(type) {
	case *types.Named:
		if t.TypeParams().Len() > 0 {
			return false
		}
	case *types.Alias:
		if t.TypeParams().Len() > 0 {
			return false
		}
	}
	i, ok := o.Type().Underlying().(*types.Interface)
	return !ok || i.IsMethodSet()
}
