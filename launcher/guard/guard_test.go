package guard

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

// gather feeds chunks to an output and returns what came out.
func gather(t *testing.T, chunks ...event.Event) (texts []string, held string) {
	t.Helper()
	dir := t.TempDir()
	log, err := openJournal(dir, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	o := newOutput(log)
	for _, e := range chunks {
		o.handle(e)
	}
	rest, _ := o.end()
	if err := log.close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range records(t, LogFile(dir, 0)) {
		texts = append(texts, fmt.Sprintf("%s %q", r.Kind, r.Text))
	}
	return texts, string(rest)
}

func records(t *testing.T, path string) []Record {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []Record
	for line := range strings.Lines(string(text)) {
		var r Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestLines(t *testing.T) {
	out := func(text string) event.Event { return event.Event{Kind: event.Stdout, Text: text} }
	err := func(text string) event.Event { return event.Event{Kind: event.Stderr, Text: text} }
	tests := []struct {
		chunks []event.Event
		want   string
		held   string
	}{
		{[]event.Event{out("a\nb\nc"), out("d\n"), out("e")}, `[stdout "a\nb\n" stdout "cd\n" stdout "e"]`, ""},
		{[]event.Event{out("a"), err("b\n"), out("c\n")}, `[stderr "b\n" stdout "ac\n"]`, ""},
		{[]event.Event{out("a"), {Kind: event.Display}, out("b\n")}, `[stdout "a" display "" stdout "b\n"]`, ""},
		{[]event.Event{out(strings.Repeat("x", longest)), out("y"), out("z\n")}, fmt.Sprintf(`[stdout "%sy" stdout "z\n"]`, strings.Repeat("x", longest)), ""},
		{[]event.Event{err("warning\npan"), err("ic: boom\n\ngorout"), err("ine 1 [running]:\n")}, `[stderr "warning\n"]`, "panic: boom\n\ngoroutine 1 [running]:\n"},
		{[]event.Event{err("this is no panic: it is a sentence\n")}, `[stderr "this is no panic: it is a sentence\n"]`, ""},
	}
	for _, test := range tests {
		texts, held := gather(t, test.chunks...)
		if got := fmt.Sprint(texts); got != test.want || held != test.held {
			t.Errorf("%.200v gave %.200s and held %q, want %.200s and %q", test.chunks, got, held, test.want, test.held)
		}
	}
}

// A rank that prints without end does not fill the disk; what is not text is
// kept.
func TestLimit(t *testing.T) {
	dir := t.TempDir()
	log, err := openJournal(dir, 7, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		log.write(Record{Event: event.Event{Kind: event.Stdout, Text: strings.Repeat("x", 20<<10)}})
	}
	log.write(Record{Event: event.Event{Kind: event.Exit, Status: 3}})
	if err := log.close(); err != nil {
		t.Fatal(err)
	}
	all := records(t, LogFile(dir, 7))
	if len(all) != 51+2 || all[51].Text != "rank 7 has printed more than 1 MiB: the rest is dropped\n" || all[52].Status != 3 {
		t.Errorf("%d records, the last two are %v", len(all), all[len(all)-2:])
	}
}

func TestFindRank(t *testing.T) {
	find := func(environ ...string) string {
		rank, err := findRank(func(key string) string {
			for _, kv := range environ {
				if value, ok := strings.CutPrefix(kv, key+"="); ok {
					return value
				}
			}
			return ""
		}, 4)
		return fmt.Sprint(rank, " ", err)
	}
	for want, got := range map[string]string{
		"3 <nil>": find("PMI_RANK=3", "SLURM_PROCID=0"),
		"2 <nil>": find("SLURM_PROCID=2"),
		"0 find this process's rank: PMI_RANK=4, want 0 to 3": find("PMI_RANK=4"),
		"1 <nil>": find("OMPI_COMM_WORLD_RANK=1"),
	} {
		if got != want {
			t.Errorf("the rank is %s, want %s", got, want)
		}
	}
	if got := find(); !strings.Contains(got, "is this launcher an MPI launcher?") {
		t.Errorf("without variables: %s", got)
	}
}

// The process's name may look like the fields after it.
func TestThreadState(t *testing.T) {
	state, used := threadState([]byte("12 (a) R 1 (b) S 1 2 3 4 5 6 7 8 9 10 11 12 0 0 20"))
	if state != "S" || used != 11+12 {
		t.Errorf("state %s, %d ticks", state, used)
	}
}
