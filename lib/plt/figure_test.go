package plt

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestValues(t *testing.T) {
	type metres float32
	for _, v := range []Values{
		[]float64{1, 2, 3}, []float32{1, 2, 3}, []int{1, 2, 3}, []uint8{1, 2, 3}, []metres{1, 2, 3},
		[3]int16{1, 2, 3}, &[3]float64{1, 2, 3}, array{1, 2, 3},
	} {
		if got, err := float64s(v); err != nil || !slices.Equal(got, []float64{1, 2, 3}) {
			t.Errorf("%T: %v, %v", v, got, err)
		}
	}
	for _, v := range []Values{nil, 3, "123", []string{"1"}, [][]float64{{1}}, map[int]int{1: 2}} {
		if got, err := float64s(v); err == nil {
			t.Errorf("%T became %v", v, got)
		}
	}
}

type array []float64

func (a array) Float64s() []float64 { return a }

func TestHistogramCountsAll(t *testing.T) {
	values := []float64{0, 0.1, 0.24, 0.25, 0.5, 1, 1, math.NaN(), math.Inf(1)}
	edges, counts, err := histogram(values, 4)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(edges, []float64{0, 0.25, 0.5, 0.75, 1}) || !slices.Equal(counts, []float64{3, 1, 1, 2}) {
		t.Errorf("edges %v, counts %v", edges, counts)
	}
	for _, same := range [][]float64{{5, 5, 5}, {5}} {
		_, counts, err := histogram(same, 0)
		sum := 0.0
		for _, n := range counts {
			sum += n
		}
		if err != nil || sum != float64(len(same)) {
			t.Errorf("%v: counts %v, %v", same, counts, err)
		}
	}
}

// figures are of all kinds, ordinary and odd ones.
func figures() map[string]*Figure {
	x := []float64{0, 1, 2, 3, 4, 5}
	y := []float64{0, 1, 4, math.NaN(), 16, 25}
	return map[string]*Figure{
		"line":      Line(x, y).Label("square").Line(x, []int{5, 4, 3, 2, 1, 0}).Dashed().Label("down").Title("Lines").XLabel("x").YLabel("y"),
		"scatter":   Scatter(x, y).Radius(3).Color(Red).Equal(),
		"no x":      Line(nil, []float32{3, 1, 2}),
		"log":       Line(x, y).LogX().LogY(),
		"histogram": Hist([]int{1, 2, 2, 3, 3, 3, 4, 4, 5}, 5).Label("n"),
		"log bars":  Hist([]int{1, 2, 2, 3, 3, 3, 4, 4, 5}, 5).LogY(),
		"heat":      Heatmap([][]int{{1, 2}, {3, 4}, {5, 6}}),
		"flat heat": Heatmap([][]float64{{2, 2}, {2, math.NaN()}}),
		"density":   Density(x, []float64{0, 1, 2, 3, 4, 5}, 3).Equal(),
		"added":     Line(x, x).Add(Scatter(x, x), Line(x, y).Color(Black)),
		"empty":     New().Title("nothing"),
		"no points": Scatter([]float64{}, []float64{}).Line([]float64{}, []float64{}),
		"all NaN":   Line([]float64{math.NaN()}, []float64{1}),
		"one point": Line([]float64{2}, []float64{1}).Scatter([]float64{2}, []float64{1}),
		"ranges":    Line(x, y).XRange(1, 2).YRange(-5, 5),
		"grid":      Grid(2, 2, Line(x, y), Hist(x, 3), Heatmap([][]int{{1, 2}})).Title("three of four"),
	}
}

func TestAllKindsDraw(t *testing.T) {
	for name, f := range figures() {
		data, err := f.PNG()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if b := img.Bounds(); b.Dx() != f.width || b.Dy() != f.height {
			t.Errorf("%s: %v, want %d by %d", name, b, f.width, f.height)
		}
		if dark(img) < 100 {
			t.Errorf("%s: an empty picture", name)
		}
		svg, err := f.SVG()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(svg))
		for err == nil {
			_, err = decoder.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: SVG: %v", name, err)
		}
	}
}

