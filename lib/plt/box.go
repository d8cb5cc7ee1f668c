package plt

import (
	"image/color"
	"math"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// box draws the walls, grid, axes, ticks and labels of a scene, with the measures
// of matplotlib's mplot3d.
type box struct {
	*camera
	canvas draw.Canvas
	dot    vg.Length // one pixel
	// The corners of the box, which is larger than the limits by 1/24, and for
	// each axis which of the two is away from the eye.
	low, high, far, near [3]float64
}

// Walls of the planes x, y, z = constant.
var wallColors = [3]color.Color{color.Gray{249}, color.Gray{242}, color.Gray{246}}

var gridColor = color.Gray{176}

// tilt says, for each axis, along which other axis its ticks point, and whose
// near side its line lies on.
var tilt = [3]struct{ tick, side int }{{1, 1}, {0, 0}, {0, 0}}

func drawBox(canvas draw.Canvas, c *camera, labels [3]string) {
	b := &box{camera: c, canvas: canvas, dot: canvas.Size().X / vg.Length(c.width)}
	for axis, l := range c.limits {
		margin := (l[1] - l[0]) / 48
		b.low[axis], b.high[axis] = l[0]-margin, l[1]+margin
		b.far[axis], b.near[axis] = b.low[axis], b.high[axis]
		if c.toEye[axis] < -1e-9 {
			b.far[axis], b.near[axis] = b.high[axis], b.low[axis]
		}
	}
	for axis := range 3 {
		b.wall(axis)
	}
	var ticks [3][]tick
	for axis, l := range c.limits {
		ticks[axis] = niceTicks(l[0], l[1])
		b.grid(axis, ticks[axis])
	}
	for axis := range 3 {
		b.axis(axis, ticks[axis], labels[axis])
	}
}

// at is the place of a point on the canvas.
func (b *box) at(p [3]float64) vg.Point {
	x, y, _ := b.project(p[0], p[1], p[2])
	return vg.Point{X: vg.Length(x) * b.dot, Y: vg.Length(y) * b.dot}
}

func (b *box) wall(axis int) {
	i, j := (axis+1)%3, (axis+2)%3
	p := b.far
	var corners []vg.Point
	for _, c := range [4][2]float64{{b.low[i], b.low[j]}, {b.high[i], b.low[j]}, {b.high[i], b.high[j]}, {b.low[i], b.high[j]}} {
		p[i], p[j] = c[0], c[1]
		corners = append(corners, b.at(p))
	}
	b.canvas.FillPolygon(wallColors[axis], corners)
}

func (b *box) grid(axis int, ticks []tick) {
	i, j := (axis+1)%3, (axis+2)%3
	style := draw.LineStyle{Color: gridColor, Width: vg.Points(0.8)}
	for _, t := range ticks {
		corner := b.far
		corner[axis] = t.value
		from, to := corner, corner
		from[i], to[j] = b.near[i], b.near[j]
		b.canvas.StrokeLines(style, []vg.Point{b.at(from), b.at(corner), b.at(to)})
	}
}

func (b *box) axis(axis int, ticks []tick, label string) {
	line := draw.LineStyle{Color: color.Black, Width: vg.Points(0.8)}
	edge := b.far
	edge[tilt[axis].side] = b.near[tilt[axis].side]
	from, to := edge, edge
	from[axis], to[axis] = b.low[axis], b.high[axis]
	a, z := b.at(from), b.at(to)
	b.canvas.StrokeLine2(line, a.X, a.Y, z.X, z.Y)

	style := draw.TextStyle{
		Color: color.Black, Font: sans(10), Handler: plot.DefaultTextHandler,
		XAlign: draw.XCenter, YAlign: draw.YCenter,
	}
	along := tilt[axis].tick
	length := (b.limits[along][1] - b.limits[along][0]) * (1 + 1.0/24) / 12
	outward := math.Copysign(length, edge[along]-b.middle[along])
	for _, t := range ticks {
		inner, outer := edge, edge
		inner[axis], outer[axis] = t.value, t.value
		inner[along] -= 0.1 * outward
		outer[along] += 0.2 * outward
		p, q := b.at(inner), b.at(outer)
		b.canvas.StrokeLine2(line, p.X, p.Y, q.X, q.Y)
		at := edge
		at[axis] = t.value
		place := b.at(b.aside(at, axis, 11.5))
		place.Y -= vg.Points(2) // digits have no descenders to centre
		b.canvas.FillText(style, place, t.label)
	}
	if label == "" {
		return
	}
	edge[axis] = b.middle[axis]
	angle := math.Atan2(float64(z.Y-a.Y), float64(z.X-a.X))
	if math.Abs(angle) > math.Pi/2+1e-9 {
		angle -= math.Copysign(math.Pi, angle)
	}
	if utf8.RuneCountInString(label) > 4 { // a letter or two read better upright
		style.Rotation = angle
	}
	b.canvas.FillText(style, b.at(b.aside(edge, axis, 25)), label)
}

// aside moves a point on an axis away from the middle of the box, by about so
// many points of the picture.
func (b *box) aside(p [3]float64, axis int, points float64) [3]float64 {
	side := min(0.775*b.width, 0.77*b.height) * 72 / dpi
	for i := range p {
		if i != axis {
			unit := (b.limits[i][1] - b.limits[i][0]) / 12 * 48 / (2 * side)
			p[i] += math.Copysign(points*unit, p[i]-b.middle[i])
		}
	}
	return p
}

// sans is the font of all figures.
func sans(points float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: font.Points(points)}
}
