// Package sketch draws small pictures of numbers, for those who only want to see
// what is in an array: heat maps and lines, without axes or words, which stand
// beside them as text and so have the colours of the page. Package plt of lib is
// for figures.
//
// The pictures are addresses for <img src=...> that hold all of the picture, a few
// kilobytes each. They look right on a light and on a dark page.
package sketch

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// anchors are the colours of low to high values, evenly spaced, after the palette
// viridis: the eye sees equal steps as equal, also without colours.
var anchors = [][3]float64{{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}}

// shades is how many colours a heat map has, beside the transparent one for NaN.
const shades = 255

var palette = func() color.Palette {
	p := make(color.Palette, shades+1)
	for i := range shades {
		r, g, b := Colour(float64(i) / (shades - 1))
		p[i] = color.NRGBA{r, g, b, 255}
	}
	p[shades] = color.NRGBA{}
	return p
}()

// Colour returns the colour of a value between 0, the lowest, and 1, the highest.
func Colour(x float64) (r, g, b uint8) {
	x = min(max(x, 0), 1) * float64(len(anchors)-1)
	i := min(int(x), len(anchors)-2)
	x -= float64(i)
	mix := func(k int) uint8 { return uint8(math.Round(anchors[i][k]*(1-x) + anchors[i+1][k]*x)) }
	return mix(0), mix(1), mix(2)
}

// Range returns the smallest and the largest finite value; false if there is none.
func Range(values []float64) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high, low <= high
}

// Place returns where a value is between two others: 0 at low, 1 at high, 0.5 if
// these are the same, and NaN for NaN.
func Place(v, low, high float64) float64 {
	switch {
	case math.IsNaN(v):
		return v
	case v <= low && low < high:
		return 0
	case v >= high && low < high:
		return 1
	case low == high:
		return 0.5
	}
	// Halves, because the difference of two numbers may be no number.
	return (v/2 - low/2) / (high/2 - low/2)
}

// HeatMap returns a picture with one pixel for each value, in rows from top to
// bottom. NaN is transparent; infinite values have the colours of the largest and
// the smallest.
func HeatMap(values []float64, columns int) string {
	rows := len(values) / columns
	low, high, _ := Range(values)
	img := image.NewPaletted(image.Rect(0, 0, columns, rows), palette)
	for i, v := range values[:rows*columns] {
		shade := uint8(shades)
		if x := Place(v, low, high); !math.IsNaN(x) {
			shade = uint8(math.Round(x * (shades - 1)))
		}
		img.SetColorIndex(i%columns, i/columns, shade)
	}
	return encoded(img)
}

// ColourBar returns the colours of a heat map, the highest at the top, in one
// column.
func ColourBar() string {
	const steps = 64
	img := image.NewPaletted(image.Rect(0, 0, 1, steps), palette)
	for i := range steps {
		img.SetColorIndex(0, i, uint8((steps-1-i)*(shades-1)/(steps-1)))
	}
	return encoded(img)
}

func encoded(img image.Image) string {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	_ = encoder.Encode(&b, img) // into memory, and of a size that PNG has
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

// Line returns a picture of so many pixels, of the values from left to right. It is
// broken where they are not finite.
func Line(values []float64, width, height int) string {
	const margin = 2
	low, high, _ := Range(values)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"><path fill="none" stroke="#2f86d1" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" d="`, width, height)
	pen := false
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			pen = false
			continue
		}
		x := margin + float64(width-2*margin)*(float64(i)+0.5)/float64(len(values))
		y := margin + float64(height-2*margin)*(1-Place(v, low, high))
		if pen {
			fmt.Fprintf(&b, "L%.1f %.1f", x, y)
		} else {
			// A line of no length is a dot, for a value between two gaps.
			fmt.Fprintf(&b, "M%.1f %.1fh0", x, y)
		}
		pen = true
	}
	b.WriteString(`"/></svg>`)
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(b.String()))
}

// Spark returns a line of block characters, one for each value; a space for what
// is not finite.
func Spark(values []float64) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	low, high, _ := Range(values)
	text := make([]rune, len(values))
	for i, v := range values {
		text[i] = ' '
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			text[i] = blocks[min(int(Place(v, low, high)*float64(len(blocks))), len(blocks)-1)]
		}
	}
	return string(text)
}
