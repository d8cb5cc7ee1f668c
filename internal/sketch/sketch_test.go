package sketch

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"image/png"
	"math"
	"strings"
	"testing"
)

func decoded(t *testing.T, address, prefix string) []byte {
	t.Helper()
	text, ok := strings.CutPrefix(address, prefix)
	if !ok {
		t.Fatalf("%.40s does not begin with %s", address, prefix)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestHeatMapHasOnePixelForEachValue(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	img, err := png.Decode(bytes.NewReader(decoded(t, HeatMap([]float64{-1, 0, 1, nan, inf, -inf}, 3), "data:image/png;base64,")))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 3 || img.Bounds().Dy() != 2 {
		t.Fatalf("%v", img.Bounds())
	}
	type rgba [4]uint32
	at := func(x, y int) rgba { r, g, b, a := img.At(x, y).RGBA(); return rgba{r >> 8, g >> 8, b >> 8, a >> 8} }
	low, middle, high := rgba{68, 1, 84, 255}, rgba{33, 145, 140, 255}, rgba{253, 231, 37, 255}
	for i, want := range []rgba{low, middle, high, {}, high, low} {
		if got := at(i%3, i/3); got != want {
			t.Errorf("pixel %d is %v, not %v", i, got, want)
		}
	}
}

func TestPlace(t *testing.T) {
	big := math.MaxFloat64
	for _, c := range [][4]float64{{1, 0, 2, 0.5}, {0, -big, big, 0.5}, {7, 7, 7, 0.5}, {9, 0, 1, 1}, {-9, 0, 1, 0}} {
		if got := Place(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("Place(%v, %v, %v) = %v", c[0], c[1], c[2], got)
		}
	}
}

func TestLineIsBrokenAtNaN(t *testing.T) {
	svg := decoded(t, Line([]float64{0, 1, math.NaN(), 1, math.Inf(1), 0}, 104, 24), "data:image/svg+xml;base64,")
	var parsed struct {
		Path struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal(svg, &parsed); err != nil {
		t.Fatal(err)
	}
	if d := parsed.Path.D; strings.Count(d, "M") != 3 || strings.Count(d, "L") != 1 || !strings.HasPrefix(d, "M10.3 22.0h0L27.0 2.0M") {
		t.Errorf("path %s", d)
	}
}

func TestSpark(t *testing.T) {
	if got := Spark([]float64{0, 1, 2, 3, 4, 5, 6, 7, math.NaN(), 0}); got != "▁▂▃▄▅▆▇█ ▁" {
		t.Error(got)
	}
	if got := Spark([]float64{math.NaN()}); got != " " {
		t.Errorf("%q", got)
	}
}
