package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

func TestFigures(t *testing.T) {
	s := open(t)
	for _, test := range []struct{ name, code, form string }{
		{"gonum plot", "p := plot.New()\np.Title.Text = \"a plot\"\np", "image/png"},
		{"image", "img := image.NewRGBA(image.Rect(0, 0, 3, 2))\nimg", "image/png"},
		{"svg", "notebook.SVG(`<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>`)", "image/svg+xml"},
		{"html", "notebook.HTML(\"<b>bold</b>\")", "text/html"},
		{"own method", "type page struct{}\nfunc (page) HTML() string { return \"<i>own</i>\" }\npage{}", "text/html"},
		{"rank 0 draws", "%%mpi -n 2\nmust0(mpi.World().Barrier())\nplt.Line([]float64{1, 2}, []float64{3, 4})", "image/png"},
	} {
		t.Run(test.name, func(t *testing.T) {
			shown := 0
			f := s.Execute(context.Background(), test.code, func(e event.Event) {
				if (e.Kind == event.Display || e.Kind == event.Value) && e.Data[test.form] != nil {
					shown++
				}
			})
			if f != nil {
				t.Fatal(strings.Join(Render(f, false), "\n"))
			}
			if shown != 1 {
				t.Errorf("%d figures of type %s, want 1", shown, test.form)
			}
		})
	}
}

func TestOrderOfOutput(t *testing.T) {
	s := open(t)
	var order []string
	f := s.Execute(context.Background(), "for i := range 3 {\n\tfmt.Println(i)\n\tnotebook.HTML(fmt.Sprint(\"<p>\", i))\n}", func(e event.Event) {
		switch e.Kind {
		case event.Stdout:
			order = append(order, strings.TrimSpace(e.Text))
		case event.Display:
			order = append(order, e.Data["text/html"].(string))
		}
	})
	if f != nil {
		t.Fatal(f)
	}
	if got, want := strings.Join(order, " "), "0 <p>0 1 <p>1 2 <p>2"; got != want {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestShellAndFolders(t *testing.T) {
	s := open(t)
	if err := os.Mkdir(filepath.Join(s.options.Dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := run(t, s, "x := 1\n!echo one; echo two >&2\n%cd data\nmust0(os.WriteFile(\"here\", nil, 0o600))\n!ls")
	if r.out.String() != "one\nhere\n" || r.err.String() != "two\n" {
		t.Errorf("printed %q and %q", r.out.String(), r.err.String())
	}
	if f := fails(t, s, "%nothing"); !strings.Contains(f.Hint, "%cd") {
		t.Errorf("the hint is %q", f.Hint)
	}
}

func TestShowTheCommand(t *testing.T) {
	s := open(t)
	r := run(t, s, "%%mpiexec -n 2 --show\nmust0(mpi.World().Barrier())")
	if !strings.Contains(r.notes.String(), "mpiexec") || !strings.Contains(r.notes.String(), "-n 2") {
		t.Errorf("shown: %q", r.notes.String())
	}
}

// Without a launcher and without MPI one rank runs, and more are refused with
// what to install.
func TestNoMPI(t *testing.T) {
	s, err := New(Options{Dir: t.TempDir(), Env: []string{"PATH=/nonexistent", "GALAGO_MPI=none"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := run(t, s, "%%mpi -n 1\nfmt.Println(mpi.World().Size())"); r.out.String() != "1\n" {
		t.Errorf("printed %q", r.out.String())
	}
	f := fails(t, s, "%%mpi -n 2\nfmt.Println(mpi.World().Size())")
	if !strings.Contains(f.Message, "no MPI launcher") || !strings.Contains(f.Hint, "install") {
		t.Errorf("%s; %s", f.Message, f.Hint)
	}
}

// What cannot be carried to ranks is named.
func TestNoValueToCarry(t *testing.T) {
	s := open(t)
	run(t, s, "type conn struct{ wait chan int }\nc := conn{make(chan int)}")
	f := fails(t, s, "%%mpi -n 1\nfmt.Println(c)")
	if !strings.Contains(f.Message, "carry the variable c") || !strings.Contains(f.Message, "wait") {
		t.Errorf("%s", f.Message)
	}
}
