package symbols

import (
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// preferred are packages whose names stand for others, too.
var preferred = map[string]string{"rand": "", "template": "", "scanner": "", "draw": "gonum.org/v1/plot/vg/draw", "plot": "gonum.org/v1/plot"}

// Named returns the path of the package that a name most likely means: the only
// one whose path ends in it. Galago's own come first.
func Named(name string) string {
	if path := "github.com/galago-hpc/galago/lib/" + name; !check.OfRuntime(path) && Has(path) {
		return path
	}
	if name == "unsafe" {
		return name
	}
	if path, ok := preferred[name]; ok {
		return path
	}
	found := ""
	for _, path := range Paths() {
		if path == name {
			return path
		}
		if strings.HasSuffix(path, "/"+name) && !check.OfRuntime(path) {
			if found != "" {
				return ""
			}
			found = path
		}
	}
	return found
}
