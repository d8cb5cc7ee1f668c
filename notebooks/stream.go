package notebooks

import (
	"bytes"
	"strings"
)

// appendStream adds printed text to what was printed before and applies
// carriage returns and backspaces as a terminal does, so that a progress bar is
// saved once and not in all its states. It looks at the last line of before only.
func appendStream(before []byte, text string) []byte {
	start := bytes.LastIndexByte(before, '\n') + 1
	last := before[start:]
	if !strings.ContainsAny(text, "\r\b") && bytes.IndexByte(last, '\r') < 0 {
		return append(before, text...)
	}
	text = string(last) + text
	before = before[:start]
	for line := range strings.Lines(text) {
		before = append(before, overwrite(line)...)
	}
	return before
}

// overwrite applies the carriage returns and backspaces of one line. Of a line
// that has not ended, where the cursor stands is kept too: "abc\rx" becomes
// "xbc\rx", to which more can be added.
func overwrite(line string) string {
	body, ended := strings.CutSuffix(line, "\n")
	if ended {
		body = strings.TrimRight(body, "\r")
	}
	var shown []rune
	at := 0
	for _, r := range body {
		switch r {
		case '\r':
			at = 0
		case '\b':
			at = max(0, at-1)
		default:
			if at < len(shown) {
				shown[at] = r
			} else {
				shown = append(shown, r)
			}
			at++
		}
	}
	switch {
	case ended:
		return string(shown) + "\n"
	case at < len(shown):
		return string(shown) + "\r" + string(shown[:at])
	default:
		return string(shown)
	}
}
