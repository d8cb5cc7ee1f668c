package jupyter

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
)

// A cell that is only a name with a question mark before or behind it asks
// what the name is; two question marks ask for more.
var (
	asksBefore = regexp.MustCompile(`^(\?\??)\s*(%{0,2}[\pL_][\pL\pN_.]*)$`)
	asksBehind = regexp.MustCompile(`^(%{0,2}[\pL_][\pL\pN_.]*)\s*(\?\??)$`)
)

// question takes such a cell apart.
func question(code string) (name string, detail int, asked bool) {
	code = strings.TrimSpace(code)
	marks := ""
	if m := asksBefore.FindStringSubmatch(code); m != nil {
		marks, name = m[1], m[2]
	} else if m := asksBehind.FindStringSubmatch(code); m != nil {
		name, marks = m[1], m[2]
	}
	return name, len(marks) - 1, name != ""
}

// page puts what is known of a name into the reply, which front ends show in
// a pager or below the cell.
func (x *execution) page(inspector Inspector, name string, detail int) *event.Failure {
	found := inspector.Inspect(name, utf8.RuneCountInString(name), detail)
	if !found.Found {
		return &event.Failure{Name: "error", Message: "nothing is known of " + name}
	}
	x.payload = append(x.payload, object{"source": "page", "data": found.Data, "start": 0})
	return nil
}
