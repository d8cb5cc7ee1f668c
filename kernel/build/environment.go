package build

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// use makes env the environment of the toolchain's commands. Of GOFLAGS only
// build tags are kept: the other flags are Galago's to choose. Modules are
// read only, so that an import never changes what another session sees.
func (t *Toolchain) use(env []string) {
	t.env = env
	t.env = append(t.environment(), "GOWORK=off", "GOFLAGS="+t.goflags("readonly"))
}

func (t *Toolchain) environment() []string {
	if t.env == nil {
		return os.Environ()
	}
	return t.env[:len(t.env):len(t.env)]
}

// lookup returns a variable of the toolchain's environment.
func (t *Toolchain) lookup(name string) string {
	value := ""
	for _, v := range t.environment() {
		if rest, ok := strings.CutPrefix(v, name+"="); ok {
			value = rest
		}
	}
	return value
}

// goflags is what GOFLAGS becomes: how go.mod may be treated, and the user's
// build tags.
func (t *Toolchain) goflags(mod string) string {
	flags := "-mod=" + mod
	for _, flag := range strings.Fields(t.lookup("GOFLAGS")) {
		if tags, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok {
			flags += " -tags=" + tags
		}
	}
	return flags
}

// settings writes the variables on which the engine's own packages depend.
func (t *Toolchain) settings() string {
	var b strings.Builder
	for _, name := range []string{"GOFLAGS", "GOEXPERIMENT", "GOAMD64", "CC", "CXX", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS"} {
		fmt.Fprintf(&b, "%s=%q ", name, t.lookup(name))
	}
	return b.String()
}

var release = regexp.MustCompile(`^go\d+\.\d+(\.\d+|rc\d+)?$`)

// changing is the environment of commands that change a session's go.mod. They
// may not change the toolchain, which has to be the engine's.
func (t *Toolchain) changing() []string {
	env := []string{"GOFLAGS=" + t.goflags("mod")}
	if release.MatchString(t.Version) {
		env = append(env, "GOTOOLCHAIN="+t.Version)
	}
	return env
}
