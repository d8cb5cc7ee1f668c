package launcher

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// interruptWhen interrupts a run once every rank that prints has printed text.
func interruptWhen(text string) func(r *Run, seen func(func(RankEvent) bool)) {
	return func(r *Run, seen func(func(RankEvent) bool)) {
		ranks := map[int]bool{}
		seen(func(e RankEvent) bool {
			if e.Kind == event.Stdout && strings.Contains(e.Text, text) {
				ranks[e.Rank] = true
			}
			return len(ranks) == r.request.Ranks
		})
		r.Interrupt()
	}
}

// An interrupt says where each rank was: one computes, the others wait.
func TestInterrupt(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 4, "hang"), interruptWhen("ready"))
		o.fail(t, "interrupted\nranks 0, 2, 3 were waiting (chan receive) (cell 6, line 3)\nrank 1 was running (cell 6, line 10)")
		o.state(t, Interrupted)
		if o.failure != nil && o.failure.Name != "interrupt" {
			t.Errorf("the failure's name is %s", o.failure.Name)
		}
		for rank := range 4 {
			if text := o.text(rank, event.Stderr); text != "" {
				t.Errorf("rank %d: the stacks are shown: %.100q", rank, text)
			}
		}
	})
}

// Output without end does not hold up an interrupt.
func TestInterruptEndlessOutput(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 2, "endless"), interruptWhen("and so on"))
		if o.failure == nil || o.failure.Name != "interrupt" {
			t.Errorf("the failure is %v, want an interrupt", o.failure)
		}
	})
}

// The end of the context interrupts as well.
func TestCancel(t *testing.T) {
	b, _ := Choose("direct")
	ctx, cancel := context.WithCancel(context.Background())
	req := request(t, os.Environ(), 1, "hang")
	r, err := Start(ctx, b, req)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Wait(func(e RankEvent) {
		if e.Kind == event.Stdout {
			cancel()
		}
	})
	if err == nil || err.Error() != "interrupted\nrank 0 was waiting (chan receive) (cell 6, line 3)" {
		t.Errorf("Wait returned %v", err)
	}
	nothingLeft(t, req.RunDir)
}

// A job that waits in the queue says so, and an interrupt takes it back.
func TestInterruptInQueue(t *testing.T) {
	env := environments(t)["srun"]
	b, err := ChooseIn("srun", env)
	if err != nil {
		t.Fatal(err)
	}
	req := request(t, env, 1, "hang")
	req.Options = []string{"--begin=now+1hour"}
	o := run(t, b, req, func(r *Run, seen func(func(RankEvent) bool)) {
		seen(func(e RankEvent) bool {
			return e.Rank == -1 && strings.Contains(e.Text, "queued and waiting for resources")
		})
		r.Interrupt()
	})
	if o.failure == nil || !strings.HasPrefix(o.failure.Message, "interrupted before any rank had started\nsrun: job") {
		t.Errorf("the failure is %v", o.failure)
	}
	if out, err := output(env, 10*time.Second, "squeue", "--noheader"); err != nil || strings.TrimSpace(out) != "" {
		t.Errorf("the queue is %q, %v; want it empty", out, err)
	}
}

// The ranks end although their launcher and all that could tell them is killed.
func TestLauncherKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 2, "hang"), func(r *Run, seen func(func(RankEvent) bool)) {
			allReady(seen)
			r.process().group(syscall.SIGKILL)
		})
		if o.failure == nil || o.failure.Name != "killed" {
			t.Errorf("the failure is %v, want one named killed", o.failure)
		}
	})
}

// allReady waits until both ranks have printed.
func allReady(seen func(func(RankEvent) bool)) {
	n := 0
	seen(func(e RankEvent) bool {
		if e.Kind == event.Stdout {
			n++
		}
		return n == 2
	})
}

// Somebody else ends the job.
func TestCancelledJob(t *testing.T) {
	env := environments(t)["srun"]
	b, err := ChooseIn("srun", env)
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, b, request(t, env, 2, "hang"), func(r *Run, seen func(func(RankEvent) bool)) {
		allReady(seen)
		if out, err := output(env, 10*time.Second, "scancel", "--partition=test"); err != nil {
			r.Interrupt()
			t.Errorf("scancel: %v %s", err, out)
		}
	})
	if f := o.failure; f == nil || f.Message != "ranks 0, 1 were ended from outside by SIGTERM" || !strings.Contains(f.Hint, "scancel") {
		t.Errorf("the failure is %v, want the end from outside", f)
	}
}

// A guard is killed, and its rank with it.
func TestGuardKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 2, "hang"), func(r *Run, seen func(func(RankEvent) bool)) {
			allReady(seen)
			_ = syscall.Kill(r.ranks[1].guard, syscall.SIGKILL)
		})
		// Hydra kills the other guard as well.
		if f := o.failure; f == nil || !strings.HasPrefix(f.Message, "rank 1 was lost: ") && !strings.HasPrefix(f.Message, "ranks 0, 1 were lost: ") {
			t.Errorf("the failure is %v, want the loss of rank 1", f)
		}
	})
}
