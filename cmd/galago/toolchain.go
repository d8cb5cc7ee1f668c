package main

import (
	"context"
	"errors"
	goversion "go/version"
	"os"
	"path/filepath"
	"strings"

	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/interpret/forge"
)

// oldestGo is the oldest toolchain that compiles cells.
const oldestGo = "go1.26"

func lookAtGo(m *machine) []finding {
	f := finding{Topic: "Go toolchain", State: ok}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	toolchain, err := build.FindToolchain(ctx)
	switch {
	case errors.Is(err, build.ErrNoToolchain):
		f.State, f.Why = missing, "cells are interpreted: they are slow, run on no ranks and use no modules but Galago's, and what the interpreter cannot do exactly is refused"
		if err := forge.Available(); err != nil {
			f.Why = "no cell can be executed: " + err.Error()
		}
		f.Fix = remedy{conda: "go", module: "go"}.commands(m)
	case err != nil:
		f.State, f.Why = unwell, err.Error()
	default:
		f.Found = []string{toolchain.Version + ", " + toolchain.Go}
		if goversion.IsValid(toolchain.Version) && goversion.Compare(toolchain.Version, oldestGo) < 0 {
			f.State, f.Why = unwell, "too old: "+oldestGo+" or newer is needed"
			f.Fix = remedy{conda: "'go>=1.26'", module: "go/1.26"}.commands(m)
		}
	}
	return []finding{f}
}

// lookAtCompiler looks for a C compiler that links a program, because one
// without the C library's files is of no use to the Go linker.
func lookAtCompiler(m *machine) []finding {
	f := finding{Topic: "C compiler", State: ok}
	var tried []string
	for _, command := range []string{m.env("CC"), "gcc", "cc", "clang"} {
		path := ""
		if words := strings.Fields(command); len(words) > 0 {
			path = m.path(words[0])
		}
		if path == "" {
			continue
		}
		if reason := link(m, path); reason != "" {
			tried = append(tried, path+" cannot link a program: "+reason)
			continue
		}
		text, _ := m.output(path, "--version")
		f.Found = []string{firstLine(text) + ", " + path}
		return []finding{f}
	}
	f.State, f.Found = missing, tried
	f.Why = "the Go linker calls it for cells that are loaded into a running session"
	f.Fix = remedy{debian: "gcc libc6-dev", conda: "c-compiler", module: "gcc"}.commands(m)
	return []finding{f}
}

// link returns why the compiler cannot make a program, "" if it can.
func link(m *machine, compiler string) string {
	folder, err := os.MkdirTemp("", "galago-doctor-")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(folder)
	source := filepath.Join(folder, "a.c")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o600); err != nil {
		return err.Error()
	}
	if out, err := m.output(compiler, "-o", filepath.Join(folder, "a"), source, "-ldl", "-lpthread"); err != nil {
		return firstLine(out + "\n" + err.Error())
	}
	return ""
}
