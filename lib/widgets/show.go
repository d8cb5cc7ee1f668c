package widgets

import (
	"fmt"
	"strings"
)

// An HTML is a piece of a page that can be replaced.
type HTML struct{ value[string] }

// NewHTML returns a piece of HTML.
func NewHTML(html string) *HTML {
	h := &HTML{}
	h.begin("HTML", map[string]any{"description": ""})
	h.decode = func(any) (string, bool) { return "", false } // nobody types into it
	h.model.text = h.Value
	h.hold("value", html)
	return h
}

// A FloatProgress is a bar that fills.
type FloatProgress struct{ value[float64] }

// NewFloatProgress returns an empty bar that is full at max.
func NewFloatProgress(max float64) *FloatProgress {
	p := &FloatProgress{}
	p.begin("FloatProgress", map[string]any{"_view_name": "ProgressView", "min": 0.0, "max": max, "bar_style": "", "orientation": "horizontal", "description": ""})
	p.bound = func(v float64) float64 { return clamp(v, 0, max) }
	p.decode = func(any) (float64, bool) { return 0, false }
	p.model.text = func() string { return p.named(fmt.Sprintf("%g of %g", p.Value(), max)) }
	p.hold("value", 0)
	return p
}

// Label sets the text that stands before the bar.
func (p *FloatProgress) Label(text string) *FloatProgress { p.label(text); return p }

// A Box holds widgets, beside or below one another.
type Box struct{ model }

// NewHBox puts widgets beside one another.
func NewHBox(children ...Widget) *Box { return newBox("HBox", children) }

// NewVBox puts widgets below one another.
func NewVBox(children ...Widget) *Box { return newBox("VBox", children) }

func newBox(name string, children []Widget) *Box {
	b := &Box{}
	b.fill(name, children)
	return b
}

func (b *Box) fill(name string, children []Widget) {
	names := make([]string, len(children))
	for i, c := range children {
		names[i] = "IPY_MODEL_" + c.core().id
	}
	b.begin(name, map[string]any{"children": names, "box_style": ""})
	b.children = children
	b.text = func() string {
		var lines []string
		for _, c := range children {
			if text := c.String(); text != "" {
				lines = append(lines, text)
			}
		}
		return strings.Join(lines, "\n")
	}
}
