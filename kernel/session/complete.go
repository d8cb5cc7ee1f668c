package session

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/galago-hpc/galago/kernel/assist"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
)

// A Completion says that the code points of a cell from Start to End may be
// replaced by the text of one of the items, the best of which come first.
type Completion struct {
	Start, End int
	Items      []Item
}

// An Item is one way to complete a text. Kind is what Jupyter draws: function,
// class, instance, constant, module, keyword, property, path, magic. Signature
// is a line that says more, or "".
type Item = assist.Item

// Complete says how a cell may go on at the cursor, which counts code points.
// Any goroutine may call it, also while a cell runs.
func (s *Session) Complete(code string, cursor int) Completion {
	at := byteOffset(code, cursor)
	a := s.assistant()
	if a == nil {
		n := utf8.RuneCountInString(code[:at])
		return Completion{Start: n, End: n}
	}
	found := a.Complete(code, at)
	return Completion{Start: utf8.RuneCountInString(code[:found.Start]), End: utf8.RuneCountInString(code[:found.End]), Items: found.Items}
}

// byteOffset leads a number of code points to an offset in bytes.
func byteOffset(code string, points int) int {
	for i := range code {
		if points <= 0 {
			return i
		}
		points--
	}
	return len(code)
}

// startPatience is how long a question waits for a session that has just begun.
const startPatience = 2 * time.Second

// preparePause is how long the session leaves the processor to its first
// answers before it prepares for others.
const preparePause = time.Second

// assistant knows what the session knows at this moment; nil if it has not
// begun as yet.
func (s *Session) assistant() *assist.Session {
	select {
	case <-s.ready:
	case <-time.After(startPatience):
		return nil
	}
	if s.failed != nil || s.library == nil {
		return nil
	}
	s.asked.Do(func() { time.AfterFunc(preparePause, s.library.Prepare) })
	s.mu.Lock()
	dir, process := s.options.Dir, s.engine
	s.mu.Unlock()
	return &assist.Session{
		Names:      s.world.Snapshot(),
		Library:    s.library,
		Dir:        dir,
		Directives: directiveTexts(),
		Place:      s.place,
		Value: func(v *check.Symbol) string {
			return string(process.query(engine.Command{Operation: engine.Peek, Unit: v.Unit.Number, Name: v.Name}))
		},
		Keys: func(v *check.Symbol) []string {
			return list[string](process, engine.Command{Operation: engine.Keys, Unit: v.Unit.Number, Name: v.Name})
		},
		Entries: func(v *check.Symbol, group string) []assist.Entry {
			var found []assist.Entry
			for _, e := range list[engine.Entry](process, engine.Command{Operation: engine.Entries, Unit: v.Unit.Number, Name: v.Name, Path: group}) {
				found = append(found, assist.Entry{Name: e.Name, Group: e.Group})
			}
			return found
		},
	}
}

// list asks the engine for a list, which is empty if the engine knows nothing.
func list[T any](process *engineProcess, c engine.Command) []T {
	var answer []T
	if json.Unmarshal(process.query(c), &answer) != nil {
		return nil
	}
	return answer
}

// slurmOptions are those of srun's options that are typed most.
var slurmOptions = []string{"--account", "--constraint", "--cpu-bind", "--cpus-per-task", "--distribution", "--exclusive", "--gpus", "--gpus-per-node", "--gpus-per-task", "--job-name", "--mem", "--mem-per-cpu", "--mpi", "--nodelist", "--nodes", "--ntasks", "--ntasks-per-node", "--overlap", "--partition", "--qos", "--reservation", "--time"}

// directiveTexts describes what can be typed besides Go.
func directiveTexts() []assist.Directive {
	var texts []assist.Directive
	for _, e := range entries() {
		if !strings.HasPrefix(e.name, "%") {
			continue
		}
		d := assist.Directive{Name: e.name, Usage: e.usage, Summary: e.summary, Detail: details[e.name]}
		if e.name == "%%srun" {
			d.Options = slurmOptions
		}
		texts = append(texts, d)
	}
	return texts
}
