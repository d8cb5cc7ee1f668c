package interpret

import (
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

// NewWorld returns an empty world for the checker that knows the packages of
// the importer.
func NewWorld(importer *symbols.Importer) (*check.World, error) {
	runtime, err := importer.Import(check.RuntimePath)
	if err != nil {
		return nil, err
	}
	return check.NewWorld(importer, symbols.Named, check.Predeclared(runtime)), nil
}
