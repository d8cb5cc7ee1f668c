package session

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
)

func splitCells(code string) []string {
	fragments, err := cell.Fragments(code, 1)
	if err != nil {
		return []string{code}
	}
	var imports, decls, last strings.Builder
	for _, f := range fragments {
		switch {
		case f.Kind == cell.Import:
			imports.WriteString(f.Text + "\n")
		case f.Kind == cell.Func && strings.Contains(f.Text, "func main()"):
			last.WriteString(f.Text + "\n")
		default:
			decls.WriteString(f.Text + "\n")
		}
	}
	return []string{imports.String() + decls.String(), last.String()}
}

func TestSplit(t *testing.T) {
	programs := make(chan distributed)
	var workers sync.WaitGroup
	for range 2 {
		s := open(t)
		workers.Go(func() {
			for p := range programs {
				t.Run(p.name, func(t *testing.T) {
					if err := forget(s); err != nil {
						t.Fatal(err)
					}
					ctx, cancel := context.WithTimeout(context.Background(), programLimit)
					defer cancel()
					var out strings.Builder
					for _, c := range splitCells(p.code) {
						f := s.Execute(ctx, c, func(e event.Event) {
							switch e.Kind {
							case event.Stdout, event.Stderr, event.Note:
								out.WriteString(e.Text)
							case event.Value, event.Display:
								fmt.Fprintf(&out, "shown: %v", e.Data)
							}
						})
						if f != nil {
							t.Errorf("%s\n%s", strings.Join(Render(f, false), "\n"), out.String())
							return
						}
					}
					if got := out.String(); got != p.want {
						t.Errorf("printed:\n%s\nwant:\n%s", got, p.want)
					}
				})
			}
		})
	}
	for _, p := range distribution(t) {
		if only := os.Getenv("ONLY"); only != "" && !strings.Contains(only, p.name) {
			continue
		}
		programs <- p
	}
	close(programs)
	workers.Wait()
}
