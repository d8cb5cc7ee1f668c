package session

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
)

// A distributed program is one of the Go distribution's own test folder.
type distributed struct {
	name string // its path in the folder
	code string
	want string // what it prints, on either stream
}

// programLimit is how long one program may take. Under go run the slowest
// takes some seconds.
const programLimit = 90 * time.Second

// perSession is how many programs use one session: its folder keeps what was
// compiled, some megabytes each.
const perSession = 50

var (
	constraint = regexp.MustCompile(`(?m)^//go:build |^// \+build `)
	mainFunc   = regexp.MustCompile(`(?m)^func main\(\)`)
)

// distribution finds the programs of Go's test folder that need nothing but
// themselves: those that say "run" without further arguments, hold no build
// constraints and are not part of a folder of packages.
func distribution(t *testing.T) []distributed {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "test")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("this Go toolchain comes without Go's own test programs (%v): those from go.dev/dl have them", err)
	}
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
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			// Without such a file the program prints nothing.
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
	s.world, s.pending = world, nil
	clear(s.texts)
	s.gathered.set(nil)
	return s.revive()
}

// differs runs cells in a session without any names and says how they behave
// otherwise than the program does under go run.
func differs(s *Session, p distributed, cells []string) error {
	if err := forget(s); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), programLimit)
	defer cancel()
	var out strings.Builder
	streams := map[event.Kind]bool{}
	for _, code := range cells {
		f := s.Execute(ctx, code, func(e event.Event) {
			streams[e.Kind] = true
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
	}
	got, want := out.String(), p.want
	if streams[event.Stdout] && streams[event.Stderr] {
		// Two pipes: which line came first is not known.
		got, want = sortLines(got), sortLines(want)
	}
	if got != want {
		return fmt.Errorf("printed:\n%s\nwant:\n%s", got, want)
	}
	return nil
}

func sortLines(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

// exceptions reads a list of programs that behave differently: a path and the
// reason in each line.
func exceptions(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, " ")
		if strings.TrimSpace(reason) == "" {
			t.Errorf("%s: %s is listed without a reason", file, name)
		}
		reasons[name] = reason
	}
	return reasons
}

// runDistribution runs programs, each as the cells that split makes of it, and
// demands that all behave as under go run but those in the list. It runs two
// at a time: linking takes most of the time, on one core.
func runDistribution(t *testing.T, programs []distributed, split func(code string) []string, list string) {
	reasons := exceptions(t, list)
	for name := range reasons {
		found := false
		for _, p := range programs {
			found = found || p.name == name
		}
		if !found {
			t.Errorf("%s lists %s, which is not among the programs", list, name)
		}
	}
	if most := len(programs) / 20; len(reasons) > most {
		t.Errorf("%s lists %d of %d programs, %d at most behave differently", list, len(reasons), len(programs), most)
	}
	queue := make(chan distributed)
	go func() {
		defer close(queue)
		for _, p := range programs {
			queue <- p
		}
	}()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for more := true; more; {
				more = false
				t.Run("session", func(t *testing.T) { more = runSome(t, queue, split, reasons) })
			}
		})
	}
	workers.Wait()
}

// runSome runs programs in a session of their own, and reports whether there may
// be more.
func runSome(t *testing.T, queue <-chan distributed, split func(code string) []string, reasons map[string]string) bool {
	s := open(t)
	for range perSession {
		p, ok := <-queue
		if !ok {
			return false
		}
		t.Run(p.name, func(t *testing.T) {
			err := differs(s, p, split(p.code))
			if err != nil && reasons[p.name] == "" {
				// Some programs count on more of the machine than is left beside others.
				err = differs(open(t), p, split(p.code))
			}
			switch reason := reasons[p.name]; {
			case err != nil && reason == "":
				t.Error(err)
			case err == nil && reason != "":
				t.Errorf("it behaves as under go run, and is listed as one that does not: %s", reason)
			}
		})
	}
	return true
}

// TestDistribution runs Go's own test programs, each in one cell.
func TestDistribution(t *testing.T) {
	runDistribution(t, distribution(t), func(code string) []string { return []string{code} }, "testdata/distribution/one.txt")
}

// inTwo puts a program's function main into a second cell, so that everything
// that it uses is another package's.
func inTwo(t *testing.T, code string) []string {
	fragments, err := cell.Fragments(code, 1)
	if err != nil {
		t.Fatal(err)
	}
	var first, second strings.Builder
	for _, f := range fragments {
		if f.Kind == cell.Func && mainFunc.MatchString(f.Text) {
			second.WriteString(f.Text + "\n")
		} else {
			first.WriteString(f.Text + "\n")
		}
	}
	return []string{first.String(), second.String()}
}

// TestDistributionInTwoCells runs the programs about generic code, interfaces
// and channels cut in two.
func TestDistributionInTwoCells(t *testing.T) {
	var programs []distributed
	for _, p := range distribution(t) {
		switch filepath.Dir(p.name) {
		case "typeparam", "interface", "chan":
			programs = append(programs, p)
		}
	}
	runDistribution(t, programs, func(code string) []string { return inTwo(t, code) }, "testdata/distribution/two.txt")
}
