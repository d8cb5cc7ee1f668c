package build

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	notProvided  = regexp.MustCompile(`(?:no required module provides package|cannot find module providing package|missing go.sum entry for module providing package) ([^\s;:]+)`)
	packageTitle = regexp.MustCompile(`(?m)^# (\S+)$`)
	goPosition   = regexp.MustCompile(`(?m)^(?:vet: )?(\S[^:\n]*\.go):(\d+)`)
)

func missingSum(err error) bool {
	var tool *toolError
	return errors.As(err, &tool) && strings.Contains(tool.output, "missing go.sum entry")
}

// explain says why packages could not be compiled, and what helps.
func (p *packages) explain(paths []string, err error) error {
	var tool *toolError
	if !errors.As(err, &tool) {
		return fmt.Errorf("compile %s: %w", p.workspace.original(summary(paths)), err)
	}
	if m := notProvided.FindStringSubmatch(tool.output); m != nil {
		return fmt.Errorf("no module of this session provides %s; %%get %s adds it", m[1], m[1])
	}
	if text := missingC(tool.output); text != "" {
		name := summary(paths)
		if m := packageTitle.FindStringSubmatch(tool.output); m != nil {
			name = m[1]
		}
		return fmt.Errorf("the package %s uses C: %s", p.workspace.original(name), text)
	}
	output := strings.TrimSpace(p.workspace.original(p.placed(tool.output)))
	return fmt.Errorf("compile %s: %w", p.workspace.original(summary(paths)), &toolError{tool.command, output, tool.err})
}

// placed makes the positions in go's messages, which are relative to the
// module where that is shorter, absolute.
func (p *packages) placed(output string) string {
	output = goPosition.ReplaceAllStringFunc(output, func(place string) string {
		m := goPosition.FindStringSubmatch(place)
		if filepath.IsAbs(m[1]) {
			return place
		}
		return filepath.Join(p.module, m[1]) + ":" + m[2]
	})
	return packageTitle.ReplaceAllString(output, "")
}

// missingC recognises that a compiler, header or library of C is not there,
// and says how to get it; "" if the messages are about something else.
func missingC(output string) string {
	for _, c := range []struct{ pattern, text string }{
		{`Package (\S+) was not found in the pkg-config search path`, "pkg-config does not know %s"},
		{`No package '([^']+)' found`, "pkg-config does not know %s"},
		{`exec: "([^"]*pkg-config[^"]*)": executable file not found`, "%s is not there"},
		{`fatal error: ([^:\n]+): No such file or directory`, "the header %s is not there"},
		{`cannot find -l([^\s:]+)`, "the library lib%s is not there"},
		{`C compiler "([^"]+)" not found`, "the C compiler %s is not there"},
	} {
		if m := regexp.MustCompile(c.pattern).FindStringSubmatch(output); m != nil {
			return fmt.Sprintf(c.text, m[1]) + "; " + remedy(m[1])
		}
	}
	return ""
}

// remedy says what to install for a header, library or pkg-config file.
func remedy(missing string) string {
	name := strings.ToLower(missing)
	for _, known := range []struct{ part, text string }{
		{"pkg-config", "install pkg-config"},
		{"hdf5", "install HDF5's development files (Debian, Ubuntu: libhdf5-dev; conda: hdf5; modules: hdf5), or name their place in PKG_CONFIG_PATH or CGO_CFLAGS and CGO_LDFLAGS"},
		{"ompi", "install Open MPI's development files (Debian, Ubuntu: libopenmpi-dev; conda: openmpi), or name the place of ompi.pc in PKG_CONFIG_PATH"},
		{"mpi", "install the development files of your MPI (Debian, Ubuntu: libopenmpi-dev or libmpich-dev), or name their place in PKG_CONFIG_PATH or CGO_CFLAGS and CGO_LDFLAGS"},
		{"gcc", "install a C compiler (Debian, Ubuntu: gcc libc6-dev), or name one in CC"},
		{"clang", "install a C compiler (Debian, Ubuntu: gcc libc6-dev), or name one in CC"},
	} {
		if strings.Contains(name, known.part) {
			return known.text
		}
	}
	return "install the development package that holds it, or name its place in PKG_CONFIG_PATH or CGO_CFLAGS and CGO_LDFLAGS"
}
