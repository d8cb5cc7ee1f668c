package h5

import (
	"fmt"
	"html"
	"strings"

	"github.com/galago-hpc/galago/internal/sketch"
)

// treeBytes is how large a tree becomes in a notebook, roughly; what is left is
// counted.
const treeBytes = 60 << 10

// treeOpen is how many entries a group has that is shown unfolded.
const treeOpen = 20

// HTML returns the tree with groups that fold, for notebooks.
func (f *File) HTML() string { return treePage(f) }

// HTML returns the tree with groups that fold, for notebooks.
func (g *Group) HTML() string { return treePage(g) }

// HTML returns type, shape, storage, attributes, the first elements and a small
// picture of numbers, for notebooks.
func (d *Dataset) HTML() string { return d.look(true).page(d.path) }

// HTML returns name, type and attributes, for notebooks.
func (n *NamedType) HTML() string { return treePage(n) }

func treePage(node Node) string {
	p := page{tree: newTree(shownTree)}
	p.WriteString(`<div style="font-family: monospace; line-height: 1.5">`)
	p.branch(p.tree.root(node))
	p.WriteString(`</div>`)
	return p.String()
}

// A page is HTML that is being written.
type page struct {
	strings.Builder
	tree *tree
}

// escaped is a text in one line for HTML.
func escaped(text string) string { return html.EscapeString(oneLine(text)) }

const (
	dim    = `<span style="opacity: 0.7">`
	indent = `<div style="margin-left: 1.5em">`
)

var htmlInk = inks{
	inkGroup: {"<b>", "</b>"}, inkDataset: {"<b>", "</b>"}, inkType: {"<b>", "</b>"},
	inkLink: {"<i>", "</i>"}, inkTrouble: {`<b style="color: #d33">`, "</b>"}, inkMore: {dim, "</span>"},
}

func (p *page) branch(b branch) {
	label := htmlInk[b.kind].on(escaped(b.name)) + " " + dim + escaped(b.about) + `</span>`
	if b.group == nil && len(b.attributes) == 0 {
		p.WriteString(`<div style="margin-left: 1em">` + label + `</div>`)
		return
	}
	open := ""
	if b.group != nil && (b.depth == 0 || b.depth == 1 && b.group.Len() <= treeOpen) {
		open = ` open=""`
	}
	p.WriteString(`<details` + open + `><summary>` + label + `</summary>` + indent)
	for i, line := range b.attributes {
		if i == treeEntries {
			p.WriteString(dim + digits(len(b.attributes)-i) + ` attributes more</span>`)
			break
		}
		p.WriteString(`<div style="opacity: 0.7; margin-left: 1em">@` + escaped(line) + `</div>`)
	}
	left := 0
	p.tree.children(b, func(child branch, _ int, last bool) {
		if p.Len() < treeBytes {
			p.branch(child)
		} else {
			left++
		}
		if last && left > 0 {
			p.branch(branch{kind: inkMore, name: "...", about: digits(left) + " more"})
		}
	})
	p.WriteString(`</div></details>`)
}

// page writes a preview of a dataset.
func (v preview) page(name string) string {
	var p page
	p.WriteString(`<div style="line-height: 1.5"><div style="font-family: monospace"><b>` + escaped(name) + `</b> ` + dim + escaped(v.about) + `</span></div>`)
	p.WriteString(`<div style="font-family: monospace; margin-left: 1.5em"><div style="display: grid; grid-template-columns: max-content auto; column-gap: 1em">`)
	for _, f := range v.facts {
		p.WriteString(`<div style="opacity: 0.7">` + escaped(f.name) + `</div><div>` + escaped(f.text) + `</div>`)
	}
	p.WriteString(`</div>`)
	for i, line := range v.attributes {
		if i == treeEntries {
			p.WriteString(dim + digits(len(v.attributes)-i) + ` attributes more</span>`)
			break
		}
		p.WriteString(`<div style="opacity: 0.7">@` + escaped(line) + `</div>`)
	}
	p.WriteString(`</div>`)
	if v.excerpt != nil {
		v.excerpt.picture(&p)
	}
	if v.values != "" {
		text := v.values
		if v.valuesOf != "" {
			text = v.valuesOf + "\n" + text
		}
		p.WriteString(`<pre style="margin: 0.5em 0 0.5em 1.5em">` + html.EscapeString(clip(text)) + `</pre>`)
	}
	if v.trouble != "" {
		p.WriteString(`<div style="margin-left: 1.5em; color: #d33">` + escaped(v.trouble) + `</div>`)
	}
	p.WriteString(`</div>`)
	return p.String()
}

// clip bounds the text of elements, some of which may be very long.
func clip(text string) string {
	const most, line = 20 << 10, 400
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = oneLine(l)
		lines[i] = l
		if r := []rune(l); len(r) > line {
			lines[i] = string(r[:line]) + "..."
		}
	}
	text = strings.Join(lines, "\n")
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "\n..."
	}
	return text
}

// picture draws the elements: a heat map with its colours and their range, or a line.
// The words are the page's own, and so have its colours.
func (s *excerpt) picture(p *page) {
	values := s.array.Float64s()
	low, high, ok := sketch.Range(values)
	if !ok {
		return
	}
	caption := `<div style="font-family: monospace; opacity: 0.7">` + escaped(s.selection.String()) + `</div>`
	ends := func(height int) string {
		return fmt.Sprintf(`<div style="display: flex; flex-direction: column; justify-content: space-between; height: %dpx; font-family: monospace; line-height: 1; margin-left: 4px"><span>%s</span><span>%s</span></div>`,
			height, valueText(high), valueText(low))
	}
	const frame = `border: 1px solid rgba(128, 128, 128, 0.4)`
	p.WriteString(`<div style="margin: 0.5em 0 0 1.5em">` + caption + `<div style="display: flex">`)
	if shape := s.array.Shape(); len(shape) == 2 {
		width, height := pictureSize(shape)
		fmt.Fprintf(p, `<img alt="heat map" width="%d" height="%d" style="width: %dpx; height: %dpx; image-rendering: pixelated; %s" src="%s"/>`, width, height, width, height, frame, sketch.HeatMap(values, shape[1]))
		fmt.Fprintf(p, `<img alt="colours" width="12" height="%d" style="width: 12px; height: %dpx; margin-left: 10px; %s" src="%s"/>`, height, height, frame, sketch.ColourBar())
		p.WriteString(ends(height + 2))
	} else {
		const width, height = 440, 110
		fmt.Fprintf(p, `<img alt="line" width="%d" height="%d" style="width: %dpx; height: %dpx; %s" src="%s"/>`, width, height, width, height, frame, sketch.Line(values, width, height))
		p.WriteString(ends(height + 2))
	}
	p.WriteString(`</div></div>`)
}

// pictureSize fits a heat map into a notebook: square pixels, unless it were then too
// narrow or too low to be seen.
func pictureSize(shape []int) (width, height int) {
	const longest, shortest, largestPixel = 320, 48, 16
	rows, columns := float64(shape[0]), float64(shape[1])
	scale := min(longest/max(rows, columns), largestPixel)
	return max(int(columns*scale), shortest), max(int(rows*scale), shortest)
}
