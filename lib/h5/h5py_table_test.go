package h5

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/h5py.md has a row for every public name of h5py's classes, and each row
// names tests that there are, or the reason why it names none.
func TestTableOfH5py(t *testing.T) {
	text, err := os.ReadFile("../../docs/h5py.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(t, ".", "../nd")
	var names strings.Builder
	section := ""
	for i, line := range strings.Split(string(text), "\n") {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		cells := strings.Split(line, "|")
		if section == "" || len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.TrimSpace(cells[1]) == "h5py" {
			continue
		}
		names.WriteString(cells[1] + "\n")
		here, shown := strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])
		if shown == "" && !strings.HasPrefix(here, "none: ") {
			t.Errorf("line %d has neither a test nor a reason: %s", i+1, line)
		}
		for _, name := range strings.FieldsFunc(shown, func(r rune) bool { return r == ',' || r == ' ' }) {
			if !tests[name] {
				t.Errorf("line %d: there is no test %s", i+1, name)
			}
		}
	}
	var public []string
	h5py(t, &public, publicNames, "")
	for _, name := range public {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(names.String()) {
			t.Errorf("h5py's %s is not in the table", name)
		}
	}
}

// publicNames prints what h5py's module and its classes offer.
const publicNames = `
import h5py._hl.dims as dims
classes = [h5py.File, h5py.Group, h5py.Dataset, h5py.AttributeManager, h5py.Datatype, h5py.Reference, h5py.RegionReference,
    h5py.VirtualLayout, h5py.VirtualSource, h5py.SoftLink, h5py.ExternalLink, h5py.Empty, dims.DimensionManager, dims.DimensionProxy, h5py]
names = {name for c in classes for name in dir(c) if not name.startswith("_")}
print(json.dumps(sorted(names)))
`

// testsOf returns the names of the tests and examples in folders.
func testsOf(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func ((?:Test|Example)\w*)\(`)
	found := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests in %s: %v", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range function.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = true
			}
		}
	}
	return found
}
