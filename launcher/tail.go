package launcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/galago-hpc/galago/launcher/guard"
)

const (
	// turn is how much of one log is read before the next one's turn.
	turn = 256 << 10
	// stale is how long a log that does not grow is believed. A network file
	// system looks at the server again when a file is opened.
	stale = time.Second
	// backlog is what is shown of a rank's output that has piled up at an
	// interrupt.
	backlog = 256 << 10
	// history is the same, for all ranks together, when the run has failed.
	history = 64 << 20
)

// A tail follows the log of one rank.
type tail struct {
	path    string
	file    *os.File
	offset  int64  // of what is read next
	part    []byte // an unfinished line
	seen    int    // part[:seen] has no newline
	resync  bool   // part begins within a line
	changed time.Time
	skipped int64
}

// poll reads the next records, nil if there is nothing new.
func (t *tail) poll(buf []byte) ([]guard.Record, error) {
	now := time.Now()
	if t.file == nil || now.Sub(t.changed) > stale {
		t.close()
		file, err := os.Open(t.path)
		if err != nil {
			return nil, fmt.Errorf("follow a rank's log: %w", err)
		}
		t.file, t.changed = file, now
	}
	n, err := t.file.ReadAt(buf, t.offset)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("follow a rank's log: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	t.offset += int64(n)
	t.changed = now
	t.part = append(t.part, buf[:n]...)
	return t.lines()
}

// lines takes the complete lines.
func (t *tail) lines() ([]guard.Record, error) {
	var records []guard.Record
	rest := t.part
	for {
		i := bytes.IndexByte(rest[t.seen:], '\n')
		if i < 0 {
			t.seen = len(rest)
			break
		}
		line := rest[:t.seen+i]
		rest, t.seen = rest[t.seen+i+1:], 0
		if t.resync {
			t.resync = false
			continue
		}
		var r guard.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return records, fmt.Errorf("follow a rank's log: %s: %w", t.path, err)
		}
		records = append(records, r)
	}
	switch {
	case len(rest) == 0 && cap(t.part) > 4*turn:
		t.part = nil // the buffer of a large figure is not kept
	default:
		t.part = append(t.part[:0], rest...)
	}
	return records, nil
}

// skip leaves out what has piled up, but for the end, if that is much more
// than keep.
func (t *tail) skip(keep int64) {
	if t.file == nil {
		return
	}
	status, err := t.file.Stat()
	if err != nil || status.Size()-t.offset < 4*keep {
		return
	}
	target := status.Size() - keep
	t.skipped += target - t.offset
	t.offset = target
	t.part, t.seen, t.resync = t.part[:0], 0, true
}

func (t *tail) close() {
	if t.file != nil {
		t.file.Close()
		t.file = nil
	}
}
