package notebooks

import (
	"strings"
	"unicode/utf8"
)

// splitLines cuts text into lines that keep their ends, where Python's
// str.splitlines(True) cuts it, because that is how nbformat stores text.
func splitLines(text string) []any {
	lines := []any{}
	for len(text) > 0 {
		n := lineLength(text)
		lines = append(lines, text[:n])
		text = text[n:]
	}
	return lines
}

// lineLength returns the number of bytes of the first line, its end included.
func lineLength(text string) int {
	for i, r := range text {
		switch r {
		case '\r':
			if strings.HasPrefix(text[i+1:], "\n") {
				return i + 2
			}
			return i + 1
		case '\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029':
			return i + utf8.RuneLen(r)
		}
	}
	return len(text)
}

// joinLines is the opposite of splitLines. It also takes text that was stored
// in one piece; ok is false if value is neither.
func joinLines(value any) (text string, ok bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case []any:
		var b strings.Builder
		for _, line := range value {
			s, ok := line.(string)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}

// storedAsLines reports whether nbformat stores text of this MIME type as a
// list of lines.
func storedAsLines(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}

// storedAsJSON reports whether a list under this MIME type is a value and not
// lines of text.
func storedAsJSON(mime string) bool {
	return mime == "application/json" ||
		strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}
