package build

import (
	"fmt"
	"go/token"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// The packages and names of generated code. Names begin with a capital letter
// that nobody types, so that they are exported. The mark alone stands before
// the user's own names that are not; a capital after it makes a name that is
// none of the user's.
const (
	mark        = "Ξ"
	runtimePath = check.RuntimePath
	runtimeName = mark + "RT"
	rankPath    = runtimePath + "/rank"
	rankName    = mark + "Rank"
	logsPath    = runtimePath + "/logs"
	logsName    = mark + "Logs"
	unsafeName  = mark + "Unsafe"
)

// unitPath is the import path of a compiled unit.
func unitPath(number int) string { return fmt.Sprintf("galago/c%d", number) }

// unitNumber is the unit with an import path, or -1.
func unitNumber(path string) int {
	number, isUnit := strings.CutPrefix(path, "galago/c")
	n, err := strconv.Atoi(number)
	if !isUnit || err != nil {
		return -1
	}
	return n
}

// unitName is the name under which other units import it.
func unitName(number int) string { return fmt.Sprintf("%sC%d", mark, number) }

// exported spells a name so that other packages see it.
func exported(name string) string {
	if token.IsExported(name) && !strings.HasPrefix(name, mark) {
		return name
	}
	return mark + name
}
