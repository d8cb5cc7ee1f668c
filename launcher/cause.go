package launcher

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/guard"
)

// A suspect is a rank that may be the cause of a run's failure.
type suspect struct {
	rank    int
	at      time.Time
	failure event.Failure // Message is about the rank, see sentence
}

// cause finds what made the run fail, nil if nothing did. What says most
// counts: an error or a signal of a rank, the earliest; an exit status without
// an error; what a guard or the launcher has to say; a rank that is lost.
func (r *Run) cause(interrupted bool) *event.Failure {
	if interrupted {
		return r.whereabouts()
	}
	if f := first(r.errors()); f != nil {
		return f
	}
	said := r.words.lines()
	if f := r.abort(said); f != nil {
		return f
	}
	if strings.Contains(strings.Join(said, "\n"), "DUE TO TIME LIMIT") {
		return &event.Failure{Name: "killed", Message: "the run was ended at its time limit", Hint: hintFor(said)}
	}
	if f := first(r.exits()); f != nil {
		return f
	}
	if f := guardsWords(said); f != nil {
		return f
	}
	status := r.cmd.ProcessState.ExitCode()
	name := r.backend.Name()
	if name == "direct" {
		name = "the guard"
	}
	switch {
	case r.warning != nil:
		return &event.Failure{Name: "error", Message: r.warning.Error(), Hint: "the run was ended"}
	case !r.anyStarted() && status != 0:
		message := fmt.Sprintf("%s could not start the ranks: it ended with %s", name, r.cmd.ProcessState)
		if text := summary(said); text != "" {
			message = fmt.Sprintf("%s could not start the ranks: %s", name, text)
		}
		return &event.Failure{Name: "error", Message: message, Hint: hintFor(said)}
	case !r.anyStarted():
		return &event.Failure{Name: "error", Message: fmt.Sprintf("%s has ended, but no rank has reported: is %s on a file system that all nodes share?", name, r.request.RunDir)}
	}
	return r.remains(name, status, said)
}

// errors are the ranks that reported an error or were killed by a signal that
// the guard did not send.
func (r *Run) errors() []suspect {
	var found []suspect
	for i := range r.ranks {
		k := &r.ranks[i]
		switch {
		case k.failure != nil && k.failure.Name != interruptName:
			f := *k.failure
			switch f.Name {
			case "panic":
				f.Message = "panicked: " + strings.TrimPrefix(strings.TrimPrefix(f.Message, "panic: "), "runtime error: ")
			case "exit":
				f.Message = "exited with status " + strings.TrimPrefix(f.Message, "exit status ")
			case "abort": // the message is about the rank already
			case "fatal error":
				f.Message = "crashed: " + f.Message
			default:
				f.Message = ": " + f.Message
			}
			found = append(found, suspect{i, k.failed, f})
		case k.exit != nil && k.exit.Signal != "" && !k.exit.Stopped:
			found = append(found, suspect{i, k.exit.At, event.Failure{
				Name:    "killed",
				Message: fmt.Sprintf("was killed by signal %d (%s)", unix.SignalNum(k.exit.Signal), k.exit.Signal),
				Hint:    signalHint(k.exit.Signal, r.words.lines()),
			}})
		}
	}
	return found
}

// exits are the ranks that ended with a status that says failure, and nothing else.
func (r *Run) exits() []suspect {
	var found []suspect
	for i := range r.ranks {
		if exit := r.ranks[i].exit; exit != nil && exit.Status != 0 && !exit.Stopped {
			found = append(found, suspect{i, exit.At, event.Failure{Name: "exit", Message: fmt.Sprintf("exited with status %d", exit.Status)}})
		}
	}
	return found
}

// What MPICH and Open MPI print when a program in another language calls
// MPI_Abort, or the library does because of an error. Launchers then kill
// everything, guards included, so that no report comes.
var aborts = []struct {
	words      *regexp.Regexp
	rank, code int // numbers of the groups
}{
	{regexp.MustCompile(`application called MPI_Abort\([^)]*?(-?\d+)\) - process (\d+)`), 2, 1},
	{regexp.MustCompile(`MPI_ABORT was invoked on rank (\d+) in communicator[\s\S]*?with errorcode (-?\d+)`), 1, 2},
}

