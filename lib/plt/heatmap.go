package plt

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"

	"gonum.org/v1/plot/palette/moreland"
)

// heat is a table of numbers that are shown as colours.
type heat struct {
	rows, columns          int
	cells                  []float64 // row 0 is the lowest
	left, right, low, high float64   // of the outer edges
}

// Heatmap shows a table of numbers as colours: a slice of slices (or of arrays),
// table[row][column], or an array of lib/nd with two axes. Row 0 is at the bottom,
// and cell (0, 0) has its centre at x = 0, y = 0.
func Heatmap(table any) *Figure {
	f := New()
	h, err := newHeat(table)
	if err != nil {
		return f.fail("heat map: %w", err)
	}
	return f.add("heat map", &series{kind: heatKind, heat: h})
}

// Density shows how many of the points (x, y) lie in each cell of a grid of so
// many cells along either axis, over the range of the points. To choose the range
// use [DensityIn].
func Density(x, y Values, cells int) *Figure {
	f := New()
	xs, ys, err := pair(x, y)
	if err != nil {
		return f.fail("density: %w", err)
	}
	x0, x1, ok := bounds(xs)
	y0, y1, also := bounds(ys)
	if !ok || !also {
		return f.fail("density: no finite values")
	}
	if x0 == x1 {
		x0, x1 = x0-0.5, x1+0.5
	}
	if y0 == y1 {
		y0, y1 = y0-0.5, y1+0.5
	}
	return f.density(xs, ys, cells, [2]float64{x0, x1}, [2]float64{y0, y1})
}

// DensityIn is [Density] over the given ranges of x and y; points outside are not
// counted.
func DensityIn(x, y Values, cells int, xRange, yRange [2]float64) *Figure {
	f := New()
	xs, ys, err := pair(x, y)
	if err != nil {
		return f.fail("density: %w", err)
	}
	return f.density(xs, ys, cells, xRange, yRange)
}

func (f *Figure) density(xs, ys []float64, cells int, xr, yr [2]float64) *Figure {
	if cells < 1 || cells > 4096 {
		return f.fail("density: %d cells along an axis, 1 to 4096 are possible", cells)
	}
	if !(xr[0] < xr[1]) || !(yr[0] < yr[1]) || !finite(xr[1]-xr[0]) || !finite(yr[1]-yr[0]) {
		return f.fail("density: ranges %v and %v: each must go from a smaller to a larger finite number", xr, yr)
	}
	h := &heat{rows: cells, columns: cells, cells: make([]float64, cells*cells), left: xr[0], right: xr[1], low: yr[0], high: yr[1]}
	for i := range xs {
		column, ok := bin(xs[i], xr[0], xr[1], cells)
		row, also := bin(ys[i], yr[0], yr[1], cells)
		if ok && also {
			h.cells[row*cells+column]++
		}
	}
	return f.add("density", &series{kind: heatKind, heat: h})
}

func newHeat(table any) (*heat, error) {
	if a, ok := table.(interface {
		Shape() []int
		Float64s() []float64
	}); ok {
		shape := a.Shape()
		if len(shape) != 2 {
			return nil, fmt.Errorf("an array with %d axes, want 2", len(shape))
		}
		return centred(shape[0], shape[1], a.Float64s())
	}
	v := reflect.ValueOf(table)
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return nil, fmt.Errorf("a %T is no table: give a slice of slices, or an array of lib/nd", table)
	}
	var cells []float64
	columns := 0
	for i := range v.Len() {
		row, err := float64s(v.Index(i).Interface())
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		if i == 0 {
			columns = len(row)
		}
		if len(row) != columns {
			return nil, fmt.Errorf("row %d has %d values, row 0 has %d", i, len(row), columns)
		}
		cells = append(cells, row...)
	}
	return centred(v.Len(), columns, cells)
}

func centred(rows, columns int, cells []float64) (*heat, error) {
	if rows == 0 || columns == 0 {
		return nil, errors.New("the table is empty")
	}
	return &heat{rows: rows, columns: columns, cells: cells, left: -0.5, right: float64(columns) - 0.5, low: -0.5, high: float64(rows) - 0.5}, nil
}

// shades is how many colours a scale has.
const shades = 256

// scale gives the colours from the smallest value to the largest.
func scale() []color.Color {
	m := moreland.Kindlmann()
	m.SetMin(0)
	m.SetMax(1)
	colors := make([]color.Color, shades)
	for i := range colors {
		c, err := m.At(float64(i) / (shades - 1))
		if err != nil {
			c = color.Gray{uint8(i)}
		}
		colors[i] = c
	}
	return colors
}

// image draws the table, a cell as a block of pixels, so that enlarging it does
// not blur small tables. Cells that are not finite are transparent.
func (h *heat) image(low, high float64) image.Image {
	block := max(1, 512/max(h.rows, h.columns))
	img := image.NewNRGBA(image.Rect(0, 0, h.columns*block, h.rows*block))
	colors := scale()
	for row := range h.rows {
		for column := range h.columns {
			v := h.cells[row*h.columns+column]
			if !finite(v) {
				continue
			}
			i := 0
			if high > low {
				i = int(math.Round((v - low) / (high - low) * (shades - 1)))
			}
			c := nrgba(colors[min(max(i, 0), shades-1)])
			for y := range block {
				for x := range block {
					img.SetNRGBA(column*block+x, (h.rows-1-row)*block+y, c)
				}
			}
		}
	}
	return img
}
