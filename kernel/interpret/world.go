package interpret

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

// NewWorld returns an empty world for the checker that knows the packages of
// the importer.
func NewWorld(importer *symbols.Importer) (*check.World, error) {
	runtime, err := importer.Import(runtimePath)
	if err != nil {
		return nil, err
	}
	var predeclared []types.Object
	for _, name := range []string{"must", "must0", "must2", "Display"} {
		f := runtime.Scope().Lookup(strings.ToUpper(name[:1]) + name[1:])
		predeclared = append(predeclared, types.NewFunc(token.NoPos, runtime, name, f.Type().(*types.Signature)))
	}
	return check.NewWorld(importer, symbols.Named, predeclared), nil
}