// A browser fits an image into its place, and a wide heat map then covers a part
// of what its axes say.
func TestSVGStretchesHeatMaps(t *testing.T) {
	svg, err := Heatmap([][]float64{{1, 2, 3, 4}}).Title("<image >").SVG()
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(svg, []byte(`<image preserveAspectRatio="none" `)); n != 1 || bytes.Count(svg, []byte("<image")) != 1 {
		t.Errorf("%d stretched images in\n%s", n, svg)
	}
}

// dark counts the pixels that are not nearly white.
func dark(img image.Image) (n int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 3*0xd000 {
				n++
			}
		}
	}
	return n
}

func TestMistakesAreReported(t *testing.T) {
	x := []float64{1, 2, 3}
	for want, f := range map[string]*Figure{
		"x has 3 values, y has 2":                     Line(x, x[:2]),
		"y: a string is no series":                    Scatter(x, "abc"),
		"x: a []string is no series":                  Scatter([]string{"a"}, x),
		"no finite values":                            Hist([]float64{}, 3),
		"-1 bins":                                     Hist(x, -1),
		"row 1 has 1 values, row 0 has 2":             Heatmap([][]int{{1, 2}, {3}}),
		"the table is empty":                          Heatmap([][]int{}),
		"a int is no table":                           Heatmap(3),
		"0 cells along an axis":                       Density(x, x, 0),
		"ranges [3 1] and [0 1]":                      DensityIn(x, x, 3, [2]float64{3, 1}, [2]float64{0, 1}),
		"x range from 2 to 1":                         Line(x, x).XRange(2, 1),
		"before there was a series":                   New().Label("a"),
		"no room for 3 figures":                       Grid(1, 2, New(), New(), New()),
		"grid, figure 1: it is a grid itself":         Grid(1, 2, New(), Grid(1, 2, New(), New())),
		"grid, figure 0: figure: line: x has":         Grid(1, 1, Line(x, x[:1])),
		"a grid has no axes of its own":               Grid(1, 2, New(), New()).Line(x, x),
		"size 3 by 9000 pixels":                       New().Size(3, 9000),
		"add: figure: line: x has 3 values, y has 1":  New().Add(Line(x, x[:1])),
		"y range from 1 to 1: the second must be lar": Line(x, x).YRange(1, 1),
	} {
		if _, err := f.PNG(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
		if f.Err() == nil {
			t.Errorf("%q: Err is nil", want)
		}
	}
}

func TestSave(t *testing.T) {
	folder := t.TempDir()
	f := Line(nil, []int{1, 2, 3})
	for name, magic := range map[string]string{"a.png": "\x89PNG", "a.SVG": "<?xml"} {
		path := filepath.Join(folder, name)
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(data), magic) {
			t.Errorf("%s starts with %q, %v", name, data[:min(8, len(data))], err)
		}
	}
	path := filepath.Join(folder, "a.png")
	before, _ := os.ReadFile(path)
	if err := Line(nil, "wrong").Save(path); err == nil {
		t.Error("a figure with a mistake was saved")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file that was there has changed")
	}
	if err := f.Save(filepath.Join(folder, "a.jpeg")); err == nil || !strings.Contains(err.Error(), ".png or .svg") {
		t.Error(err)
	}
	if err := f.Save(filepath.Join(folder, "missing", "a.png")); err == nil {
		t.Error("saved in a folder that is not there")
	}
	if left, _ := os.ReadDir(folder); len(left) != 2 {
		t.Errorf("files left: %v", left)
	}
}

// The counts in a density are those of the points in each cell.
func TestDensity(t *testing.T) {
	f := DensityIn([]float64{0, 0.1, 0.9, 1, 5, math.NaN()}, []float64{0, 0.1, 0.9, 1, 5, 0}, 2, [2]float64{0, 1}, [2]float64{0, 1})
	if f.err != nil {
		t.Fatal(f.err)
	}
	if got := f.panels[0].series[0].heat.cells; !slices.Equal(got, []float64{2, 0, 0, 2}) {
		t.Errorf("%v, want 2 0 0 2", got)
	}
}
