package assist

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/quick"
)

// The session goes on while others ask: run it with -race.
func TestCompleteWhileCellsAreChecked(t *testing.T) {
	b := open(t)
	compile := func(unit *check.Unit) {
		p, err := b.builder.Compile(b.world, unit)
		if err == nil {
			err = p.Wait(context.Background())
		}
		if err != nil {
			t.Error(err)
		}
	}
	compile(b.run(t, session))
	done := make(chan struct{})
	var askers sync.WaitGroup
	for range 3 {
		own := *b.Session
		askers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				own.Names = b.world.Snapshot()
				for _, code := range []string{"p.no|", "fmt.Println(both.Second.|", "must(scale(p, 2.0)).no|", "for _, v := range points { v.ba|", "tree.Lef|", "strconv.Ato|", "import \"gonum.org/v1/plot/p|"} {
					offset := strings.IndexByte(code, '|')
					c := own.Complete(code[:offset], offset)
					if len(c.Items) == 0 && !strings.HasPrefix(code, "tree") {
						t.Errorf("%s offers nothing", code)
					}
				}
				if found := own.Inspect("must(scale(p, 2.0))", 6, 1); !found.Found {
					t.Error("scale is not found")
				}
				own.Inspect("tree.Left.Walk()", 12, 0)
			}
		})
	}
	for n := range 20 {
		unit := b.run(t, strings.ReplaceAll(`
			type node[T any] struct { Left, Right *node[T]; Value T; count int }
			type walker[T any] interface { Walk(func(T)) ; embedded[T] }
			type embedded[T any] interface { Len() int }
			func (n *node[T]) Walk(f func(T)) { f(n.Value) }
			func (n *node[T]) Len() int { return COUNT }
			func each[T any, W walker[T]](w W, f func(T)) { w.Walk(f) }
			tree := &node[map[string]int]{}
			var w walker[map[string]int] = tree
			each[map[string]int](tree, nil)
			numberCOUNT := slices.Max([]int{1, limit})
			_ = w
			_ = numberCOUNT`, "COUNT", fmt.Sprint(n)))
		_, _ = quick.New(b.world, unit) // looks at the types, as compiling does
		compile(unit)
	}
	close(done)
	askers.Wait()
}

func BenchmarkComplete(b *testing.B) {
	s := open(b)
	s.run(b, session)
	for _, code := range []string{"p.no|", "fmt.Pri|", "for _, v := range points { v.ba|", "f|"} {
		b.Run(code, func(b *testing.B) {
			for b.Loop() {
				s.complete(code)
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	s := open(b)
	s.run(b, session)
	for b.Loop() {
		s.Inspect("fmt.Println(p)", 6, 0)
	}
}

// The first answers of a session read packages and sources.
func BenchmarkFirst(b *testing.B) {
	for _, code := range []string{"fmt.Pri|", "plot.New().|"} {
		b.Run(code, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := open(b)
				b.StartTimer()
				s.complete(code)
			}
		})
	}
}
