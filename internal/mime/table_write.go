package mime

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// size says how large the whole table is, where not all of it is shown: "1000
// rows, 3 columns".
func (t *table) size() string {
	if len(t.rows) == t.length && t.width <= mostColumns {
		return ""
	}
	if t.width == 1 {
		return fmt.Sprintf("%d %s", t.length, t.entries)
	}
	return fmt.Sprintf("%d %s, %d columns", t.length, t.entries, t.width)
}

// gap reports whether rows are left out before the n-th of those shown.
func (t *table) gap(n int) bool { return n == edgeRows && len(t.rows) < t.length }

func (t *table) more() string { return fmt.Sprintf("%d more", t.length-len(t.rows)) }

// text writes the columns below one another.
func (t *table) text() string {
	var lines [][]string
	if !t.headless() {
		head := []string{""}
		for _, name := range t.columns {
			head = append(head, oneLine(name))
		}
		lines = append(lines, head)
	}
	for _, r := range t.rows {
		line := []string{oneLine(r.name)}
		for _, c := range r.cells {
			line = append(line, oneLine(c.text))
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(t.columns)+1)
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	right := t.right()
	var b strings.Builder
	for n, line := range lines {
		if t.gap(n - len(lines) + len(t.rows)) {
			b.WriteString("... " + t.more() + "\n")
		}
		out := ""
		for i, text := range line {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if i > 0 {
				out += "  "
			}
			if i > 0 && right[i-1] {
				out += space + text
			} else {
				out += text + space
			}
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
	}
	if size := t.size(); size != "" {
		b.WriteString("(" + size + ")")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// headless says that the columns have no names.
func (t *table) headless() bool { return len(t.columns) == 1 && t.columns[0] == "" }

// right finds the columns that are aligned to the right: those of numbers.
func (t *table) right() []bool {
	right := make([]bool, len(t.columns))
	for i := range right {
		for _, r := range t.rows {
			if c := r.cells[i]; c.text != "" {
				if right[i] = c.number; !c.number {
					break
				}
			}
		}
	}
	return right
}

// oneLine makes a value fit into a line of text.
func oneLine(s string) string {
	s = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	if len(s) > cellLength {
		return firstBytes(s, cellLength-3) + "..."
	}
	return s
}

// page writes the table as HTML. Notebooks style tables themselves.
func (t *table) page() string {
	align := make([]string, len(t.columns))
	for i, right := range t.right() {
		if align[i] = "left"; right {
			align[i] = "right"
		}
	}
	var b strings.Builder
	b.WriteString("<table>\n")
	if !t.headless() {
		b.WriteString("<thead><tr><th></th>")
		for i, name := range t.columns {
			fmt.Fprintf(&b, `<th style="text-align: %s">%s</th>`, align[i], html.EscapeString(name))
		}
		b.WriteString("</tr></thead>\n")
	}
	b.WriteString("<tbody>\n")
	for n, r := range t.rows {
		if t.gap(n) {
			fmt.Fprintf(&b, `<tr><td colspan="%d" style="text-align: center; opacity: 0.7">⋮ %s</td></tr>`+"\n", len(t.columns)+1, t.more())
		}
		b.WriteString(`<tr><th style="text-align: left">` + html.EscapeString(r.name) + "</th>")
		for i, c := range r.cells {
			fmt.Fprintf(&b, `<td style="text-align: %s">%s</td>`, align[i], c.markup())
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>")
	if size := t.size(); size != "" {
		b.WriteString(`<div style="opacity: 0.7">` + size + "</div>")
	}
	return b.String()
}

// markup folds what is too long for a table.
func (c cell) markup() string {
	if len(c.text) <= 2*cellLength {
		return `<span style="white-space: pre-wrap">` + html.EscapeString(c.text) + "</span>"
	}
	return `<details><summary>` + html.EscapeString(oneLine(c.text)) + `</summary><div style="white-space: pre-wrap; max-width: 60em">` + html.EscapeString(c.text) + `</div></details>`
}
