package jupyter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// An archive keeps the history in a folder, private to the user: one file for
// each session, named by its number, one cell a line as JSON. Kernels on
// several machines may share the folder: no two write to one file, and the
// only lock is that a file is created once.
type archive struct {
	dir    string // empty: nothing is kept
	log    *log.Logger
	file   *os.File // of this session, once it has a cell
	bytes  int      // in file
	number int      // of this session, 0 before that
}

const (
	maxSessions     = 1000     // files that are kept
	maxSessionBytes = 16 << 20 // of one file
)

// openHistory returns the history of the user, which is
// $XDG_STATE_HOME/galago/history. Where there is no such folder and none can
// be made, it is that of this kernel alone.
func openHistory(to *log.Logger) *history {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // as the XDG specification has it
		home, err := os.UserHomeDir()
		if err != nil {
			return &history{archive: &archive{log: to}}
		}
		state = filepath.Join(home, ".local", "state")
	}
	return &history{archive: &archive{dir: filepath.Join(state, "galago", "history"), log: to}}
}

// sessions lists those that are kept, in order.
func (a *archive) sessions() []int {
	if a.dir == "" {
		return nil
	}
	entries, _ := os.ReadDir(a.dir) // what cannot be read is not there
	var numbers []int
	for _, e := range entries {
		name, is := strings.CutSuffix(e.Name(), ".jsonl")
		if n, err := strconv.Atoi(name); is && err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// session is the number of this session: as long as it has no cell, the number
// that it would be given now.
func (a *archive) session() int {
	if a.number > 0 {
		return a.number
	}
	if kept := a.sessions(); len(kept) > 0 {
		return kept[len(kept)-1] + 1
	}
	return 1
}

func (a *archive) path(session int) string {
	return filepath.Join(a.dir, strconv.Itoa(session)+".jsonl")
}

// add keeps a cell of this session and returns the session's number.
func (a *archive) add(c pastCell) int {
	if a.number == 0 {
		a.begin()
	}
	if a.file == nil {
		return a.number
	}
	line, err := marshal(c)
	if a.bytes += len(line) + 1; err == nil && a.bytes > maxSessionBytes {
		err = fmt.Errorf("%s has reached %d MiB", a.file.Name(), maxSessionBytes>>20)
	}
	if err == nil {
		_, err = a.file.Write(append(line, '\n'))
	}
	if err != nil {
		a.note(err)
		a.file.Close()
		a.file = nil
	}
	return a.number
}

// begin gives the session its number, by creating its file.
func (a *archive) begin() {
	a.number = a.session()
	if a.dir == "" {
		return
	}
	if err := os.MkdirAll(a.dir, 0o700); err != nil {
		a.note(err)
		return
	}
	for {
		file, err := os.OpenFile(a.path(a.number), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
		if errors.Is(err, fs.ErrExist) { // another kernel was faster
			a.number++
			continue
		}
		if err != nil {
			a.note(err)
			return
		}
		a.file = file
		break
	}
	kept := a.sessions()
	for _, old := range kept[:max(len(kept)-maxSessions, 0)] {
		os.Remove(a.path(old)) // if not by us, by the next kernel
	}
}

// read returns the cells of a session. Lines that are none, such as the last
// one of a kernel that was killed, are left out.
func (a *archive) read(session int) (cells []pastCell) {
	if a.dir == "" {
		return nil
	}
	text, err := os.ReadFile(a.path(session))
	if err != nil {
		return nil // removed since, or never there
	}
	for line := range bytes.Lines(text) {
		c := pastCell{session: session}
		if json.Unmarshal(line, &c) == nil && c.Number > 0 {
			cells = append(cells, c)
		}
	}
	return cells
}

// note says why this session is not kept from here on.
func (a *archive) note(err error) {
	if a.log != nil {
		a.log.Printf("the history of this kernel is not kept: %v", err)
	}
}
