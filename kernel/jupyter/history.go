package jupyter

import (
	"path"
	"slices"
	"strings"
	"sync"
)

// A history is the cells of this kernel and of those before it, in the order
// of the kernels and, of one kernel, in the order in which the cells ran.
// Every kernel that has run a cell is a session with a number.
type history struct {
	archive *archive

	mu    sync.Mutex
	cells []pastCell // of this kernel
}

type pastCell struct {
	session int
	Number  int    `json:"number"`
	Input   string `json:"input"`
	Output  string `json:"output,omitempty"`
}

const (
	maxHistory = 10000    // cells of this kernel that are kept
	maxOutput  = 64 << 10 // bytes of a value that is kept
)

func (h *history) add(number int, input, output string) {
	if len(output) > maxOutput {
		output = ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c := pastCell{Number: number, Input: input, Output: output}
	c.session = h.archive.add(c)
	if len(h.cells) == maxHistory {
		h.cells = append(h.cells[:0], h.cells[maxHistory/10:]...)
	}
	h.cells = append(h.cells, c)
}

// A historyQuery is the content of history_request.
type historyQuery struct {
	Type    string `json:"hist_access_type"` // "tail", "range" or "search"
	Output  bool   `json:"output"`
	Session int    `json:"session"` // range: a session, 0: this kernel's, -1: the one before
	Start   int    `json:"start"`   // range: first number
	Stop    *int   `json:"stop"`    // range: one past the last number
	N       *int   `json:"n"`       // tail, search: the last n
	Pattern string `json:"pattern"` // search: a glob over the whole input
	Unique  bool   `json:"unique"`  // search: equal inputs once, the last
}

// find returns the cells that a query asks for, oldest first.
func (h *history) find(q historyQuery) []pastCell {
	h.mu.Lock()
	defer h.mu.Unlock()
	if q.Type == "range" {
		return h.interval(q)
	}
	var found []pastCell
	seen := make(map[string]bool)
	for c := range h.backwards {
		if q.N != nil && *q.N >= 0 && len(found) >= *q.N {
			break
		}
		if q.Type == "search" {
			if !glob(q.Pattern, c.Input) || q.Unique && seen[c.Input] {
				continue
			}
			seen[c.Input] = q.Unique
		}
		found = append(found, c)
	}
	slices.Reverse(found)
	return found
}

// interval returns the cells of one session whose numbers a query names.
func (h *history) interval(q historyQuery) []pastCell {
	wanted := q.Session
	if wanted <= 0 {
		wanted += h.archive.session()
	}
	cells := h.cells
	if wanted != h.archive.session() {
		cells = h.archive.read(wanted)
	}
	var found []pastCell
	for _, c := range cells {
		if c.Number >= q.Start && (q.Stop == nil || c.Number < *q.Stop) {
			found = append(found, c)
		}
	}
	return found
}

// backwards goes through all cells, the newest first.
func (h *history) backwards(yield func(pastCell) bool) {
	each := func(cells []pastCell) bool {
		for _, c := range slices.Backward(cells) {
			if !yield(c) {
				return false
			}
		}
		return true
	}
	if !each(h.cells) {
		return
	}
	for _, session := range slices.Backward(h.archive.sessions()) {
		if session != h.archive.session() && !each(h.archive.read(session)) {
			return
		}
	}
}

// glob matches the whole text: * any run, ? any character, [abc] one of a set.
func glob(pattern, text string) bool {
	if pattern == "" {
		pattern = "*"
	}
	// path.Match stops at slashes, which code is full of; a code point
	// that no source holds stands for them on both sides.
	matched, err := path.Match(withoutSlashes(pattern), withoutSlashes(text))
	return err == nil && matched
}

func withoutSlashes(s string) string { return strings.ReplaceAll(s, "/", "\U0010fffd") }

func (k *kernel) historyRequest(r *request) answer {
	var q historyQuery
	if err := read(r, &q); err != nil {
		return badContent(err)
	}
	entries := []any{}
	for _, c := range k.history.find(q) {
		if q.Output {
			var output any
			if c.Output != "" {
				output = c.Output
			}
			entries = append(entries, []any{c.session, c.Number, []any{c.Input, output}})
		} else {
			entries = append(entries, []any{c.session, c.Number, c.Input})
		}
	}
	return ok(object{"history": entries})
}
