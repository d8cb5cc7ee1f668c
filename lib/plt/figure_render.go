package plt

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PNG draws the figure; a notebook shows it so.
func (f *Figure) PNG() ([]byte, error) {
	img, err := f.Image()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("figure: encode PNG: %w", err)
	}
	return b.Bytes(), nil
}

// Image draws the figure.
func (f *Figure) Image() (image.Image, error) {
	canvas := vgimg.NewWith(vgimg.UseImage(image.NewRGBA(image.Rect(0, 0, f.width, f.height))), vgimg.UseDPI(dpi))
	if err := f.Draw(draw.New(canvas)); err != nil {
		return nil, err
	}
	return canvas.Image(), nil
}

// SVG draws the figure for print: it can be enlarged without loss.
func (f *Figure) SVG() ([]byte, error) {
	canvas := vgsvg.New(vg.Length(f.width)*vg.Inch/dpi, vg.Length(f.height)*vg.Inch/dpi)
	if err := f.Draw(draw.New(canvas)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure: write SVG: %w", err)
	}
	// Else a heat map keeps the shape of its table, whatever the axes say.
	return bytes.ReplaceAll(b.Bytes(), []byte("<image "), []byte(`<image preserveAspectRatio="none" `)), nil
}

// Save writes the figure to a file: .png or .svg. A file of that name is replaced
// once the new one is complete.
func (f *Figure) Save(path string) error { return savePicture(path, f) }

// Draw draws the figure on a canvas of gonum.org/v1/plot, which has backends for
// PDF, EPS and others.
func (f *Figure) Draw(c draw.Canvas) (err error) {
	if f.err != nil {
		return f.err
	}
	// gonum/plot panics on what it cannot draw.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("figure: draw: %v", r)
		}
	}()
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	if f.title != "" {
		style := draw.TextStyle{Color: color.Black, Font: sans(14), Handler: plot.DefaultTextHandler, XAlign: draw.XCenter, YAlign: draw.YTop}
		c.FillText(style, vg.Point{X: c.Center().X, Y: c.Max.Y - vg.Points(6)}, f.title)
		c = draw.Crop(c, 0, 0, 0, -vg.Points(24))
	}
	if len(f.panels) == 0 {
		return nil
	}
	edge := vg.Points(8)
	plots := make([][]*plot.Plot, f.rows)
	panels := map[*plot.Plot]*panel{}
	for row := range plots {
		plots[row] = make([]*plot.Plot, f.columns)
		for column := range plots[row] {
			if i := row*f.columns + column; i < len(f.panels) {
				if plots[row][column], err = f.panels[i].plot(); err != nil {
					return err
				}
				panels[plots[row][column]] = f.panels[i]
			}
		}
	}
	tiles := draw.Tiles{Rows: f.rows, Cols: f.columns, PadX: 2 * edge, PadY: 2 * edge, PadTop: edge, PadBottom: edge, PadLeft: edge, PadRight: 2 * edge}
	areas := plot.Align(plots, tiles, c)
	for row, line := range plots {
		for column, p := range line {
			if p != nil {
				panels[p].draw(p, areas[row][column])
			}
		}
	}
	return nil
}

// draw draws a plot, with a bar of its colours if it has a heat map.
func (p *panel) draw(target *plot.Plot, area draw.Canvas) {
	var shown *heat
	for _, s := range p.series {
		if s.kind == heatKind {
			shown = s.heat
		}
	}
	if shown != nil {
		// Room for the bar and its numbers, taken from the plot.
		inner := draw.Crop(area, 0, -vg.Points(52), 0, 0)
		p.square(target, inner)
		target.Draw(inner)
		drawScale(area, target.DataCanvas(inner), shown)
		return
	}
	p.square(target, area)
	target.Draw(area)
}

// square widens one of the axes so that both have the same scale.
func (p *panel) square(target *plot.Plot, area draw.Canvas) {
	if !p.equal || p.xLog || p.yLog {
		return
	}
	size := target.DataCanvas(area).Size()
	x := (target.X.Max - target.X.Min) / float64(size.X)
	y := (target.Y.Max - target.Y.Min) / float64(size.Y)
	widen := func(axis *plot.Axis, factor float64) {
		middle, half := (axis.Min+axis.Max)/2, (axis.Max-axis.Min)/2*factor
		axis.Min, axis.Max = middle-half, middle+half
	}
	if x < y {
		widen(&target.X, y/x)
	} else if y < x {
		widen(&target.Y, x/y)
	}
}

// drawScale draws the colours of a heat map beside it, and what they stand for.
func drawScale(area, data draw.Canvas, h *heat) {
	low, high, ok := bounds(h.cells)
	if !ok {
		return
	}
	left, width := data.Max.X+vg.Points(10), vg.Points(10)
	bottom, height := data.Min.Y, data.Max.Y-data.Min.Y
	for i, c := range scale() {
		y0 := bottom + height*vg.Length(i)/shades
		y1 := bottom + height*vg.Length(min(i+2, shades))/shades // overlapping, or seams show
		area.FillPolygon(c, []vg.Point{{X: left, Y: y0}, {X: left + width, Y: y0}, {X: left + width, Y: y1}, {X: left, Y: y1}})
	}
	style := draw.TextStyle{Color: color.Black, Font: sans(9), Handler: plot.DefaultTextHandler, YAlign: draw.YCenter}
	for _, t := range niceTicks(low, high) {
		y := bottom + height*vg.Length((t.value-low)/(high-low))
		area.FillText(style, vg.Point{X: left + width + vg.Points(4), Y: y}, t.label)
	}
}

// Plot gives the figure as a plot of gonum.org/v1/plot, for everything that this
// package does not do. A grid is no single plot.
func (f *Figure) Plot() (*plot.Plot, error) {
	if f.err != nil {
		return nil, f.err
	}
	if len(f.panels) != 1 {
		return nil, fmt.Errorf("figure: a grid of %d plots is not one plot", len(f.panels))
	}
	return f.panels[0].plot()
}

func (p *panel) plot() (*plot.Plot, error) {
	out := plot.New()
	out.Title.Text, out.X.Label.Text, out.Y.Label.Text = p.title, p.xLabel, p.yLabel
	out.Title.TextStyle.Font = sans(12)
	out.Title.Padding = vg.Points(6)
	for _, axis := range []*plot.Axis{&out.X, &out.Y} {
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans(10), sans(9)
		axis.Tick.Marker = ticker{}
		axis.Padding = 0
	}
	out.Legend.TextStyle.Font = sans(9)
	out.Legend.Top, out.Legend.Padding = true, vg.Points(2)
	if p.xLog {
		out.X.Scale, out.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if p.yLog {
		out.Y.Scale, out.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if !p.has(heatKind) {
		grid := plotter.NewGrid()
		grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
		out.Add(grid)
	}
	for i, s := range p.series {
		if err := p.addTo(out, s); err != nil {
			return nil, fmt.Errorf("figure: series %d: %w", i, err)
		}
	}
	p.fitAxis(&out.X, p.xRange, p.xLog, lineMargin(p))
	p.fitAxis(&out.Y, p.yRange, p.yLog, lineMargin(p))
	return out, nil
}

func (p *panel) has(k kind) bool {
	for _, s := range p.series {
		if s.kind == k {
			return true
		}
	}
	return false
}
