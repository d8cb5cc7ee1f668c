package session

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/goroutines"
)

var _ = goroutines.Crash

// A distributed program is one of the Go distribution's own test folder.
type distributed struct {
	name string // its path in the folder
	code string
	want string // what it prints, on either stream
}

// programLimit is how long one program may take to compile and run.
const programLimit = 90 * time.Second

var constraint = regexp.MustCompile(`(?m)^//go:build |^// \+build `)

// distribution finds the programs of the test folder that need nothing but
// themselves.
func distribution(t *testing.T) []distributed {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "test")
	var programs []distributed
	for _, pattern := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			code := string(data)
			if !strings.HasPrefix(code, "// run\n") || constraint.MatchString(code) || strings.Contains(path, ".dir/") {
				continue
			}
			name, _ := filepath.Rel(root, path)
			want, _ := os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
			programs = append(programs, distributed{name, code, string(want)})
		}
	}
	return programs
}

// forget makes the session as good as new: no names, and an engine that has
// loaded nothing.
func forget(s *Session) error {
	<-s.ready
	if s.failed != nil {
		return s.failed
	}
	world, err := s.builder.World()
	if err != nil {
		return err
	}
	s.world, s.loaded = world, nil
	return s.revive()
}

// differs runs a program in a cell of a session without any names and says how it
// behaves otherwise than under go run.
func differs(s *Session, p distributed) error {
	if err := forget(s); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), programLimit)
	defer cancel()
	var out strings.Builder
	f := s.Execute(ctx, p.code, func(e event.Event) {
		switch e.Kind {
		case event.Stdout, event.Stderr, event.Note:
			out.WriteString(e.Text)
		case event.Value, event.Display:
			fmt.Fprintf(&out, "shown: %v", e.Data)
		}
	})
	if f != nil {
		return fmt.Errorf("%s\n%s", strings.Join(Render(f, false), "\n"), out.String())
	}
	if got := out.String(); got != p.want {
		return fmt.Errorf("printed:\n%s\nwant:\n%s", got, p.want)
	}
	return nil
}

func TestDistribution(t *testing.T) {
	programs := make(chan distributed)
	var workers sync.WaitGroup
	for range 2 {
		s := open(t)
		workers.Go(func() {
			for p := range programs {
				t.Run(p.name, func(t *testing.T) {
					if err := differs(s, p); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
	for _, p := range distribution(t) {
		programs <- p
	}
	close(programs)
	workers.Wait()
}