// abort finds a rank that has called MPI_Abort.
func (r *Run) abort(said []string) *event.Failure {
	texts := []string{strings.Join(said, "\n")}
	for i := range r.ranks {
		texts = append(texts, r.ranks[i].said)
	}
	for _, text := range texts {
		for _, a := range aborts {
			m := a.words.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			n, err := strconv.Atoi(m[a.rank])
			if err != nil || n >= len(r.ranks) || r.ranks[n].exit != nil && r.ranks[n].exit.Status == 0 {
				continue // words of a program that has ended well
			}
			return &event.Failure{Name: "exit", Message: fmt.Sprintf("rank %d called MPI_Abort with status %s", n, m[a.code]), Rank: &n}
		}
	}
	return nil
}

// first takes the earliest suspect, with all ranks that failed alike.
func first(suspects []suspect) *event.Failure {
	if len(suspects) == 0 {
		return nil
	}
	root := slices.MinFunc(suspects, func(a, b suspect) int { return a.at.Compare(b.at) })
	var ranks []int
	for _, s := range suspects {
		if s.failure.Name == root.failure.Name && s.failure.Message == root.failure.Message && sameplace(s.failure.Stack, root.failure.Stack) {
			ranks = append(ranks, s.rank)
		}
	}
	f := root.failure
	f.Message = sentence(ranks, f.Message)
	f.Rank = &ranks[0]
	return &f
}

func sameplace(a, b []event.Frame) bool {
	return len(a) == 0 && len(b) == 0 || len(a) > 0 && len(b) > 0 && a[0] == b[0]
}

// guardsWords finds what a guard has printed because it could not log it.
func guardsWords(lines []string) *event.Failure {
	for _, line := range lines {
		if _, text, ok := strings.Cut(line, guard.Prefix); ok {
			return &event.Failure{Name: "error", Message: text, Hint: hintFor([]string{text})}
		}
	}
	return nil
}

// remains is for runs in which no rank has failed by itself.
func (r *Run) remains(name string, status int, said []string) *event.Failure {
	var lost, stopped []int
	for i := range r.ranks {
		switch exit := r.ranks[i].exit; {
		case exit == nil:
			lost = append(lost, i)
		case exit.Stopped:
			stopped = append(stopped, i)
		}
	}
	switch {
	// Ranks that were stopped may have been because others were lost.
	case len(lost) > 0:
		message := sentence(lost, "was lost: no report of the end has come")
		if text := summary(said); text != "" {
			message += "\n" + text
		}
		return &event.Failure{Name: "killed", Message: message, Hint: either(hintFor(said), "the node may have failed, or the guard was killed"), Rank: &lost[0]}
	case len(stopped) > 0:
		message := sentence(stopped, "was ended from outside")
		if exit := r.ranks[stopped[0]].exit; exit.Signal != "" {
			message += " by " + exit.Signal
		}
		return &event.Failure{Name: "killed", Message: message, Hint: either(hintFor(said), "scancel, the job's time limit, or kill"), Rank: &stopped[0]}
	case status != 0:
		message := fmt.Sprintf("all ranks ended well, but %s ended with %s", name, r.cmd.ProcessState)
		if text := summary(said); text != "" {
			message += ": " + text
		}
		return &event.Failure{Name: "exit", Message: message, Hint: hintFor(said)}
	}
	return nil
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func signalHint(name string, said []string) string {
	if hint := hintFor(said); strings.Contains(hint, "memory") || strings.Contains(hint, "time limit") {
		return hint
	}
	switch name {
	case "SIGKILL":
		return "often the out-of-memory killer: use less memory, fewer ranks per node, or ask for more with --mem"
	case "SIGSEGV":
		return "a crash in C code, or in Go code that uses unsafe"
	case "SIGBUS":
		return "often a mapped file that has become shorter, or a full /dev/shm"
	case "SIGILL":
		return "a library that was built for another processor"
	case "SIGXCPU":
		return "the limit on processor time: see ulimit -t"
	case "SIGXFSZ":
		return "the limit on the size of files: see ulimit -f"
	case "SIGTERM":
		return "it came from outside: scancel, the job's time limit, or kill"
	}
	return ""
}
