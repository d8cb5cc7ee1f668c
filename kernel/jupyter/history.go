package jupyter

import (
	"path"
	"sync"
)

// A history is the cells of this kernel in the order in which they ran.
type history struct {
	mu    sync.Mutex
	cells []pastCell
}

type pastCell struct {
	number        int
	input, output string
}

const (
	maxHistory = 10000    // cells that are kept
	maxOutput  = 64 << 10 // bytes of a value that is kept
)

func (h *history) add(number int, input, output string) {
	if len(output) > maxOutput {
		output = ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.cells) == maxHistory {
		h.cells = append(h.cells[:0], h.cells[maxHistory/10:]...)
	}
	h.cells = append(h.cells, pastCell{number, input, output})
}

// A historyQuery is the content of history_request.
type historyQuery struct {
	Type    string `json:"hist_access_type"` // "tail", "range" or "search"
	Output  bool   `json:"output"`
	Session int    `json:"session"` // 0 or 1: this kernel; -1: the one before
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
	var found []pastCell
	for _, c := range h.cells {
		switch q.Type {
		case "range":
			if q.Session != 0 && q.Session != thisSession || c.number < q.Start || q.Stop != nil && c.number >= *q.Stop {
				continue
			}
		case "search":
			if !glob(q.Pattern, c.input) {
				continue
			}
		}
		found = append(found, c)
	}
	if q.Type == "search" && q.Unique {
		found = lastOfEach(found)
	}
	if q.Type != "range" && q.N != nil && *q.N >= 0 && len(found) > *q.N {
		found = found[len(found)-*q.N:]
	}
	return found
}

// thisSession is the number of this kernel's session: history begins with it.
const thisSession = 1

func lastOfEach(cells []pastCell) []pastCell {
	last := make(map[string]int)
	for i, c := range cells {
		last[c.input] = i
	}
	var kept []pastCell
	for i, c := range cells {
		if last[c.input] == i {
			kept = append(kept, c)
		}
	}
	return kept
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

func withoutSlashes(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if r == '/' {
			runes[i] = '\U0010fffd'
		}
	}
	return string(runes)
}

func (k *kernel) historyRequest(r *request) answer {
	var q historyQuery
	if err := read(r, &q); err != nil {
		return badContent(err)
	}
	entries := []any{}
	for _, c := range k.history.find(q) {
		if q.Output {
			var output any
			if c.output != "" {
				output = c.output
			}
			entries = append(entries, []any{thisSession, c.number, []any{c.input, output}})
		} else {
			entries = append(entries, []any{thisSession, c.number, c.input})
		}
	}
	return ok(object{"history": entries})
}
