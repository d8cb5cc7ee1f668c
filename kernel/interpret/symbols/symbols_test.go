package symbols

import (
	"go/types"
	"os/exec"
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

// The tables hold what the packages export now.
func TestTablesAreCurrent(t *testing.T) {
	if out, err := exec.Command("go", "run", "./generate", "-check").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
