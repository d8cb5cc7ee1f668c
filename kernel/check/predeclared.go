package check

import (
	"go/types"
	"strings"
)

// RuntimePath is the package that generated code calls. Nobody imports it, or
// what lies below it, by hand.
const RuntimePath = "github.com/galago-hpc/galago/lib/rt"

// OfRuntime reports whether a path is that of the package that generated code
// calls, or lies below it.
func OfRuntime(path string) bool {
	return path == RuntimePath || strings.HasPrefix(path, RuntimePath+"/")
}

// Predeclared returns what every cell may name without an import: functions of
// the package at [RuntimePath], some of them under names that Go would not
// export.
func Predeclared(runtime *types.Package) []types.Object {
	var objects []types.Object
	for _, name := range []string{"must", "must0", "must2", "Display"} {
		f := runtime.Scope().Lookup(strings.ToUpper(name[:1]) + name[1:])
		objects = append(objects, types.NewFunc(f.Pos(), runtime, name, f.Type().(*types.Signature)))
	}
	return objects
}
