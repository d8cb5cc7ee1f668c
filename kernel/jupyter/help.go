package jupyter

import (
	"regexp"
	"strings"
)

// A cell that is only a name with a question mark or two, before or behind it,
// asks what the name is. The session shows the answer; front ends have a pager
// for it, or show it below the cell, when it is a part of the reply.
var (
	asksBefore = regexp.MustCompile(`^\?\??\s*%{0,2}[\pL_][\pL\pN_./]*$`)
	asksBehind = regexp.MustCompile(`^%{0,2}[\pL_][\pL\pN_./]*\s*\?\??$`)
)

// isQuestion recognises such a cell.
func isQuestion(code string) bool {
	code = strings.TrimSpace(code)
	return asksBefore.MatchString(code) || asksBehind.MatchString(code)
}

// page says that what is shown from now on belongs to the reply.
func (o *output) page() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paged = true
}

// payload is the reply's field of that name. What is shown later, by something
// that an earlier cell has left running, is shown as ever.
func (o *output) payload() []any {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paged = false
	return append([]any{}, o.pages...)
}
