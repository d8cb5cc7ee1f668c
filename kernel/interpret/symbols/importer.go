package symbols

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"path"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
)

//go:embed types.gz
var packed []byte

//go:embed sources.gz
var packedSources []byte

var (
	exports = sync.OnceValues(func() (map[string][]byte, error) { return unpack(packed) })
	sources = sync.OnceValues(func() (map[string][]byte, error) { return unpack(packedSources) })
)

// unpack reads what the generator has packed: parts with their names.
func unpack(packed []byte) (map[string][]byte, error) {
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
		var name string
		var n int
		if _, err := fmt.Sscanf(string(line), "%s %d", &name, &n); err != nil || n > len(rest) {
			return nil, fmt.Errorf("read the packages that Galago brings along: %q", line)
		}
		found[name], data = rest[:n], rest[n:]
	}
	return found, nil
}

// Sources returns the files of a package that is interpreted from its source, by
// their names; nil for other packages.
func Sources(importPath string) map[string][]byte {
	all, _ := sources()
	var files map[string][]byte
	for name, text := range all {
		if path.Dir(name) == importPath {
			if files == nil {
				files = map[string][]byte{}
			}
			files[name] = text
		}
	}
	return files
}

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
	// Source, if not nil, makes those packages that are interpreted from their
	// source, and returns nil for others.
	Source func(path string) (*types.Package, error)
}

// NewImporter returns an importer.
func NewImporter() *Importer {
	return &Importer{fset: token.NewFileSet(), known: map[string]*types.Package{}}
}

// Import finds a package.
func (i *Importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if i.Source != nil {
		if p, err := i.Source(path); p != nil || err != nil {
			return p, err
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if p := i.known[path]; p != nil && p.Complete() {
		return p, nil
	}
	found, err := exports()
	if err != nil {
		return nil, err
	}
	data, ok := found[path]
	if !ok {
		return nil, fmt.Errorf("there is no Go toolchain, and so only the packages that Galago brings along")
	}
	return gcexportdata.Read(bytes.NewReader(data), i.fset, i.known, path)
}
