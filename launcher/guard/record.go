package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// A Record is one line of a rank's log: an event, when it happened, and, in
// Start and Exit events, what only the launcher needs to know.
type Record struct {
	event.Event
	At      time.Time `json:"at"`
	Guard   int       `json:"guard,omitempty"`   // Start: process id of the guard
	Step    string    `json:"step,omitempty"`    // Start: Slurm's JOB.STEP
	Stopped bool      `json:"stopped,omitempty"` // Exit: the guard ended the program because it was told to
}

// LogFile returns the path of a rank's log in the folder of a run.
func LogFile(dir string, rank int) string {
	return filepath.Join(dir, fmt.Sprintf("rank-%05d.jsonl", rank))
}

// StackFile returns the path of the file with a rank's goroutines.
func StackFile(dir string, rank int) string {
	return filepath.Join(dir, fmt.Sprintf("rank-%05d.stack", rank))
}

// A journal writes a rank's log. It is safe for use by several goroutines.
type journal struct {
	dir   string
	rank  int
	limit int64

	mu      sync.Mutex
	file    *os.File
	err     error // the first failure to write
	texts   int64 // bytes of text so far
	dropped int64 // bytes of text beyond the limit
	sync    bool  // push what was written to the server
	dirty   bool
	failed  chan struct{} // closed with the first failure
}

func openJournal(dir string, rank int, limit int64) (*journal, error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("rank %d: the run's folder %s is not there: use a folder on a file system that all nodes share", rank, dir)
	}
	file, err := os.OpenFile(LogFile(dir, rank), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("rank %d: open its log: %w", rank, err)
	}
	j := &journal{dir: dir, rank: rank, limit: limit, file: file, failed: make(chan struct{})}
	j.sync = onNFS(file)
	return j, nil
}

// write appends a record. A failure is kept for close and told through failed.
func (j *journal) write(r Record) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return
	}
	if r.Kind == event.Stdout || r.Kind == event.Stderr {
		n := int64(len(r.Text))
		if j.texts+n > j.limit {
			if j.dropped == 0 {
				j.append(Record{Event: event.Event{Kind: event.Note, Text: fmt.Sprintf(
					"rank %d has printed more than %d MiB: the rest is dropped\n", j.rank, j.limit>>20)}})
			}
			j.dropped += n
			return
		}
		j.texts += n
	}
	j.append(r)
}

func (j *journal) append(r Record) {
	if r.At.IsZero() {
		r.At = time.Now()
	}
	line, err := json.Marshal(r)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if err != nil {
		j.err = fmt.Errorf("rank %d: write its log: %w", j.rank, err)
		close(j.failed)
	}
	j.dirty = true
}

// flush makes what was written visible to other nodes.
func (j *journal) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.sync && j.dirty && j.err == nil {
		_ = j.file.Sync()
	}
	j.dirty = false
}

// close returns the first error that any write met.
func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.file.Close(); j.err == nil && err != nil {
		j.err = fmt.Errorf("rank %d: write its log: %w", j.rank, err)
	}
	return j.err
}
