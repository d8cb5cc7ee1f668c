package main

import (
	"context"
	"log"

	"github.com/galago-hpc/galago/kernel/jupyter"
	"github.com/galago-hpc/galago/kernel/session"
)

type kernelCommand struct {
	File string `short:"f" required:"" placeholder:"FILE" help:"The connection file, as Jupyter writes it."`
}

// Help is what `galago help kernel` adds.
func (kernelCommand) Help() string {
	return `Jupyter starts this command by itself, as ` + "`galago install`" + ` tells it. Cells run in the folder in which it is started.`
}

func (c *kernelCommand) Run(s *streams) error {
	return jupyter.Serve(context.Background(), c.File, func(ask jupyter.Ask) (jupyter.Session, error) {
		return session.New(session.Options{Input: ask, Late: true, Comms: true})
	}, log.New(s.err, "galago: ", log.LstdFlags))
}
