// Command kernel serves a session that is no Go at all, so that the tests of
// the protocol need nothing but the protocol. A cell is a list of commands, one
// a line: see [session.command].
//
//	testkernel kernel -f CONNECTION_FILE
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/jupyter"
)

func main() {
	flags := flag.NewFlagSet("kernel", flag.ExitOnError)
	file := flags.String("f", "", "connection file")
	flags.Parse(os.Args[2:]) // after the word kernel, as with galago
	err := jupyter.Serve(context.Background(), *file, newSession, log.New(os.Stderr, "kernel: ", 0))
	if err != nil {
		log.Fatal(err)
	}
}

type session struct {
	ask jupyter.Ask

	mu    sync.Mutex
	count int
	stop  context.CancelFunc
}

func newSession(ask jupyter.Ask) (jupyter.Session, error) {
	delay, _ := time.ParseDuration(os.Getenv("TEST_START_DELAY"))
	time.Sleep(delay)
	if why := os.Getenv("TEST_START_FAILURE"); why != "" {
		return nil, errors.New(why)
	}
	return &session{ask: ask}, nil
}

func (s *session) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

func (s *session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
}

func (s *session) Close() error {
	s.Interrupt()
	return nil
}

func (s *session) IsComplete(code string) (status, indent string) {
	switch {
	case strings.HasSuffix(code, "{"):
		return "incomplete", "\t"
	case strings.HasPrefix(code, "}"):
		return "invalid", ""
	}
	return "complete", ""
}

func (s *session) Execute(ctx context.Context, code string, emit func(event.Event)) *event.Failure {
	s.mu.Lock()
	s.count++
	s.mu.Unlock()
	return s.ExecuteQuietly(ctx, code, emit)
}

func (s *session) ExecuteQuietly(ctx context.Context, code string, emit func(event.Event)) *event.Failure {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.mu.Lock()
	s.stop = stop
	s.mu.Unlock()
	for n, line := range strings.Split(code, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		if f := s.command(ctx, word, rest, emit); f != nil {
			f.Stack = append(f.Stack, event.Frame{File: "cell " + strconv.Itoa(s.Count()), Line: n + 1})
			return f
		}
	}
	return nil
}

// command runs one line.
func (s *session) command(ctx context.Context, word, rest string, emit func(event.Event)) *event.Failure {
	number, _ := strconv.Atoi(rest)
	id, data, _ := strings.Cut(rest, " ")
	if word != "" && word[0] >= '0' && word[0] <= '9' {
		emit(event.Event{Kind: event.Value, Data: event.Bundle{"text/plain": word}})
	}
	if name, asked := strings.CutPrefix(word, "?"); asked {
		about := s.Inspect(name, len(name), 0)
		if !about.Found {
			return &event.Failure{Name: "error", Message: "nothing is known of " + name}
		}
		emit(event.Event{Kind: event.Display, Data: about.Data})
	}
	switch word {
	case "print":
		emit(event.Event{Kind: event.Stdout, Text: rest + "\n"})
	case "eprint":
		emit(event.Event{Kind: event.Stderr, Text: rest + "\n"})
	case "note":
		emit(event.Event{Kind: event.Note, Text: rest})
	case "bytes": // one event for each byte
		for i := range len(rest) {
			emit(event.Event{Kind: event.Stdout, Text: rest[i : i+1]})
		}
	case "lines":
		for i := range number {
			emit(event.Event{Kind: event.Stdout, Text: fmt.Sprintln("line", i)})
		}
	case "big":
		emit(event.Event{Kind: event.Stdout, Text: strings.Repeat("x", number) + "\n"})
	case "value":
		emit(event.Event{Kind: event.Value, Data: event.Bundle{"text/plain": rest}})
	case "nojson":
		emit(event.Event{Kind: event.Display, Data: event.Bundle{"application/json": make(chan int)}})
	case "html":
		emit(event.Event{Kind: event.Display, ID: id, Data: event.Bundle{"text/html": data}})
	case "update":
		emit(event.Event{Kind: event.Update, ID: id, Data: event.Bundle{"text/html": data}})
	case "clear":
		emit(event.Event{Kind: event.Clear, Wait: rest == "wait"})
	case "ask", "secret":
		text, err := s.ask(rest, word == "secret")
		if err != nil {
			return &event.Failure{Name: "error", Message: err.Error()}
		}
		emit(event.Event{Kind: event.Stdout, Text: "<" + text + ">\n"})
	case "fail":
		return &event.Failure{Name: "error", Message: rest + "\nsecond line", Hint: "do better"}
	case "panic":
		panic(rest)
	case "flood":
		for ctx.Err() == nil {
			emit(event.Event{Kind: event.Stdout, Text: strings.Repeat("flood ", 10000) + "\n"})
		}
		return &event.Failure{Name: "interrupt", Message: "interrupted"}
	case "loop":
		<-ctx.Done()
		return &event.Failure{Name: "interrupt", Message: "interrupted"}
	case "sleep":
		time.Sleep(time.Duration(number) * time.Millisecond)
	}
	return nil
}

var words = []string{"print", "note", "bytes", "lines", "big", "value", "html", "update", "clear", "ask", "fail", "loop"}

// word is the word before the cursor, and where it begins.
func word(code string, cursor int) (text string, start int) {
	runes := []rune(code)[:cursor]
	start = len(runes)
	for start > 0 && runes[start-1] != ' ' && runes[start-1] != '\n' {
		start--
	}
	return string(runes[start:]), start
}

// Complete completes the command before the cursor.
func (s *session) Complete(code string, cursor int) jupyter.Completion {
	begun, start := word(code, cursor)
	c := jupyter.Completion{Start: start, End: cursor}
	for _, w := range words {
		if strings.HasPrefix(w, begun) {
			c.Items = append(c.Items, jupyter.Item{Text: w, Kind: "keyword"})
		}
	}
	return c
}

// Inspect describes the command before the cursor.
func (s *session) Inspect(code string, cursor, detail int) jupyter.Inspection {
	name, _ := word(code, cursor)
	if !slices.Contains(words, name) {
		return jupyter.Inspection{}
	}
	return jupyter.Inspection{Found: true, Data: map[string]any{"text/plain": "the command " + name}}
}
