package plt

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// swarm is an animation of a few dots that move on circles.
func swarm(frames int) *Animation {
	return NewScene().Size(320, 240).Limits(-1, 1).View(110, -90).XLabel("x (km)").
		Point(0, 0, 0, Dot{Radius: 15, Color: Alpha(Blue, 0.5)}).
		Animate(frames, func(i int, s *Scene) {
			for j := range 40 {
				angle, r := float64(i)/20+float64(j), float64(j)/40
				s.Point(r*math.Cos(angle), r*math.Sin(angle), 0, Dot{Radius: 1})
			}
			s.Point(math.Cos(float64(i)/9), 0, 0, Dot{Radius: 3, Color: Magenta})
		})
}

// Decoded by the standard library and laid one over the other, the frames are
// the pictures of the single scenes.
func TestFramesAreTheScenes(t *testing.T) {
	a := swarm(37).Delay(50 * time.Millisecond)
	data, err := a.GIF()
	if err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(film.Image) != 37 || film.LoopCount != 0 || film.Config.Width != 320 || film.Config.Height != 240 {
		t.Fatalf("%d frames, loop count %d, %d by %d", len(film.Image), film.LoopCount, film.Config.Width, film.Config.Height)
	}
	if d := a.Duration(); d != 37*50*time.Millisecond {
		t.Errorf("duration %v", d)
	}
	canvas := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i, img := range film.Image {
		if film.Delay[i] != 5 {
			t.Errorf("frame %d: delay %d/100 s", i, film.Delay[i])
		}
		draw.Draw(canvas, img.Bounds(), img, img.Bounds().Min, draw.Over)
		s, err := a.scene(i)
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.Image()
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(canvas, want, 40); n > 0 {
			t.Fatalf("frame %d: %d pixels differ from the scene", i, n)
		}
		if i > 0 && img.Bounds().Dx() == 320 {
			t.Errorf("frame %d is stored whole", i)
		}
	}
}

// differing counts pixels of which a channel differs by more than the tolerance.
func differing(a, b image.Image, tolerance int) (n int) {
	r := a.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p, q := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			d := max(absDiff(p.R, q.R), absDiff(p.G, q.G), absDiff(p.B, q.B))
			if d > tolerance {
				n++
			}
		}
	}
	return n
}

func absDiff(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }

// The bytes do not depend on the number of processors.
func TestSameOnAnyNumberOfProcessors(t *testing.T) {
	var films [][]byte
	for _, n := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(n)
		data, err := swarm(50).GIF()
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		films = append(films, data)
	}
	if !bytes.Equal(films[0], films[1]) || !bytes.Equal(films[0], films[2]) {
		t.Error("the films differ")
	}
}

func TestMovingCameraAndTitles(t *testing.T) {
	a := Animate(9, func(i int, s *Scene) {
		s.Size(640, 480).Limits(0, 1).View(30, float64(10*i)).Title("frame").Point(0.5, 0.5, 0.5, Dot{})
	})
	data, err := a.GIF()
	if err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(film.Image) != 9 || film.Image[8].Bounds().Dx() < 200 {
		t.Errorf("%d frames, the last of %v", len(film.Image), film.Image[len(film.Image)-1].Bounds())
	}
}

func TestAnimationMistakes(t *testing.T) {
	still := func(int, *Scene) {}
	for want, a := range map[string]*Animation{
		"animation of 0 frames":             Animate(0, still),
		"without a function":                Animate(3, nil),
		"limits from 1 to 0":                NewScene().Limits(1, 0).Animate(3, still),
		"frame 2: scene: points: x has 1":   Animate(3, func(i int, s *Scene) { s.Points([]int{1}, []int{1}, make([]int, 1+i/2), Dot{}) }),
		"frame 0: its size is 100 by 100":   Animate(3, func(i int, s *Scene) { s.Size(100, 100) }),
		"view from elevation NaN":           Animate(3, func(i int, s *Scene) { s.View(math.NaN(), 0) }),
		"zoom by 0":                         NewScene().Zoom(0).Animate(2, still),
		"points, z: a string is no series":  NewScene().Points([]int{1}, []int{1}, "z", Dot{}).Animate(1, still),
		"size 0 by 100 pixels: both must b": NewScene().Size(0, 100).Animate(1, still),
	} {
		if data, err := a.GIF(); err == nil || !strings.Contains(err.Error(), want) || data != nil {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

type fullDisk struct{ room int }

var errFull = errors.New("no space left on device")

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// A full disk or a panic in the user's function ends the work and leaves no
// goroutine behind.
func TestInterruptedFilms(t *testing.T) {
	before := runtime.NumGoroutine()
	if err := swarm(100).WriteGIF(&fullDisk{20_000}); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
	if err := swarm(100).WriteGIF(&fullDisk{10}); !errors.Is(err, errFull) {
		t.Errorf("full disk at once: %v", err)
	}
	func() {
		defer func() {
			if r := recover(); r != "user's panic" {
				t.Errorf("recovered %v", r)
			}
		}()
		calls := 0
		_, _ = Animate(60, func(i int, s *Scene) {
			if calls++; calls > 40 {
				panic("user's panic")
			}
			s.Point(0, 0, 0, Dot{})
		}).GIF()
	}()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestSaveAnimation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gif")
	if err := swarm(3).Save(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(data, []byte("GIF89a")) || data[len(data)-1] != 0x3b {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if err := swarm(3).Save(path + ".mp4"); err == nil || !strings.Contains(err.Error(), ".gif") {
		t.Error(err)
	}
}

// Pictures of few colours keep them all, exactly; with more, no colour moves far.
func TestPalette(t *testing.T) {
	few, many := image.NewRGBA(image.Rect(0, 0, 64, 64)), image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			few.SetRGBA(x, y, color.RGBA{uint8(x / 8 * 30), uint8(y / 8 * 30), 200, 255})
			many.SetRGBA(x, y, color.RGBA{uint8(x * 4), uint8(y * 4), uint8(x + y), 255})
		}
	}
	if p := choosePalette([]*image.RGBA{few}); len(p) != 64 {
		t.Errorf("%d colours of 64", len(p))
	}
	palette := choosePalette([]*image.RGBA{many})
	if len(palette) > 255 || len(palette) < 100 {
		t.Errorf("%d colours", len(palette))
	}
	index := newIndexer(palette)
	out := make([]uint8, 64*64)
	index.convert(many, out)
	for i, at := range out {
		c, p := palette[at], many.Pix[4*i:]
		if absDiff(c.R, p[0]) > 32 || absDiff(c.G, p[1]) > 32 || absDiff(c.B, p[2]) > 40 {
			t.Fatalf("colour %v became %v", p[:3], c)
		}
	}
}
