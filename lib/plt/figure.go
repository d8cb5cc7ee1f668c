package plt

import (
	"fmt"
	"image/color"
)

// Figure is one plot, or a grid of plots. It shows itself in a notebook. Methods
// that change it return it, so that calls can be chained. Methods that style a
// series (Label, Color, Width, Radius, Dashed) apply to the series added last.
//
// A mistake in the arguments of a call is reported by PNG, SVG, Save and Err.
type Figure struct {
	panels        []*panel
	rows, columns int
	title         string // of a grid
	width, height int
	err           error
}

// panel is one pair of axes with what is drawn on them.
type panel struct {
	series         []*series
	title          string
	xLabel, yLabel string
	xRange, yRange *[2]float64
	xLog, yLog     bool
	equal          bool
}

type kind int

const (
	lineKind kind = iota
	dotKind
	barKind
	heatKind
)

// series is one set of values and the way it looks.
type series struct {
	kind   kind
	x, y   []float64 // bars: edges (one more than heights) and heights
	heat   *heat
	label  string
	color  color.Color
	width  float64 // of lines, in points
	radius float64 // of dots, in points
	dashed bool
}

// New makes a figure with empty axes, 640 by 480 pixels large.
func New() *Figure {
	return &Figure{panels: []*panel{{}}, rows: 1, columns: 1, width: 640, height: 480}
}

// Line draws y over x as a line, which is interrupted where a value is not
// finite.
func Line(x, y Values) *Figure { return New().Line(x, y) }

// Scatter draws a dot for each pair of x and y.
func Scatter(x, y Values) *Figure { return New().Scatter(x, y) }

// Hist draws how many values lie in each of so many bins of equal width; 0 bins
// stand for a number that suits the values.
func Hist(values Values, bins int) *Figure { return New().Hist(values, bins) }

// Line adds a line to the axes.
func (f *Figure) Line(x, y Values) *Figure { return f.addXY("line", lineKind, x, y) }

// Scatter adds dots to the axes.
func (f *Figure) Scatter(x, y Values) *Figure { return f.addXY("scatter", dotKind, x, y) }

func (f *Figure) addXY(what string, k kind, x, y Values) *Figure {
	xs, ys, err := pair(x, y)
	if err != nil {
		return f.fail("%s: %w", what, err)
	}
	return f.add(what, &series{kind: k, x: xs, y: ys, width: 1.5, radius: 1.5})
}

// Hist adds a histogram to the axes.
func (f *Figure) Hist(values Values, bins int) *Figure {
	v, err := float64s(values)
	if err == nil {
		var edges, counts []float64
		if edges, counts, err = histogram(v, bins); err == nil {
			return f.add("histogram", &series{kind: barKind, x: edges, y: counts, width: 0.5})
		}
	}
	return f.fail("histogram: %w", err)
}

func (f *Figure) add(what string, s *series) *Figure {
	if len(f.panels) != 1 {
		return f.fail("%s: a grid has no axes of its own; add to the figures in it", what)
	}
	p := f.panels[0]
	s.color = cycle[len(p.series)%len(cycle)]
	p.series = append(p.series, s)
	return f
}

// Add draws the series of other figures on the axes of this one.
func (f *Figure) Add(others ...*Figure) *Figure {
	for _, other := range others {
		if other.err != nil {
			return f.fail("add: %w", other.err)
		}
		if len(other.panels) != 1 {
			return f.fail("add: a grid cannot be drawn on other axes")
		}
		for _, s := range other.panels[0].series {
			copied := *s
			if own := copied.color; f.add("add", &copied) != nil && own != cycle[0] {
				copied.color = own // chosen, not the first by default
			}
		}
	}
	return f
}

