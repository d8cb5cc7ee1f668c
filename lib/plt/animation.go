package plt

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Animation is a sequence of scenes, shown in a notebook as a GIF that repeats.
// Frames are drawn when they are first needed, by GIF, WriteGIF or Save.
type Animation struct {
	frames int
	base   Scene
	draw   func(i int, s *Scene)
	delay  time.Duration

	once sync.Once
	data []byte
	err  error
}

// Animate makes an animation of so many frames. For each, in order, draw is
// called with an empty scene and sets it up.
func Animate(frames int, draw func(i int, s *Scene)) *Animation {
	return NewScene().Animate(frames, draw)
}

// Animate makes an animation on the box of this scene: draw is called for each
// frame, in order and never two at a time, with a scene that has this one's size,
// limits, view, labels and points, and adds what moves. A box that stays the same
// from frame to frame is drawn only once; set limits, or it will follow the
// points.
func (s *Scene) Animate(frames int, draw func(i int, s *Scene)) *Animation {
	a := &Animation{frames: frames, base: *s, draw: draw, delay: 50 * time.Millisecond}
	if frames < 1 {
		a.base.fail("animation of %d frames: at least one is needed", frames)
	}
	if draw == nil {
		a.base.fail("animation without a function that draws")
	}
	return a
}

// Delay sets how long each frame is shown: 50 ms unless set. GIF counts in
// hundredths of a second, and browsers go no faster than 50 frames a second.
func (a *Animation) Delay(d time.Duration) *Animation {
	a.delay = d
	return a
}

// GIF draws the animation, once; a notebook shows it so.
func (a *Animation) GIF() ([]byte, error) {
	a.once.Do(func() {
		var b bytes.Buffer
		if a.err = a.WriteGIF(&b); a.err == nil {
			a.data = b.Bytes()
		}
	})
	return a.data, a.err
}

// Save writes the animation to a .gif file. A file of that name is replaced once
// the new one is complete.
func (a *Animation) Save(path string) error {
	if strings.ToLower(filepath.Ext(path)) != ".gif" {
		return fmt.Errorf("save %s: the name of an animation must end in .gif", path)
	}
	data, err := a.GIF()
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	return replace(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// scene calls the user's function for one frame.
func (a *Animation) scene(i int) (*Scene, error) {
	s := a.base
	// The points of all frames grow apart from those of the base.
	s.points = s.points[:len(s.points):len(s.points)]
	a.draw(i, &s)
	if s.err != nil {
		return nil, fmt.Errorf("frame %d: %w", i, s.err)
	}
	if s.width != a.base.width || s.height != a.base.height {
		return nil, fmt.Errorf("frame %d: its size is %d by %d pixels, the animation's %d by %d: set it before Animate",
			i, s.width, s.height, a.base.width, a.base.height)
	}
	return &s, nil
}
