package notebook

import "strings"

// formula puts dollar signs around a bare formula: notebooks show only what stands
// between them as mathematics.
func formula(s string) string {
	for _, delimiter := range []string{"$", `\(`, `\[`, `\begin{`} {
		if strings.Contains(s, delimiter) {
			return s
		}
	}
	return `$\displaystyle ` + strings.TrimSpace(s) + `$`
}
