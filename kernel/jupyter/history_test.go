package jupyter

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func inputs(cells []pastCell) (texts []string) {
	for _, c := range cells {
		texts = append(texts, fmt.Sprintf("%d.%d %s", c.session, c.Number, c.Input))
	}
	return texts
}

func count(n int) *int { return &n }

func TestHistoryIsKeptAcrossKernels(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	first := openHistory(nil)
	first.add(1, "a := 1 / 2", "")
	first.add(2, "a\nb", "0")
	second, third := openHistory(nil), openHistory(nil)
	third.add(1, "a := 1 / 2", "")
	second.add(1, "c", "3") // it began before the third, its first cell came later
	for _, test := range []struct {
		query historyQuery
		want  string
	}{
		{historyQuery{Type: "tail", N: count(3)}, "1.2 a\nb|2.1 a := 1 / 2|3.1 c"},
		{historyQuery{Type: "tail", N: count(0)}, ""},
		{historyQuery{Type: "range", Start: 1}, "3.1 c"},
		{historyQuery{Type: "range", Session: 1, Start: 2, Stop: count(9)}, "1.2 a\nb"},
		{historyQuery{Type: "range", Session: -1, Start: 1, Stop: count(2)}, "2.1 a := 1 / 2"},
		{historyQuery{Type: "range", Session: 7}, ""},
		{historyQuery{Type: "search", Pattern: "a := 1*"}, "1.1 a := 1 / 2|2.1 a := 1 / 2"},
		{historyQuery{Type: "search", Pattern: "a := 1*", Unique: true}, "2.1 a := 1 / 2"},
		{historyQuery{Type: "search", Pattern: "*", N: count(2), Unique: true}, "2.1 a := 1 / 2|3.1 c"},
		{historyQuery{Type: "search", Pattern: "[", N: count(2)}, ""},
	} {
		if got := strings.Join(inputs(second.find(test.query)), "|"); got != test.want {
			t.Errorf("%+v: %q, want %q", test.query, got, test.want)
		}
	}
	if found := second.find(historyQuery{Type: "range", Session: 1, Start: 2}); found[0].Output != "0" {
		t.Errorf("the value of a cell of another kernel is %q", found[0].Output)
	}
}

func TestHistoryIsPrivate(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	openHistory(nil).add(1, "password := 5", "")
	for path, want := range map[string]os.FileMode{
		"galago": os.ModeDir | 0o700, "galago/history": os.ModeDir | 0o700, "galago/history/1.jsonl": 0o600,
	} {
		info, err := os.Stat(filepath.Join(state, path))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestBrokenHistoryIsReadAsFarAsItGoes(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	openHistory(nil).add(1, "whole", "")
	path := filepath.Join(state, "galago", "history", "1.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := slices.Concat([]byte("\x00garbage\n[]\n{}\n"), whole, []byte(`{"number":2,"inp`))
	if err := os.WriteFile(path, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := inputs(openHistory(nil).find(historyQuery{Type: "tail"})); !slices.Equal(got, []string{"1.1 whole"}) {
		t.Errorf("%q", got)
	}
}

func TestHistoryThatCannotBeKeptIsThatOfThisKernel(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_STATE_HOME", file)
	var said bytes.Buffer
	h := openHistory(log.New(&said, "", 0))
	h.add(1, "a", "")
	h.add(2, "b", "")
	if got := inputs(h.find(historyQuery{Type: "tail"})); !slices.Equal(got, []string{"1.1 a", "1.2 b"}) {
		t.Errorf("%q", got)
	}
	if strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), file) {
		t.Errorf("the log says %q", said.String())
	}
}

func TestOldSessionsAreRemoved(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	dir := filepath.Join(state, "galago", "history")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for n := range maxSessions + 5 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.jsonl", n+1)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := openHistory(nil)
	h.add(1, "a", "")
	kept := h.archive.sessions()
	if len(kept) != maxSessions || kept[0] != 7 || kept[len(kept)-1] != maxSessions+6 {
		t.Errorf("%d sessions are kept, from %d to %d", len(kept), kept[0], kept[len(kept)-1])
	}
}
