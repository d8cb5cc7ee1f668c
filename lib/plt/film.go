package plt

import (
	"image"
	"image/color"
	"io"
	"runtime"
	"sync"
	"time"
)

// still is a frame ready to be painted: points are projected, user code is done.
type still struct {
	background *image.RGBA
	discs      []disc
	title      string
}

// chunkFrames is how many frames a goroutine encodes in a row. Each chunk paints
// the frame before its first once more, to compare.
const chunkFrames = 8

// chunk is a run of frames on its way to the file.
type chunk struct {
	before *still // nil at the start
	stills []*still
	done   chan [][]byte
}

// WriteGIF draws the animation and writes it as it comes: a few frames for each
// processor are in memory at a time.
func (a *Animation) WriteGIF(w io.Writer) error {
	if a.base.err != nil {
		return a.base.err
	}
	palette, err := a.palette()
	if err != nil {
		return err
	}
	if _, err := w.Write(gifHeader(a.base.width, a.base.height, palette)); err != nil {
		return err
	}

	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan *chunk)
	queue := make(chan *chunk, 2*workers) // in the order of the film
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { a.encode(jobs, palette) })
	}
	failed := make(chan error, 1)
	group.Go(func() { failed <- write(w, queue) })
	drawErr := func() error {
		// Deferred, because the user's function may panic.
		defer group.Wait()
		defer close(queue)
		defer close(jobs)
		return a.shoot(jobs, queue)
	}()
	if writeErr := <-failed; drawErr == nil && writeErr != nil {
		return writeErr
	}
	if drawErr != nil {
		return drawErr
	}
	_, err = io.WriteString(w, gifTrailer)
	return err
}

// shoot calls the user's function for all frames and hands them on in chunks.
func (a *Animation) shoot(jobs, queue chan<- *chunk) error {
	set := stage{}
	var before *still
	for first := 0; first < a.frames; first += chunkFrames {
		c := &chunk{before: before, done: make(chan [][]byte, 1)}
		for i := first; i < min(first+chunkFrames, a.frames); i++ {
			s, err := set.still(a, i)
			if err != nil {
				return err
			}
			c.stills = append(c.stills, s)
			before = s
		}
		queue <- c
		jobs <- c
	}
	return nil
}

// stage keeps the background and the camera from frame to frame.
type stage struct {
	frame      frame
	background *image.RGBA
	camera     *camera
}

func (g *stage) still(a *Animation, i int) (*still, error) {
	s, err := a.scene(i)
	if err != nil {
		return nil, err
	}
	if f := s.fitted(); g.background == nil || f != g.frame {
		if g.background, err = f.background(); err != nil {
			return nil, err
		}
		g.frame, g.camera = f, f.camera()
	}
	return &still{g.background, s.discs(g.camera), s.title}, nil
}

// palette looks at frames from the whole animation.
func (a *Animation) palette() ([]color.NRGBA, error) {
	const samples = 12
	set := stage{}
	var pictures []*image.RGBA
	for n := range min(samples, a.frames) {
		s, err := set.still(a, n*(a.frames-1)/max(1, min(samples, a.frames)-1))
		if err != nil {
			return nil, err
		}
		picture := image.NewRGBA(s.background.Bounds())
		s.paint(picture)
		pictures = append(pictures, picture)
	}
	return choosePalette(pictures), nil
}

func (s *still) paint(img *image.RGBA) {
	copy(img.Pix, s.background.Pix)
	paint(img, s.discs, s.title)
}

// encode paints and compresses chunks until there are no more.
func (a *Animation) encode(jobs <-chan *chunk, palette []color.NRGBA) {
	width, height := a.base.width, a.base.height
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	index := newIndexer(palette)
	now, before := make([]uint8, width*height), make([]uint8, width*height)
	var scratch []uint8
	develop := func(s *still, out []uint8) {
		s.paint(canvas)
		index.convert(canvas, out)
	}
	for c := range jobs {
		have := c.before != nil
		if have {
			develop(c.before, before)
		}
		var encoded [][]byte
		for _, s := range c.stills {
			develop(s, now)
			old := before
			if !have {
				old = nil
			}
			encoded = append(encoded, gifFrame(now, old, width, height, a.delay, &scratch))
			now, before = before, now
			have = true
		}
		c.done <- encoded
	}
}

// write puts the chunks into the file in order. After an error it keeps on
// taking them, so that nobody waits for it.
func write(w io.Writer, queue <-chan *chunk) (err error) {
	for c := range queue {
		for _, data := range <-c.done {
			if err == nil {
				_, err = w.Write(data)
			}
		}
	}
	return err
}

// Duration is how long the animation runs before it repeats.
func (a *Animation) Duration() time.Duration {
	return time.Duration(a.frames*hundredths(a.delay)) * 10 * time.Millisecond
}
