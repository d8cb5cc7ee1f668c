package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/galago-hpc/galago/kernel/build"
)

// preparing is what is said of the minute that the first use takes.
const preparing = "galago: compiling Galago's libraries with this Go toolchain, once; this takes a minute or two"

// announce prints that the first use takes long, if after some seconds ready
// still says no. The function returned calls it off.
func announce(w io.Writer, ready func() bool) (stop func() bool) {
	return time.AfterFunc(3*time.Second, func() {
		if !ready() {
			fmt.Fprintln(w, preparing)
		}
	}).Stop
}

// prepare compiles what the first cell would have to wait for.
func prepare(w io.Writer) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	stop := announce(w, func() bool { return false })
	defer stop()
	builder, err := build.Open(ctx, nil)
	if err != nil {
		return err
	}
	defer builder.Close()
	return builder.Prepare(ctx)
}
