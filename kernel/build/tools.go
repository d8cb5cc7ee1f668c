package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// compile calls the compiler on the files of one package. Config says where the
// packages that they import are; dir is for the files and is not removed.
func (b *Builder) compile(ctx context.Context, dir, archive, path, config string, files map[string]string, flags ...string) error {
	for name, text := range files {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			return fmt.Errorf("write a cell for the compiler: %w", err)
		}
	}
	table := filepath.Join(dir, "importcfg")
	if err := writeFile(table, []byte(config)); err != nil {
		return fmt.Errorf("write a cell for the compiler: %w", err)
	}
	args := append([]string{"-p", path, "-pack", "-c=2", "-trimpath", dir + "=>", "-importcfg", table, "-o", archive}, flags...)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		args = append(args, filepath.Join(dir, name))
	}
	_, err := b.workspace.toolchain.run(ctx, dir, nil, b.workspace.toolchain.tool("compile"), args...)
	return compileError(err, dir)
}

// link calls the linker on a main package.
func (b *Builder) link(ctx context.Context, dir, archive, target, config string, env []string, flags ...string) error {
	table := filepath.Join(dir, "linkcfg")
	if err := writeFile(table, []byte(config)); err != nil {
		return fmt.Errorf("write a cell for the linker: %w", err)
	}
	// There is no debugging information to compress; the linker would start the C
	// compiler to ask whether it could.
	args := append([]string{"-importcfg", table, "-s", "-w", "-compressdwarf=false", "-o", target}, flags...)
	_, err := b.workspace.toolchain.run(ctx, dir, env, b.workspace.toolchain.tool("link"), append(args, archive)...)
	return err
}

var compilerMessage = regexp.MustCompile(`^(?:.*/)?cell (\d+):(\d+)(?::(\d+))?: (.*)$`)

// compileError turns the compiler's messages into diagnostics. Most errors are
// found by the checker; those that are left come from what it does not do.
func compileError(err error, dir string) error {
	var tool *toolError
	if !errors.As(err, &tool) {
		return err
	}
	var diagnostics check.Diagnostics
	for _, line := range strings.Split(tool.output, "\n") {
		m := compilerMessage.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		number, _ := strconv.Atoi(m[1])
		row, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		diagnostics = append(diagnostics, check.Diagnostic{Cell: number, Line: row, Column: max(column, 1), Message: strings.ReplaceAll(m[4], mark, "")})
	}
	if len(diagnostics) == 0 {
		return fmt.Errorf("compile the cell: %s", strings.ReplaceAll(tool.output, dir+"/", ""))
	}
	return diagnostics
}
