package plt

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// choosePalette picks at most 255 colours for pictures of which some samples are
// given: the most frequent ones, and of those that are closer to each other than
// a threshold only the most frequent. The threshold is the smallest that leaves
// no more than 255, so that pictures of few colours keep all of them exactly.
func choosePalette(samples []*image.RGBA) []color.NRGBA {
	counts := map[[3]uint8]int{}
	for _, img := range samples {
		for i := 0; i+3 < len(img.Pix); i += 4 {
			counts[[3]uint8(img.Pix[i:i+3])]++
		}
	}
	type entry struct {
		c [3]uint8
		n int
	}
	var colors []entry
	for c, n := range counts {
		colors = append(colors, entry{c, n})
	}
	slices.SortFunc(colors, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.n, a.n), slices.Compare(a.c[:], b.c[:]))
	})
	for threshold := 0; ; threshold = threshold*3/2 + 3 {
		var palette []color.NRGBA
		for _, e := range colors {
			c := color.NRGBA{e.c[0], e.c[1], e.c[2], 255}
			if _, d := nearest(palette, c); d > threshold {
				if palette = append(palette, c); len(palette) > transparent {
					break
				}
			}
		}
		if len(palette) <= transparent {
			return palette
		}
	}
}

// nearest finds the colour of a palette that is closest; distances are squares,
// weighted as the eye weighs red, green and blue.
func nearest(palette []color.NRGBA, c color.NRGBA) (index, distance int) {
	index, distance = 0, 1<<30
	for i, p := range palette {
		r, g, b := int(p.R)-int(c.R), int(p.G)-int(c.G), int(p.B)-int(c.B)
		if d := 3*r*r + 4*g*g + 2*b*b; d < distance {
			index, distance = i, d
		}
	}
	return index, distance
}

// indexer turns pictures into palette indices. It remembers the index of each
// colour, to six bits a channel; it serves one goroutine.
type indexer struct {
	palette []color.NRGBA
	known   [1 << 18]uint8 // index + 1, 0 if not yet known
}

func newIndexer(palette []color.NRGBA) *indexer {
	x := &indexer{palette: palette}
	// Colours of the palette itself stand for their neighbourhood.
	for i, c := range slices.Backward(palette) {
		x.known[bucket(c.R, c.G, c.B)] = uint8(i + 1)
	}
	return x
}

func bucket(r, g, b uint8) int { return int(r>>2)<<12 | int(g>>2)<<6 | int(b>>2) }

func (x *indexer) convert(img *image.RGBA, out []uint8) {
	pix := img.Pix
	for i := range out {
		p := pix[4*i : 4*i+3 : 4*i+4]
		at := bucket(p[0], p[1], p[2])
		known := x.known[at]
		if known == 0 {
			// The middle of the bucket, not this pixel: the result must not depend on
			// which picture comes first.
			index, _ := nearest(x.palette, color.NRGBA{p[0]&^3 | 2, p[1]&^3 | 2, p[2]&^3 | 2, 255})
			known = uint8(index + 1)
			x.known[at] = known
		}
		out[i] = known - 1
	}
}
