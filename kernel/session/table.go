package session

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// A table is shown as text and as HTML. It has sections with columns of their
// own.
type table []section

type section struct {
	title string
	right int // the column that is aligned to the right, -1 for none
	rows  [][]string
}

// String writes the columns of each section below one another.
func (t table) String() string {
	var b strings.Builder
	for _, s := range t {
		fmt.Fprintf(&b, "%s\n", s.title)
		var widths []int
		for _, row := range s.rows {
			for i, text := range row {
				if i == len(widths) {
					widths = append(widths, 0)
				}
				widths[i] = max(widths[i], utf8.RuneCountInString(text))
			}
		}
		for _, row := range s.rows {
			line := ""
			for i, text := range row {
				space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
				if i == s.right {
					text, space = space+text, ""
				}
				line += "  " + text + space
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// HTML writes one table with a heading for each section.
func (t table) HTML() string {
	columns := 1
	for _, s := range t {
		for _, row := range s.rows {
			columns = max(columns, len(row))
		}
	}
	var b strings.Builder
	b.WriteString("<table>\n")
	for _, s := range t {
		fmt.Fprintf(&b, "<tr><th colspan=\"%d\" style=\"text-align:left\">%s</th></tr>\n", columns, html.EscapeString(s.title))
		for _, row := range s.rows {
			b.WriteString("<tr>")
			for i, text := range row {
				align, span := "left", 1
				if i == s.right {
					align = "right"
				}
				if i == len(row)-1 {
					span = columns - i
				}
				fmt.Fprintf(&b, "<td colspan=\"%d\" style=\"text-align:%s\">%s</td>", span, align, html.EscapeString(text))
			}
			b.WriteString("</tr>\n")
		}
	}
	return b.String() + "</table>"
}
