package notebooks

import "strings"

// appendStream adds printed text to what was printed before and applies
// carriage returns and backspaces as a terminal does, so that a progress bar is
// saved once and not in all its states. It looks at the last line of before only.
func appendStream(before, text string) string {
	start := strings.LastIndexByte(before, '\n') + 1
	if !strings.ContainsAny(text, "\r\b") && !strings.ContainsAny(before[start:], "\r") {
		return before + text
	}
	var b strings.Builder
	b.WriteString(before[:start])
	for line := range strings.Lines(before[start:] + text) {
		b.WriteString(overwrite(line))
	}
	return b.String()
}

// overwrite applies the carriage returns and backspaces of one line. A carriage
// return at the very end stays, because what comes next overwrites the line.
func overwrite(line string) string {
	body, end := line, ""
	if strings.HasSuffix(body, "\n") {
		body, end = strings.TrimRight(body, "\r\n"), "\n"
	}
	if !strings.ContainsAny(body, "\r\b") {
		return body + end
	}
	if trimmed := strings.TrimRight(body, "\r"); len(trimmed) < len(body) {
		body, end = trimmed, "\r"
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
	return string(shown) + end
}
