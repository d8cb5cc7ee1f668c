package notebook

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/galago-hpc/galago/internal/event"
)

// Input asks the user and returns the line that is typed, without its end. The error is
// io.EOF if there is nobody to answer any more; notebooks that run unattended, and
// ranks of a batch job, have nobody.
func Input(prompt string) (string, error) { return ask(prompt, false) }

// Password asks like [Input], and what is typed is not seen.
func Password(prompt string) (string, error) { return ask(prompt, true) }

func ask(prompt string, secret bool) (string, error) {
	sink := event.Default()
	if sink == nil {
		return askTerminal(prompt, secret)
	}
	reply, err := sink.Send(event.Event{Kind: event.Input, Text: prompt, Secret: secret})
	if err == nil {
		err = reply.Err()
	}
	if err != nil {
		return "", fmt.Errorf("ask for input: %w", err)
	}
	return reply.Text, nil
}

// stdin is kept, because it may have read further than one answer.
var (
	stdinMu sync.Mutex
	stdin   = bufio.NewReader(os.Stdin)
)

func askTerminal(prompt string, secret bool) (string, error) {
	stdinMu.Lock()
	defer stdinMu.Unlock()
	if secret {
		show := hideTyping(os.Stdin)
		defer show()
	}
	fmt.Print(prompt)
	line, err := stdin.ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = nil // the last line of a file, without an end
	}
	if err != nil {
		return "", fmt.Errorf("ask for input: %w", err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
