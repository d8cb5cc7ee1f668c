package main

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/interpret/forge"
	"github.com/galago-hpc/galago/kernel/jupyter/kernelspec"
)

// place is where a kernelspec is.
type place struct {
	User      bool   `xor:"place" help:"For this user (the default)."`
	SysPrefix bool   `xor:"place" help:"For the active conda or virtual environment."`
	Prefix    string `xor:"place" placeholder:"FOLDER" help:"For the Jupyter installed in FOLDER: FOLDER/share/jupyter/kernels."`
	Name      string `default:"galago" help:"The name by which Jupyter knows the kernel."`
}

func (p place) options() kernelspec.Options {
	return kernelspec.Options{Name: p.Name, Prefix: p.Prefix, SysPrefix: p.SysPrefix}
}

type installCommand struct {
	place
	DisplayName string            `default:"Go (Galago)" placeholder:"TEXT" help:"What JupyterLab's launcher shows."`
	Env         map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"An environment variable of the kernel and its cells; may be given several times."`
	Launcher    string            `enum:"auto,mpiexec,srun" default:"auto" help:"What starts ranks of this kernel: mpiexec or srun, whatever the cells name, or auto, which leaves it to them."`
	Defaults    string            `name:"launcher-defaults" placeholder:"WORDS" help:"Options for the launcher, before those of a cell, such as --launcher-defaults='-A abc123 -p batch'."`
}

// Help is what `galago help install` adds.
func (installCommand) Help() string {
	return `Writes a kernelspec that starts this very program: install again after moving it. Then compiles, once, what the first cell would otherwise wait for. One that Galago wrote before is replaced, another kernel's is not touched.

With --name several kernels can be installed side by side, say one for each project's account and partition, or one for each set of modules. In the value of --env, Jupyter replaces ${NAME} by its own environment's variable of that name.`
}

func (c *installCommand) Run(s *streams) error {
	options := c.options()
	options.DisplayName, options.Env = c.DisplayName, c.Env
	if c.Launcher != "auto" {
		options.Arguments = append(options.Arguments, "--launcher="+c.Launcher)
	}
	if c.Defaults != "" {
		options.Arguments = append(options.Arguments, "--launcher-options="+c.Defaults)
	}
	folder, err := kernelspec.Install(options)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "installed the kernel %q in %s\n", c.Name, folder)
	err = prepare(s.err)
	if errors.Is(err, build.ErrNoToolchain) && forge.Available() == nil {
		fmt.Fprintln(s.out, "no Go toolchain was found: cells will be interpreted; see `galago doctor`")
		return nil
	}
	if err != nil {
		return fmt.Errorf("the kernel is installed, and cannot compile cells: %w; see `galago doctor`", err)
	}
	return nil
}

type uninstallCommand struct {
	place
}

func (c *uninstallCommand) Run(s *streams) error {
	folder, err := kernelspec.Uninstall(c.options())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "removed the kernel %q from %s\n", c.Name, folder)
	return err
}
