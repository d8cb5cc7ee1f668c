package cell

import (
	"regexp"
	"strings"
)

// asked is a name with question marks: that of a directive, or one of Go, in
// which ? has no meaning.
var asked = regexp.MustCompile(`^(\?{0,2})\s*(%{1,2}[A-Za-z]\w*|[\pL_][\pL\p{Nd}_]*(?:\.[\pL_][\pL\p{Nd}_]*)*)\s*(\?{0,2})$`)

// question reads a line such as name? or ??fmt.Println, and returns the line
// directive that answers it.
func question(line string) (directive string, ok bool) {
	if !strings.HasPrefix(line, "?") && !strings.HasSuffix(line, "?") {
		return "", false
	}
	m := asked.FindStringSubmatch(line)
	switch {
	case m == nil || m[1] != "" && m[3] != "":
		return "", false
	case m[1] == "??" || m[3] == "??":
		return "inspect -s " + m[2], true
	}
	return "inspect " + m[2], true
}
