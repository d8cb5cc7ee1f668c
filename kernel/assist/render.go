package assist

import (
	"go/doc/comment"
	"html"
	"strings"
)

// inspection draws a card.
func (c *card) inspection() Inspection {
	return Inspection{Found: true, Data: map[string]any{
		"text/plain":    c.plain(),
		"text/markdown": c.markdown(),
		"text/html":     c.html(),
	}}
}

func (c *card) parsed() *comment.Doc {
	var p comment.Parser
	return p.Parse(c.doc)
}

// mostMethods is how many methods of a type are listed.
const mostMethods = 30

func (c *card) methodText() string {
	list := c.methods
	if len(list) > mostMethods {
		list = append(append([]string(nil), list[:mostMethods]...), "...")
	}
	return strings.Join(list, "\n")
}

func (c *card) plain() string {
	parts := []string{c.signature}
	if c.value != "" {
		parts = append(parts, "= "+c.value)
	}
	if c.doc != "" {
		var p comment.Printer
		parts = append(parts, strings.TrimSpace(string(p.Text(c.parsed()))))
	}
	if len(c.methods) > 0 {
		parts = append(parts, c.methodText())
	}
	if c.source != "" {
		parts = append(parts, c.source)
	}
	if c.place != "" {
		parts = append(parts, c.place)
	}
	if c.call != "" {
		parts = append(parts, "in a call of\n"+c.call)
	}
	return strings.Join(parts, "\n\n")
}

func fenced(code string) string {
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return fence + "go\n" + code + "\n" + fence
}

func (c *card) markdown() string {
	parts := []string{fenced(c.signature)}
	if c.value != "" {
		parts = append(parts, fenced("= "+c.value))
	}
	if c.doc != "" {
		p := comment.Printer{HeadingLevel: 4}
		parts = append(parts, strings.TrimSpace(string(p.Markdown(c.parsed()))))
	}
	if len(c.methods) > 0 {
		parts = append(parts, fenced(c.methodText()))
	}
	if c.source != "" {
		parts = append(parts, fenced(c.source))
	}
	if c.place != "" {
		parts = append(parts, "*"+strings.NewReplacer("*", `\*`, "_", `\_`).Replace(c.place)+"*")
	}
	if c.call != "" {
		parts = append(parts, "in a call of", fenced(c.call))
	}
	return strings.Join(parts, "\n\n")
}

func (c *card) html() string {
	var b strings.Builder
	code := func(text string) {
		b.WriteString("<pre><code class=\"language-go\">" + html.EscapeString(text) + "</code></pre>\n")
	}
	b.WriteString("<div class=\"galago-inspect\">\n")
	code(c.signature)
	if c.value != "" {
		code("= " + c.value)
	}
	if c.doc != "" {
		p := comment.Printer{HeadingLevel: 4, HeadingID: func(*comment.Heading) string { return "" }}
		b.Write(p.HTML(c.parsed()))
	}
	if len(c.methods) > 0 {
		code(c.methodText())
	}
	if c.source != "" {
		code(c.source)
	}
	if c.place != "" {
		b.WriteString("<p><small>" + html.EscapeString(c.place) + "</small></p>\n")
	}
	if c.call != "" {
		b.WriteString("<p>in a call of</p>\n")
		code(c.call)
	}
	b.WriteString("</div>")
	return b.String()
}
