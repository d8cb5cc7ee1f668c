package plt

import (
	"image"
	"image/color"
	"math"
)

// disc is a filled circle in the picture: centre and radius in pixels, y downward.
type disc struct {
	x, y, radius float32
	color        color.NRGBA
}

// coverageLevels is in how many steps a pixel at the rim of a disc takes the
// disc's colour. Few steps make few colours, which a GIF of 256 colours needs.
const coverageLevels = 8

// fillDisc blends a disc into the picture, with smooth edges.
func fillDisc(img *image.RGBA, d disc) {
	b := img.Bounds()
	r := float64(d.radius)
	cx, cy := float64(d.x), float64(d.y)
	if !(r > 0) || !finite(cx) || !finite(cy) {
		return
	}
	x0, x1 := max(b.Min.X, int(math.Floor(cx-r-1))), min(b.Max.X-1, int(math.Ceil(cx+r+1)))
	y0, y1 := max(b.Min.Y, int(math.Floor(cy-r-1))), min(b.Max.Y-1, int(math.Ceil(cy+r+1)))
	// A disc smaller than a pixel covers a part of it only.
	full := min(1, 4*r*r)
	for y := y0; y <= y1; y++ {
		dy := float64(y) + 0.5 - cy
		row := img.Pix[img.PixOffset(x0, y):]
		for x := x0; x <= x1; x++ {
			dx := float64(x) + 0.5 - cx
			d2 := dx*dx + dy*dy
			if d2 < (r+0.5)*(r+0.5) {
				coverage := 1.0
				if r < 0.5 || d2 > (r-0.5)*(r-0.5) {
					coverage = min(1, r+0.5-math.Sqrt(d2))
				}
				level := uint32(coverage*full*coverageLevels + 0.5)
				blend(row[4*(x-x0):4*(x-x0)+3:4*(x-x0)+4], d.color, level*uint32(d.color.A))
			}
		}
	}
}

// blend mixes a colour into an opaque pixel; weight is at most
// 255 * coverageLevels.
func blend(pixel []uint8, c color.NRGBA, weight uint32) {
	const whole = 255 * coverageLevels
	rest := whole - weight
	pixel[0] = uint8((uint32(pixel[0])*rest + uint32(c.R)*weight + whole/2) / whole)
	pixel[1] = uint8((uint32(pixel[1])*rest + uint32(c.G)*weight + whole/2) / whole)
	pixel[2] = uint8((uint32(pixel[2])*rest + uint32(c.B)*weight + whole/2) / whole)
}

// snap moves a coordinate to the next half of a pixel. Dots then have 4
// shapes at most, which compress well; the eye does not see the difference.
func snap(v float64) float32 { return float32(math.Round(v*2) / 2) }
