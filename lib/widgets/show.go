package widgets

import (
	"fmt"
	"strings"
	"time"
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

// A FloatProgress is a bar that fills. It is redrawn at most twenty times a second,
// so that it may be set in a tight loop.
type FloatProgress struct {
	value[float64]
	drawn   time.Time
	pending bool
}

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

// redraw is the least time between two drawings of a bar.
const redraw = 50 * time.Millisecond

// Set fills the bar as far as v.
func (p *FloatProgress) Set(v float64) {
	v = p.nearest(v)
	if !p.replace(v) {
		return
	}
	p.mu.Lock()
	if wait := redraw - time.Since(p.drawn); wait <= 0 {
		p.drawLocked()
	} else if !p.pending {
		p.pending = true
		time.AfterFunc(wait, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.drawLocked()
		})
	}
	p.mu.Unlock()
	p.tell(v)
}

func (p *FloatProgress) drawLocked() {
	p.drawn, p.pending = time.Now(), false
	p.setLocked("value", p.Value())
}

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
