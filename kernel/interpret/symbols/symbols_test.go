package symbols

import (
	"go/types"
	"testing"
)

func TestImport(t *testing.T) {
	imp := NewImporter()
	for _, path := range Paths() {
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			f, ok := o.(*types.Func)
			if !ok || !o.Exported() || f.Signature().TypeParams().Len() > 0 {
				continue
			}
			v, ok := Function(path, name)
			if !ok || v.Type().NumIn() != f.Signature().Params().Len() {
				t.Errorf("%s.%s is missing or another function", path, name)
			}
		}
	}
}
