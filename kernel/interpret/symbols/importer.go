package symbols

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
)

//go:embed types.gz
var packed []byte

// exports unpacks the types of all packages.
var exports = sync.OnceValues(func() (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		var path string
		var n int
		if _, err := fmt.Sscanf(string(line), "%s %d", &path, &n); err != nil || n > len(rest) {
			return nil, fmt.Errorf("read the types of packages: %q", line)
		}
		found[path], data = rest[:n], rest[n:]
	}
	return found, nil
})

// Has reports whether there is a package.
func Has(path string) bool {
	found, err := exports()
	return err == nil && found[path] != nil || path == "unsafe"
}

// Paths returns the import paths of all packages.
func Paths() []string {
	found, _ := exports()
	var paths []string
	for path := range found {
		paths = append(paths, path)
	}
	return paths
}

// An Importer gives the checker the packages of the table.
type Importer struct {
	mu    sync.Mutex
	fset  *token.FileSet
	known map[string]*types.Package
}

// NewImporter returns an importer.
func NewImporter() *Importer {
	return &Importer{fset: token.NewFileSet(), known: map[string]*types.Package{}}
}

// Import finds a package.
func (i *Importer) Import(path string) (*types.Package, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i.known[path]; p != nil && p.Complete() {
		return p, nil
	}
	found, err := exports()
	if err != nil {
		return nil, err
	}
	data, ok := found[path]
	if !ok {
		return nil, fmt.Errorf("package %s: without a Go toolchain there are only the packages that Galago brings along; to use others, install Go or load its module", path)
	}
	return gcexportdata.Read(bytes.NewReader(data), i.fset, i.known, path)
}