// Grid sets figures out in rows and columns, from the upper left one on.
func Grid(rows, columns int, figures ...*Figure) *Figure {
	g := &Figure{rows: rows, columns: columns, width: min(420*columns, 4096), height: min(340*rows, 4096)}
	if rows < 1 || columns < 1 || rows*columns < len(figures) {
		return g.fail("grid of %d by %d: no room for %d figures", rows, columns, len(figures))
	}
	for i, f := range figures {
		if f.err != nil {
			return g.fail("grid, figure %d: %w", i, f.err)
		}
		if len(f.panels) != 1 {
			return g.fail("grid, figure %d: it is a grid itself", i)
		}
		g.panels = append(g.panels, f.panels[0])
	}
	return g
}

// Title sets the line above the figure; on a grid, above all of it.
func (f *Figure) Title(text string) *Figure {
	if f.rows*f.columns > 1 {
		f.title = text
		return f
	}
	return f.each(func(p *panel) { p.title = text })
}

// XLabel names the x axis; on a grid, all of them.
func (f *Figure) XLabel(text string) *Figure { return f.each(func(p *panel) { p.xLabel = text }) }

// YLabel names the y axis; on a grid, all of them.
func (f *Figure) YLabel(text string) *Figure { return f.each(func(p *panel) { p.yLabel = text }) }

// XRange sets the range of the x axis; on a grid, of all.
func (f *Figure) XRange(low, high float64) *Figure {
	if !(low < high) || !finite(high-low) {
		return f.fail("x range from %g to %g: the second must be larger, and both finite", low, high)
	}
	return f.each(func(p *panel) { p.xRange = &[2]float64{low, high} })
}

// YRange sets the range of the y axis; on a grid, of all.
func (f *Figure) YRange(low, high float64) *Figure {
	if !(low < high) || !finite(high-low) {
		return f.fail("y range from %g to %g: the second must be larger, and both finite", low, high)
	}
	return f.each(func(p *panel) { p.yRange = &[2]float64{low, high} })
}

// LogX makes the x axis logarithmic; values that are not positive are left out.
func (f *Figure) LogX() *Figure { return f.each(func(p *panel) { p.xLog = true }) }

// LogY makes the y axis logarithmic; values that are not positive are left out.
func (f *Figure) LogY() *Figure { return f.each(func(p *panel) { p.yLog = true }) }

// Equal gives both axes the same scale, so that circles are round.
func (f *Figure) Equal() *Figure { return f.each(func(p *panel) { p.equal = true }) }

// Size sets the size of the figure in pixels, of the PNG; text and lines keep
// theirs.
func (f *Figure) Size(width, height int) *Figure {
	if width < 16 || height < 16 || width > 16384 || height > 16384 {
		return f.fail("size %d by %d pixels: both must be from 16 to 16384", width, height)
	}
	f.width, f.height = width, height
	return f
}

// Label names the series added last, in a legend.
func (f *Figure) Label(text string) *Figure { return f.last(func(s *series) { s.label = text }) }

// Color sets the colour of the series added last.
func (f *Figure) Color(c color.Color) *Figure { return f.last(func(s *series) { s.color = c }) }

// Width sets the width of the line added last, in points.
func (f *Figure) Width(points float64) *Figure {
	return f.last(func(s *series) { s.width = max(points, 0) })
}

// Radius sets the radius of the dots added last, in points.
func (f *Figure) Radius(points float64) *Figure {
	return f.last(func(s *series) { s.radius = max(points, 0) })
}

// Dashed breaks the line added last into dashes.
func (f *Figure) Dashed() *Figure { return f.last(func(s *series) { s.dashed = true }) }

// Err is the first mistake in the calls that built the figure, or nil.
func (f *Figure) Err() error { return f.err }

func (f *Figure) fail(format string, args ...any) *Figure {
	if f.err == nil {
		f.err = fmt.Errorf("figure: "+format, args...)
	}
	return f
}

func (f *Figure) each(change func(*panel)) *Figure {
	for _, p := range f.panels {
		change(p)
	}
	return f
}

func (f *Figure) last(change func(*series)) *Figure {
	if len(f.panels) != 1 || len(f.panels[0].series) == 0 {
		return f.fail("a style was set before there was a series to have it")
	}
	s := f.panels[0].series
	change(s[len(s)-1])
	return f
}
