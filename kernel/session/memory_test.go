package session

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

func TestMemoryLimits(t *testing.T) {
	for words, want := range map[string]int64{
		"8GiB": 8 << 30, "512 MiB": 512 << 20, "1.5G": 3 << 29, "600MB": 600e6, "1000000000B": 1e9, "off": 0,
	} {
		l, err := parseMemoryLimit(words)
		if err != nil || l.bytes != want {
			t.Errorf("%s is %d (%v), want %d", words, l.bytes, err, want)
		}
	}
	for words, want := range map[string]string{
		"":      "no amount of memory",
		"8":     "no amount of memory",
		"many":  "no amount of memory",
		"-1GiB": "no amount of memory", "1e30TiB": "no amount of memory", "NaN%": "no amount of memory",
		"1MiB": "an engine needs 64 MiB",
	} {
		if l, err := parseMemoryLimit(words); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %d (%v)", words, l.bytes, err)
		}
	}
	all, err := availableMemory()
	if err != nil {
		t.Fatal(err)
	}
	if l := defaultMemoryLimit(); l.bytes < all/100*89 || l.bytes > all {
		t.Errorf("the default limit is %d of %d", l.bytes, all)
	}
}

func TestGroupLimits(t *testing.T) {
	root := t.TempDir()
	for path, text := range map[string]string{"memory.max": "max\n", "job/memory.max": "1000\n", "job/step/memory.max": "max\n"} {
		if i := strings.LastIndexByte(path, '/'); i > 0 {
			if err := os.MkdirAll(root+"/"+path[:i], 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(root+"/"+path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := groupLimit(root, "/job/step", "memory.max"); got != 1000 {
		t.Errorf("the limit is %d, want that of the group around it", got)
	}
	if got := groupLimit(root, "/other/../..", "memory.max"); got < 1<<62 {
		t.Errorf("a group without a limit has %d", got)
	}
}

func TestMemoryOfAProcess(t *testing.T) {
	debug.FreeOSMemory() // now, not between the two readings
	use, err := readMemory(os.Getpid())
	if err != nil || use.used < 1<<20 || use.stopped {
		t.Errorf("this process: %+v, %v", use, err)
	}
	before := use.used
	block := make([]byte, 64<<20)
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1
	}
	if use, err = readMemory(os.Getpid()); err != nil || use.used < before+32<<20 {
		t.Errorf("with 64 MiB more it is %d instead of %d: %v", use.used, before, err)
	}
	_ = block[0]
}

func TestMemlimitDirective(t *testing.T) {
	s := open(t)
	if r := run(t, s, "%memlimit"); !strings.Contains(r.notes.String(), "90%") || !strings.Contains(r.notes.String(), "it uses") {
		t.Errorf("at first: %q", r.notes.String())
	}
	if r := run(t, s, "%memlimit off"); !strings.Contains(r.notes.String(), "all memory") {
		t.Errorf("without a limit: %q", r.notes.String())
	}
	if f := fails(t, s, "%memlimit lots"); !strings.Contains(f.Message, `%memlimit: "lots" is no amount of memory`) {
		t.Errorf("%s", f.Message)
	}
}
