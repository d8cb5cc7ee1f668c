package h5

import (
	"html"
	"strings"
)

// HTML returns the tree with groups that fold, for notebooks.
func (f *File) HTML() string { return f.tree().page() }

// HTML returns the tree with groups that fold, for notebooks.
func (g *Group) HTML() string { return g.tree().page() }

// HTML returns name, type, shape and attributes, for notebooks.
func (d *Dataset) HTML() string { return d.tree().page() }

func (b branch) page() string {
	var s strings.Builder
	s.WriteString(`<div style="font-family: monospace; line-height: 1.5">`)
	b.markup(&s, 0)
	s.WriteString(`</div>`)
	return s.String()
}

func (b branch) markup(s *strings.Builder, depth int) {
	label := `<b>` + html.EscapeString(b.name) + `</b> <span style="opacity: 0.7">` + html.EscapeString(b.about) + `</span>`
	if len(b.branches) == 0 && len(b.attributes) == 0 {
		s.WriteString(`<div style="margin-left: 1em">` + label + `</div>`)
		return
	}
	open := ""
	if depth < 2 {
		open = " open"
	}
	s.WriteString(`<details` + open + `><summary>` + label + `</summary><div style="margin-left: 1.5em">`)
	for _, line := range b.attributes {
		s.WriteString(`<div style="opacity: 0.7">@` + html.EscapeString(line) + `</div>`)
	}
	for _, child := range b.branches {
		child.markup(s, depth+1)
	}
	s.WriteString(`</div></details>`)
}
