package main

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/bench/measure/client"
)

// pause is how long a person reads before the next cell: what the kernel does
// in the background has ended by then.
const pause = 700 * time.Millisecond

// declare times cells that only declare.
func (a *arguments) declare() (err error) {
	k, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	if _, err := k.Execute(`fmt.Println("ready")`); err != nil {
		return err
	}
	times, err := a.timeCells(k, func(n int64) string {
		return fmt.Sprintf("type particle%[1]d struct{ x, y, mass float64 }\n\nfunc energy%[1]d(all []particle%[1]d) float64 {\n\tsum := 0.0\n\tfor _, p := range all {\n\t\tsum += p.mass * (p.x*p.x + p.y*p.y) / %[1]d\n\t}\n\treturn sum\n}", n)
	})
	if err != nil {
		return err
	}
	fmt.Printf("declare: a type and a function, ms until idle, %d new cells; goal: 20 ms\n\n%-18s%10.1f\n%-18s%10.1f\n", a.Cells, "median", measure.Median(times), "longest", slices.Max(times))
	return nil
}

// gonbBaseline is the median of a new cell with GoNB 0.11.3, in ms until idle,
// from another day. GoNB needs goimports and gopls on the PATH.
const gonbBaseline = 507

// cell times new compiled cells.
func (a *arguments) cell() (err error) {
	ours, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.Close()) }()
	if _, err := ours.Execute(`fmt.Println("ready")`); err != nil {
		return err
	}
	loop := func(n int64) string {
		return fmt.Sprintf("total := 0\nfor i := range 10 {\n\ttotal += i * %d\n}\nfmt.Println(total)", n)
	}
	fmt.Printf("cell: new cells with a loop, ms until idle, %d of each; goals: 550 ms and below GoNB; with gonum/plot 1000 ms\n\n%-18s%10s%10s%10s\n", a.Cells, "", "median", "first", "longest")
	show := func(name string, times []float64) {
		fmt.Printf("%-18s%10.0f%10.0f%10.0f\n", name, measure.Median(times), times[0], slices.Max(times))
	}
	var times, others []float64
	if path, lacking := exec.LookPath(a.GoNB); lacking != nil {
		if times, err = a.timeCells(ours, loop); err != nil {
			return err
		}
		show("fmt", times)
		fmt.Printf("%-18s%10d   (not measured now: there is no %s; version 0.11.3 on another day)\n", "fmt, GoNB", gonbBaseline, a.GoNB)
	} else {
		if times, others, err = a.besideGoNB(ours, path, loop); err != nil {
			return err
		}
		show("fmt", times)
		show("fmt, GoNB", others)
	}
	times, err = a.timeCells(ours, func(n int64) string {
		return fmt.Sprintf("p := plot.New()\np.Title.Text = \"%[1]d\"\npoints := make(plotter.XYs, 50)\nfor i := range points {\n\tpoints[i].X, points[i].Y = float64(i), float64(i*i%%%[1]d)\n}\np.Add(must(plotter.NewLine(points)))\np.Title.Text", n)
	})
	if err != nil {
		return err
	}
	show("gonum/plot", times)
	return nil
}

// besideGoNB lets a session and GoNB run new cells in turn.
func (a *arguments) besideGoNB(ours *client.Kernel, path string, code func(n int64) string) (times, others []float64, err error) {
	gonb, err := a.start("gonb", nil, path, "--kernel")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, gonb.Close()) }()
	if _, err := gonb.Execute("import \"fmt\""); err != nil {
		return nil, nil, err
	}
	for range a.Cells {
		a.seed++
		for _, turn := range []struct {
			kernel *client.Kernel
			code   string
			times  *[]float64
		}{{ours, code(a.seed), &times}, {gonb, "%%\n" + code(a.seed), &others}} {
			time.Sleep(pause)
			o, err := turn.kernel.Execute(turn.code)
			if err != nil {
				return nil, nil, err
			}
			*turn.times = append(*turn.times, o.Seconds*1e3)
		}
	}
	return times, others, nil
}

// timeCells runs new cells, each with another number in its text, and returns
// their times in ms.
func (a *arguments) timeCells(k *client.Kernel, code func(n int64) string) ([]float64, error) {
	var times []float64
	for range a.Cells {
		time.Sleep(pause)
		a.seed++
		o, err := k.Execute(code(a.seed))
		if err != nil {
			return nil, err
		}
		times = append(times, o.Seconds*1e3)
	}
	return times, nil
}
