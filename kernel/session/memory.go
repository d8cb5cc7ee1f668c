package session

import (
	"context"
	"fmt"
	"math"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// A memoryLimit says how much the engine may use.
type memoryLimit struct {
	bytes int64  // 0: as much as there is
	most  int64  // beyond this the engine is ended at once
	words string // as the user has set it
}

// defaultShare is the part of the memory that the engine may use if nobody has
// said otherwise, in percent. The rest is for the front and the compiler, and
// for what is allocated before the watcher looks.
const defaultShare = 90

func defaultMemoryLimit() memoryLimit {
	l, err := parseMemoryLimit(strconv.Itoa(defaultShare) + "%")
	if err != nil {
		return memoryLimit{words: "off"}
	}
	return l
}

// memlimit shows and sets the engine's limit: %memlimit 8GiB, 512MiB, 50%, off.
func (s *Session) memlimit(_ context.Context, argument string, emit func(event.Event)) error {
	if argument != "" {
		l, err := parseMemoryLimit(argument)
		if err != nil {
			return fmt.Errorf("%%memlimit: %w", err)
		}
		s.options.memory.Store(&l)
		if err := s.engine.setLimit(l.bytes); err != nil {
			return s.crashed(err)
		}
	}
	l := s.options.memory.Load()
	text := "the engine may use all memory that there is"
	if l.bytes > 0 {
		text = fmt.Sprintf("the engine may use %s (%s)", size(l.bytes), l.words)
	}
	if use, err := readMemory(s.engine.pid()); err == nil {
		text += fmt.Sprintf("; it uses %s", size(use.used))
	}
	emit(event.Event{Kind: event.Note, Text: text + "\n"})
	return nil
}

var memoryUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40}, {"B", 1},
}

// leastLimit is what an engine needs by itself.
const leastLimit = 64 << 20

// parseMemoryLimit reads 8GiB, 512MiB, 90% or off.
func parseMemoryLimit(words string) (memoryLimit, error) {
	text := strings.ReplaceAll(words, " ", "")
	if text == "off" {
		return memoryLimit{words: words}, nil
	}
	factor := 0.0
	if number, ok := strings.CutSuffix(text, "%"); ok {
		total, err := availableMemory()
		if err != nil {
			return memoryLimit{}, fmt.Errorf("take %s of the memory: %w; give a size such as 8GiB", words, err)
		}
		text, factor = number, float64(total)/100
	} else {
		for _, u := range memoryUnits {
			if number, ok := strings.CutSuffix(text, u.name); ok {
				text, factor = number, u.bytes
				break
			}
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || factor == 0 || !(n > 0) || n*factor > math.MaxInt64/2 {
		return memoryLimit{}, fmt.Errorf("%q is no amount of memory: write 8GiB, 512MiB, 90%% or off", words)
	}
	if n*factor < leastLimit {
		return memoryLimit{}, fmt.Errorf("%s is too little: an engine needs %s", words, size(leastLimit))
	}
	l := memoryLimit{bytes: int64(n * factor), words: words}
	// A cell that is being stopped may use a quarter more, but the system must
	// not have to choose what it ends.
	l.most = l.bytes + l.bytes/4
	if total, err := availableMemory(); err == nil && total > l.bytes {
		l.most = min(l.most, l.bytes+(total-l.bytes)/2)
	}
	return l, nil
}

// availableMemory returns the bytes of memory that this process may use: those
// of the machine, or fewer if a control group, such as that of a Slurm job, says
// so.
func availableMemory() (int64, error) {
	data, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, fmt.Errorf("find out how much memory there is: %w", err)
	}
	total, ok := field(string(data), "MemTotal:")
	if !ok {
		return 0, fmt.Errorf("find out how much memory there is: /proc/meminfo does not say")
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return total, nil // a system without control groups
	}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		switch {
		case parts[1] == "":
			total = min(total, groupLimit("/sys/fs/cgroup", parts[2], "memory.max"))
		case strings.Contains(","+parts[1]+",", ",memory,"):
			total = min(total, groupLimit("/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"))
		}
	}
	return total, nil
}

// groupLimit returns the least limit of a control group and those around it.
func groupLimit(root, group, file string) int64 {
	least := int64(math.MaxInt64)
	for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
		if data, err := os.ReadFile(path.Join(root, dir, file)); err == nil {
			// "max" is no number, and no limit.
			if n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil {
				least = min(least, n)
			}
		}
		if dir == "/" {
			return least
		}
	}
}

// field returns the value of a line such as "MemTotal:  24 kB" in bytes.
func field(text, name string) (int64, bool) {
	_, rest, ok := strings.Cut(text, name)
	if !ok {
		return 0, false
	}
	rest, _, _ = strings.Cut(rest, "\n")
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
	return n << 10, err == nil
}

// A memoryUse is what /proc says about a process.
type memoryUse struct {
	used    int64 // bytes that are its own, in memory or swapped out; mapped files do not count
	stopped bool  // by a signal
}

// readMemory returns the memory use of a process. See proc_pid_status(5).
func readMemory(pid int) (memoryUse, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memoryUse{}, err
	}
	text := string(data)
	use := memoryUse{stopped: strings.Contains(text, "\nState:\tT")}
	counted := false
	for _, name := range []string{"\nRssAnon:", "\nRssShmem:", "\nVmSwap:"} {
		n, ok := field(text, name)
		use.used += n
		counted = counted || ok
	}
	if !counted { // a kernel before Linux 4.5
		use.used, _ = field(text, "\nVmRSS:")
	}
	return use, nil
}

// outOfMemory is the failure of a cell that was stopped because of its memory.
func outOfMemory(used int64, limit memoryLimit) *event.Failure {
	return &event.Failure{
		Name:    "memory",
		Message: fmt.Sprintf("out of memory: the engine used %s, its limit is %s (%s)", size(used), size(limit.bytes), limit.words),
		Hint:    "%memlimit shows and sets the limit, as in %memlimit 8GiB",
	}
}
