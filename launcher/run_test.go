package launcher

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

func TestHello(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 5, "hello")
		nodes := map[string]bool{}
		if b.Name() == "srun" {
			req.Options = []string{"-N2"}
		}
		o := run(t, b, req, nil)
		o.succeed(t)
		for rank := range 5 {
			out := o.text(rank, event.Stdout)
			if want := fmt.Sprintf("hello from rank %d of 5 on ", rank); !strings.HasPrefix(out, want) || !strings.HasSuffix(out, "\nno newline") {
				t.Errorf("rank %d printed %q, want %q and so on", rank, out, want)
			}
			first, _, _ := strings.Cut(out, "\n")
			nodes[first[strings.LastIndexByte(first, ' ')+1:]] = true
			if got, want := o.text(rank, event.Stderr), fmt.Sprintf("rank %d also complains\n", rank); got != want {
				t.Errorf("rank %d wrote %q to standard error, want %q", rank, got, want)
			}
		}
		if b.Name() == "srun" && !(nodes["node1"] && nodes["node2"]) {
			t.Errorf("the ranks ran on %v, want both nodes", nodes)
		}
		if notes := o.said(); len(notes) > 0 {
			t.Errorf("the launcher said %v, want nothing", notes)
		}
		if n := len(o.of(event.Start)) + len(o.of(event.Exit)); n != 10 {
			t.Errorf("%d start and exit events, want 10", n)
		}
		for path, mode := range map[string]os.FileMode{"": 0o700, "run.json": 0o600, "environment": 0o600, "rank-00004.jsonl": 0o600} {
			if status, err := os.Stat(filepath.Join(req.RunDir, path)); err != nil || status.Mode().Perm() != mode {
				t.Errorf("%q in the run's folder: %v, %v; want mode %v", path, status, err, mode)
			}
		}
	})
}

// One rank needs no launcher.
func TestDirect(t *testing.T) {
	req := request(t, []string{"PATH=/nowhere", "TOKEN=secret"}, 1, "hello")
	b, err := ChooseIn("auto", req.Env)
	if err != nil || b.Name() != "direct" {
		t.Fatalf("without a launcher, auto is %v, %v", b, err)
	}
	o := run(t, b, req, nil)
	o.succeed(t)
	if got := o.text(0, event.Stdout); got != "hello from rank 0 of 1 on \nno newline" {
		t.Errorf("it printed %q", got)
	}
	text, err := os.ReadFile(filepath.Join(req.RunDir, "environment"))
	if err != nil || !bytes.Contains(text, []byte("PATH=/nowhere\n")) || bytes.Contains(text, []byte("secret")) {
		t.Errorf("the environment's record is %q, %v", text, err)
	}
}

// Nothing is lost of a large output, and lines are whole and in order.
func TestLargeOutput(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		const lines = 50_000
		o := run(t, b, request(t, env, 4, "lines", fmt.Sprint(lines)), nil)
		o.succeed(t)
		for rank := range 4 {
			n := 0
			for line := range strings.Lines(o.text(rank, event.Stdout)) {
				if !strings.HasPrefix(line, fmt.Sprint(n, " x")) || !strings.HasSuffix(line, "x\n") {
					t.Fatalf("line %d of rank %d is %q", n, rank, line)
				}
				n++
			}
			if n != lines {
				t.Errorf("rank %d: %d lines, want %d", rank, n, lines)
			}
		}
	})
}

// A line arrives whole, unless its end is long in coming.
func TestUnfinishedLines(t *testing.T) {
	b, err := Choose("direct")
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, b, request(t, os.Environ(), 1, "slow"), nil)
	o.succeed(t)
	var texts []string
	for _, e := range o.of(event.Stdout) {
		texts = append(texts, e.Text)
	}
	if got := fmt.Sprintf("%q", texts); got != `["working\n" "50%" "100%\n"]` {
		t.Errorf("the text came as %s", got)
	}
}

func TestEvents(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 2, "events"), nil)
		o.succeed(t)
		for rank := range 2 {
			var kinds []string
			for _, e := range o.events {
				if e.Rank != rank {
					continue
				}
				kinds = append(kinds, string(e.Kind)+":"+e.Text)
				switch e.Kind {
				case event.Display:
					if s, _ := e.Data["text/plain"].(string); s != strings.Repeat("é", 5<<20/2) {
						t.Errorf("rank %d displayed %d bytes", rank, len(s))
					}
				case event.Return:
					if e.Name != "x" || !bytes.Equal(e.Payload, []byte{0, 1, 2, byte(rank)}) {
						t.Errorf("rank %d returned %s %v", rank, e.Name, e.Payload)
					}
				}
			}
			if got := fmt.Sprintf("%q", kinds); got != `["start:" "stdout:before " "display:" "stdout:after\n" "return:" "exit:"]` {
				t.Errorf("rank %d: %s", rank, got)
			}
		}
	})
}

// What looks like a crash is ordinary text if the program does not crash.
func TestComplaint(t *testing.T) {
	b, _ := Choose("direct")
	o := run(t, b, request(t, os.Environ(), 1, "complain"), nil)
	o.succeed(t)
	if got := o.text(0, event.Stderr); strings.Count(got, "\n") != 2 || !strings.HasPrefix(got, "panic: is what") {
		t.Errorf("standard error is %q", got)
	}
}
