package mime_test

import (
	"encoding/base64"
	"image/png"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/galago-hpc/galago/internal/mime"
)

// The figure of gonum/plot is recognised without this package importing gonum.
func TestGonumPlot(t *testing.T) {
	p := plot.New()
	p.Title.Text = "Damped oscillation"
	p.X.Label.Text = "time [s]"
	p.Y.Label.Text = "displacement [mm]"
	f := plotter.NewFunction(func(x float64) float64 { return math.Exp(-x/4) * math.Cos(3*x) })
	p.Add(f, plotter.NewGrid())
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 10, -1, 1

	b := mime.Of(p)
	if s := b[mime.Plain].(string); !strings.HasPrefix(s, "*plot.Plot (image/png, 605x378 pixels, ") {
		t.Errorf("text %q", s)
	}
	img, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(b[mime.PNG].(string))))
	if err != nil {
		t.Fatal(err)
	}
	// Every part of the picture holds something dark on light ground.
	const parts = 2
	size := img.Bounds().Size()
	for py := range parts {
		for px := range parts {
			dark := 0
			for y := py * size.Y / parts; y < (py+1)*size.Y/parts; y++ {
				for x := px * size.X / parts; x < (px+1)*size.X/parts; x++ {
					if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 3*0x8000 {
						dark++
					}
				}
			}
			if total := size.X * size.Y / parts / parts; dark == 0 || dark > total/2 {
				t.Errorf("part %d,%d has %d dark pixels of %d", px, py, dark, total)
			}
		}
	}
}
