package plt

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot"
	gfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PNG draws the scene; a notebook shows it so.
func (s *Scene) PNG() ([]byte, error) {
	picture, err := s.Image()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("scene: encode PNG: %w", err)
	}
	return b.Bytes(), nil
}

// SVG draws the scene for print: it can be enlarged without loss.
func (s *Scene) SVG() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	f := s.fitted()
	width, height := f.lengths()
	target := vgsvg.New(width, height)
	canvas := draw.New(target)
	f.draw(canvas)
	pixel := width / vg.Length(f.width)
	for _, d := range s.discs(f.camera()) {
		var path vg.Path
		centre := vg.Point{X: vg.Length(d.x) * pixel, Y: height - vg.Length(d.y)*pixel}
		path.Move(vg.Point{X: centre.X + vg.Length(d.radius)*pixel, Y: centre.Y})
		path.Arc(centre, vg.Length(d.radius)*pixel, 0, 6.283185307179586)
		path.Close()
		canvas.SetColor(d.color)
		canvas.Fill(path)
	}
	if s.title != "" {
		style := draw.TextStyle{Color: color.Black, Font: sans(12), Handler: plot.DefaultTextHandler, XAlign: draw.XCenter, YAlign: draw.YTop}
		canvas.FillText(style, vg.Point{X: width / 2, Y: height * (1 - titleHeight)}, s.title)
	}
	var b bytes.Buffer
	if _, err := target.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("scene: write SVG: %w", err)
	}
	return b.Bytes(), nil
}

// Save writes the scene to a file: .png or .svg. A file of that name is replaced
// once the new one is complete.
func (s *Scene) Save(path string) error { return savePicture(path, s) }

// titleHeight is how far below the upper edge a title starts.
const titleHeight = 0.04

func (f *frame) lengths() (width, height vg.Length) {
	return vg.Length(f.width) * vg.Inch / dpi, vg.Length(f.height) * vg.Inch / dpi
}

func (f *frame) draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	drawBox(canvas, f.camera(), f.labels)
}

// background draws everything but the points and the title.
func (f *frame) background() (img *image.RGBA, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("scene: draw the axes: %v", r)
		}
	}()
	canvas := vgimg.NewWith(vgimg.UseImage(image.NewRGBA(image.Rect(0, 0, f.width, f.height))), vgimg.UseDPI(dpi))
	f.draw(draw.New(canvas))
	img = image.NewRGBA(image.Rect(0, 0, f.width, f.height))
	imagedraw.Draw(img, img.Bounds(), canvas.Image(), image.Point{}, imagedraw.Src)
	return img, nil
}

// paint puts discs and title on a background.
func paint(img *image.RGBA, discs []disc, title string) {
	for _, d := range discs {
		fillDisc(img, d)
	}
	if title != "" {
		drawTitle(img, title)
	}
}

// titleFont reads the font once.
var titleFont = sync.OnceValues(func() (*opentype.Font, error) {
	face := gfont.DefaultCache.Lookup(sans(12), gfont.Points(12))
	if face.Face == nil {
		return nil, fmt.Errorf("the font Liberation Sans is missing")
	}
	return face.Face, nil
})

// drawTitle writes a line of text, centred at the upper edge. A face of a font
// serves one goroutine, hence one a call.
func drawTitle(img *image.RGBA, title string) {
	parsed, err := titleFont()
	if err != nil {
		return
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 12, DPI: dpi, Hinting: font.HintingNone})
	if err != nil {
		return
	}
	defer face.Close()
	b := img.Bounds()
	d := font.Drawer{Dst: img, Src: image.Black, Face: face}
	title, _, _ = strings.Cut(title, "\n")
	x := (fixed.I(b.Dx()) - d.MeasureString(title)) / 2
	y := fixed.I(int(float64(b.Dy())*titleHeight)) + face.Metrics().Ascent
	d.Dot = fixed.Point26_6{X: x, Y: y}
	d.DrawString(title)
}
