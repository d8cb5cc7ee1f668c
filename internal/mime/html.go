package mime

import (
	"html"
	"slices"
	"strings"
)

// readable returns the text of a page for those who cannot see it as a page: without
// tags, the cells of a table separated by tabs, blocks on lines of their own.
func readable(page string) string {
	var b strings.Builder
	for page != "" {
		text, rest, tagged := cutTag(page)
		b.WriteString(strings.Join(strings.Fields(" "+mark(text)), " "))
		if !tagged {
			break
		}
		name, after := tag(rest)
		page = after
		switch strings.TrimPrefix(name, "/") {
		case "td", "th":
			if name[0] != '/' {
				b.WriteString("\t")
			}
		case "br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "dt", "dd", "section":
			b.WriteString("\n")
		case "script", "style":
			if name[0] != '/' {
				page = skip(page, name)
			}
		}
	}
	return tidy(html.UnescapeString(b.String()))
}

// cutTag splits before the next tag or comment.
func cutTag(s string) (text, rest string, found bool) {
	for i := range len(s) {
		if s[i] != '<' {
			continue
		}
		if i+1 == len(s) {
			break
		}
		if c := s[i+1]; c == '/' || c == '!' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return s[:i], s[i:], true
		}
	}
	return s, "", false
}

// tag takes one tag or comment from s, which begins with it, and returns its name in
// lower case.
func tag(s string) (name, rest string) {
	if after, ok := strings.CutPrefix(s, "<!--"); ok {
		_, rest, _ = strings.Cut(after, "-->")
		return "!", rest
	}
	quote := byte(0)
	end := len(s)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '"' || c == '\'':
			quote = c
			continue
		case c != '>':
			continue
		}
		end = i
		break
	}
	name = s[1:end]
	if i := strings.IndexAny(name, " \t\r\n"); i >= 0 {
		name = name[:i]
	}
	name = strings.ToLower(strings.TrimSuffix(name, "/"))
	if name == "" {
		name = "!"
	}
	return name, s[min(end+1, len(s)):]
}

// skip leaves out what stands between a tag and its end.
func skip(s, name string) string {
	for {
		_, rest, found := strings.Cut(s, "</")
		if !found {
			return ""
		}
		if len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			_, rest, _ = strings.Cut(rest, ">")
			return rest
		}
		s = rest
	}
}

const space = "\x00" // a space that stands for spaces at the ends of a text

// mark keeps the space at the ends of a text, which separates words across tags.
func mark(text string) string {
	const blank = " \t\r\n"
	if strings.Trim(text, blank) == "" {
		if text == "" {
			return ""
		}
		return space
	}
	if strings.IndexByte(blank, text[0]) >= 0 {
		text = space + text[1:]
	}
	if last := len(text) - 1; strings.IndexByte(blank, text[last]) >= 0 {
		text = text[:last] + space
	}
	return text
}

// tidy removes empty lines and surplus spaces.
func tidy(s string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, space, " ")) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		for i := range cells {
			cells[i] = strings.Join(strings.Fields(cells[i]), " ")
		}
		if len(cells) > 1 && cells[0] == "" {
			cells = slices.Delete(cells, 0, 1)
		}
		if line := strings.TrimRight(strings.Join(cells, "\t"), "\t"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
