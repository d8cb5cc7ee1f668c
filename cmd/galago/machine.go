package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A machine answers doctor's questions about the computer that it runs on.
type machine struct{}

func newMachine() *machine { return &machine{} }

func (*machine) env(name string) string { return os.Getenv(name) }

// path returns where a command is, "" if it is nowhere. Commands for
// administrators count, though users seldom have their folders in PATH.
func (*machine) path(command string) string {
	if path, err := exec.LookPath(command); err == nil {
		return path
	}
	for _, folder := range []string{"/usr/sbin/", "/sbin/"} {
		if path, err := exec.LookPath(folder + command); err == nil {
			return path
		}
	}
	return ""
}

// patience is how long a command that only tells about itself may take: module
// systems on slow file systems need seconds.
const patience = 20 * time.Second

// output runs a command and returns what it prints, both streams, without the
// space around it.
func (*machine) output(command string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}
