package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ask returns a function that puts a cell's question to whoever is at standard
// input. What is secret is not shown while it is typed.
func ask(s *streams) func(prompt string, secret bool) (string, error) {
	reader := bufio.NewReader(s.in)
	return func(prompt string, secret bool) (string, error) {
		fmt.Fprint(s.out, prompt)
		if secret {
			defer hide(s)()
		}
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil // the last line of a file may lack its end
		}
		if err != nil {
			return "", fmt.Errorf("reading an answer from standard input: %w", err)
		}
		for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
			line = line[:len(line)-1]
		}
		return line, nil
	}
}

// hide switches the terminal's echo off and returns what switches it on again.
func hide(s *streams) func() {
	file, ok := s.in.(*os.File)
	if !ok {
		return func() {}
	}
	fd := int(file.Fd())
	settings, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil { // not a terminal: nothing is shown
		return func() {}
	}
	silent := *settings
	silent.Lflag &^= unix.ECHO
	unix.IoctlSetTermios(fd, unix.TCSETS, &silent)
	return func() {
		unix.IoctlSetTermios(fd, unix.TCSETS, settings)
		fmt.Fprintln(s.out)
	}
}
