// Command host is the engine's executable. It is built on the user's machine,
// by the toolchain that compiles the cells: a plugin fits only a program that
// was built from the same packages.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"plugin"
	"syscall"

	"github.com/galago-hpc/galago/kernel/engine"
)

func main() {
	// The front decides what an interrupt from the terminal means.
	signal.Ignore(syscall.SIGINT)
	previous := ""
	err := engine.Serve(func(path string) error {
		_, err := plugin.Open(path)
		thin()
		// Once its cell has run, little of an object is needed. Without this the
		// engine takes more memory, and is right all the same. Nothing waits for it:
		// finding the object takes the longer the more there are.
		go release(previous)
		previous = path
		return err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "galago engine:", err)
		os.Exit(1)
	}
}
