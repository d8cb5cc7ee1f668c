package notebooks_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/kernel/session"
	"github.com/galago-hpc/galago/notebooks"
)

func newSession(t *testing.T) *session.Session {
	t.Helper()
	s, err := session.New(session.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A notebook that can no longer be saved is not executed any further.
func TestRunEndsWhenSavingFails(t *testing.T) {
	nb := notebooks.New()
	first, second, third := nb.Add(notebooks.Code, "n := 1"), nb.Add(notebooks.Code, "n + 1"), nb.Add(notebooks.Code, "n + 2")
	full := errors.New("the disk is full")
	err := notebooks.Run(context.Background(), nb, newSession(t), notebooks.Options{
		Save: func(*notebooks.Notebook) error {
			if second.ExecutionCount == 0 {
				return nil
			}
			return full
		},
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), "after cell 2") {
		t.Errorf("got error %v", err)
	}
	if first.ExecutionCount != 1 || second.ExecutionCount != 2 || third.ExecutionCount != 0 {
		t.Errorf("counts are %d, %d, %d", first.ExecutionCount, second.ExecutionCount, third.ExecutionCount)
	}
	if len(second.Outputs) != 1 || second.Outputs[0].Data["text/plain"] != "2" || second.Outputs[0].ExecutionCount != 2 {
		t.Errorf("cell 2 shows %+v", second.Outputs)
	}
}

func TestRunStartsNothingOnceCancelled(t *testing.T) {
	nb := notebooks.New()
	cell := nb.Add(notebooks.Code, "1")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("stop"))
	err := notebooks.Run(ctx, nb, newSession(t), notebooks.Options{})
	if err == nil || err.Error() != "stopped before cell 1: stop" || cell.ExecutionCount != 0 {
		t.Errorf("got error %v, count %d", err, cell.ExecutionCount)
	}
}

func TestRunNeedsCode(t *testing.T) {
	nb := notebooks.New()
	nb.Add(notebooks.Markdown, "text")
	nb.Add(notebooks.Code, " \n")
	nb.Add(notebooks.Code, "panic(1)").Metadata["tags"] = []any{"skip-execution"}
	saved := false
	err := notebooks.Run(context.Background(), nb, newSession(t), notebooks.Options{
		Save: func(*notebooks.Notebook) error { saved = true; return nil },
	})
	if !errors.Is(err, notebooks.ErrNoCode) || saved {
		t.Errorf("got error %v, saved %t", err, saved)
	}
}
