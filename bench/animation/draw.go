package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/plt"
)

// draw makes the animation as a notebook does.
func draw(file, target string, frames int) (err error) {
	f, err := h5.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	stars, err := read(f, "pos_pt")
	if err != nil {
		return err
	}
	nucleus, err := read(f, "pos_nuc")
	if err != nil {
		return err
	}

	scene := plt.NewScene().Limits(-250, 250).View(110, -90).
		XLabel("x (km)").YLabel("y (km)").ZLabel("z (km)").
		Point(0, 0, 0, plt.Dot{Radius: 31, Color: plt.Alpha(plt.Blue, 0.5)}) // the host
	collision := scene.Animate(frames, func(i int, s *plt.Scene) {
		step := i * (stars.steps - 1) / max(1, frames-1)
		s.Points(stars.at(step, 0), stars.at(step, 1), stars.at(step, 2), plt.Dot{Radius: 1})
		s.Points(nucleus.at(step, 0), nucleus.at(step, 1), nucleus.at(step, 2), plt.Dot{Radius: 3, Color: plt.Magenta})
	}).Delay(50 * time.Millisecond)
	return collision.Save(target)
}

// orbits are positions in metres: bodies by steps by axes.
type orbits struct {
	bodies, steps int
	metres        []float64
}

func read(f *h5.File, name string) (o orbits, err error) {
	set, err := f.Dataset(name)
	if err != nil {
		return o, err
	}
	shape := set.Shape()
	if len(shape) != 3 || shape[1] == 0 || shape[2] != 3 {
		return o, fmt.Errorf("%s has the shape %v, want (bodies, steps, 3)", name, shape)
	}
	a, err := set.Read()
	if err != nil {
		return o, err
	}
	return orbits{shape[0], shape[1], a.Float64s()}, nil
}

// at gives one coordinate of all bodies, in kilometres.
func (o orbits) at(step, axis int) []float64 {
	km := make([]float64, o.bodies)
	for i := range km {
		km[i] = o.metres[(i*o.steps+step)*3+axis] / 1e3
	}
	return km
}
