package main

import (
	"context"
	"log"
	"strings"

	"github.com/galago-hpc/galago/kernel/jupyter"
	"github.com/galago-hpc/galago/kernel/session"
)

type kernelCommand struct {
	File     string `short:"f" required:"" placeholder:"FILE" help:"The connection file, as Jupyter writes it."`
	Launcher string `enum:"auto,mpiexec,srun" default:"auto" help:"What starts ranks: mpiexec or srun, whatever the cells name, or auto, which leaves it to them."`
	Options  string `name:"launcher-options" placeholder:"WORDS" help:"Options for the launcher, before those of a cell."`
}

// Help is what `galago help kernel` adds.
func (kernelCommand) Help() string {
	return `Jupyter starts this command by itself, as ` + "`galago install`" + ` tells it. Cells run in the folder in which it is started.`
}

func (c *kernelCommand) Run(s *streams) error {
	return jupyter.Serve(context.Background(), c.File, func(ask jupyter.Ask) (jupyter.Session, error) {
		s, err := session.New(session.Options{Launcher: c.Launcher, LauncherOptions: strings.Fields(c.Options), Input: ask, Late: true, Comms: true})
		if err != nil {
			return nil, err
		}
		return served{s}, nil
	}, log.New(s.err, "galago: ", log.LstdFlags))
}
