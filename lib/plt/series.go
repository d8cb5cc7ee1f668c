package plt

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// addTo adds one series to a plot, and to its legend if it has a label.
func (p *panel) addTo(out *plot.Plot, s *series) error {
	var thumbnail plot.Thumbnailer
	switch s.kind {
	case lineKind:
		for _, run := range p.runs(s) {
			line, err := plotter.NewLine(run)
			if err != nil {
				return err
			}
			line.Color, line.Width = s.color, vg.Points(s.width)
			if s.dashed {
				line.Dashes = []vg.Length{vg.Points(5), vg.Points(3)}
			}
			out.Add(line)
			thumbnail = line
		}
	case dotKind:
		dots, err := plotter.NewScatter(p.drawable(s))
		if err != nil {
			return nil // no point that can be drawn
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: s.color, Radius: vg.Points(s.radius), Shape: draw.CircleGlyph{}}
		out.Add(dots)
		thumbnail = dots
	case barKind:
		bars := &plotter.Histogram{FillColor: Alpha(s.color, 0.7), LineStyle: draw.LineStyle{Color: s.color, Width: vg.Points(s.width)}, LogY: p.yLog}
		for i, n := range s.y {
			bars.Bins = append(bars.Bins, plotter.HistogramBin{Min: s.x[i], Max: s.x[i+1], Weight: n})
		}
		out.Add(bars)
		thumbnail = bars
	case heatKind:
		low, high, ok := bounds(s.heat.cells)
		if !ok {
			low, high = 0, 1
		}
		h := s.heat
		out.Add(plotter.NewImage(h.image(low, high), h.left, h.low, h.right, h.high))
	}
	if s.label != "" && thumbnail != nil {
		out.Legend.Add(s.label, thumbnail)
	}
	return nil
}

// visible tells whether a point has a place on the axes.
func (p *panel) visible(x, y float64) bool {
	return finite(x) && finite(y) && (!p.xLog || x > 0) && (!p.yLog || y > 0)
}

// runs cuts a line where it is interrupted.
func (p *panel) runs(s *series) []plotter.XYs {
	var runs []plotter.XYs
	var run plotter.XYs
	for i, x := range s.x {
		if p.visible(x, s.y[i]) {
			run = append(run, plotter.XY{X: x, Y: s.y[i]})
			continue
		}
		if run != nil {
			runs = append(runs, run)
			run = nil
		}
	}
	if run != nil {
		runs = append(runs, run)
	}
	return runs
}

func (p *panel) drawable(s *series) plotter.XYs {
	points := make(plotter.XYs, 0, len(s.x))
	for i, x := range s.x {
		if p.visible(x, s.y[i]) {
			points = append(points, plotter.XY{X: x, Y: s.y[i]})
		}
	}
	return points
}

// lineMargin is the part of an axis left free around the values: none around
// tables, which fill their axes.
func lineMargin(p *panel) float64 {
	if p.has(heatKind) {
		return 0
	}
	return 0.03
}

// fitAxis gives an axis its range.
func (p *panel) fitAxis(axis *plot.Axis, fixed *[2]float64, log bool, margin float64) {
	switch {
	case fixed != nil:
		axis.Min, axis.Max = fixed[0], fixed[1]
		if log && axis.Min <= 0 {
			axis.Min = axis.Max / 1e6
		}
	case !(axis.Min <= axis.Max) || !finite(axis.Max-axis.Min):
		axis.Min, axis.Max = 0, 1
		if log {
			axis.Min = 0.1
		}
	case log:
		if axis.Min <= 0 {
			axis.Min = min(1, axis.Max)
		}
		if axis.Min == axis.Max {
			axis.Min, axis.Max = axis.Min/2, axis.Max*2
		}
	case axis.Min == axis.Max:
		half := max(math.Abs(axis.Min)*0.05, 0.5)
		axis.Min, axis.Max = axis.Min-half, axis.Max+half
	default:
		free := (axis.Max - axis.Min) * margin
		if axis.Min != 0 || !p.has(barKind) { // bars stand on the axis
			axis.Min -= free
		}
		axis.Max += free
	}
}
