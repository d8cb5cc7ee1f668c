// Animation measures how long it takes to draw and save the animation of the
// galaxy collision: 1,000 frames of 640 by 480 pixels with 1,002 dots each.
//
//	go run ./bench/animation
//	go run ./bench/animation --keep galaxy_collision.gif galaxy.hdf5
//
// Without a galaxy.hdf5 it makes one with bench/galaxy first. The time is that of
// the whole way from the file: reading it, drawing, compressing and saving. Where
// Debian's python3-matplotlib is installed, matplotlib draws a part of the frames
// for comparison (matplotlib.py), and its time is scaled.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/internal/exit"
)

//go:embed matplotlib.py
var matplotlib []byte

type arguments struct {
	File     string `arg:"" optional:"" help:"The galaxy.hdf5 to draw."`
	Frames   int    `default:"1000" help:"Frames of the animation."`
	Rounds   int    `default:"3" help:"How often it is drawn."`
	Keep     string `help:"Save the animation under this name."`
	Fraction int    `default:"20" help:"matplotlib draws one frame in this many."`
	Python   string `default:"/usr/bin/python3" help:"A Python with matplotlib, pillow and h5py."`
}

func main() {
	var a arguments
	kong.Parse(&a, kong.Name("animation"), kong.Description("Draw the galaxy collision, and time it."))
	status := 0
	if err := a.run(); err != nil {
		fmt.Fprintln(os.Stderr, "animation:", err)
		status = 1
	}
	exit.Run(status)
	os.Exit(status)
}

func (a *arguments) run() error {
	folder, err := os.MkdirTemp("", "animation")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if a.File == "" {
		a.File = filepath.Join(folder, "galaxy.hdf5")
		build := exec.Command("go", "run", "github.com/galago-hpc/galago/bench/galaxy", "simulate", a.File)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("make galaxy.hdf5 with bench/galaxy: %w", err)
		}
	}
	target := a.Keep
	if target == "" {
		target = filepath.Join(folder, "galaxy_collision.gif")
	}
	few := max(1, a.Frames/a.Fraction)
	scale := float64(a.Frames) / float64(few)
	fmt.Printf("%d frames, %d processors\n\n%-8s%12s%20s%10s\n", a.Frames, runtime.GOMAXPROCS(0), "round", "Galago, s", "matplotlib, s", "ratio")
	var ours, theirs, ratios []float64
	for round := range a.Rounds {
		began := time.Now()
		if err := draw(a.File, target, a.Frames); err != nil {
			return err
		}
		own := time.Since(began).Seconds()
		ours = append(ours, own)
		other, err := a.compare(folder, few)
		if errors.Is(err, errNoMatplotlib) {
			fmt.Printf("%-8d%12.2f%20s\n", round+1, own, "(not installed)")
			continue
		} else if err != nil {
			return err
		}
		other *= scale
		theirs, ratios = append(theirs, other), append(ratios, other/own)
		fmt.Printf("%-8d%12.2f%20.1f%10.1f\n", round+1, own, other, other/own)
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	fmt.Printf("\nmedian: %.2f s for %d frames, %.1f MB", measure.Median(ours), a.Frames, float64(info.Size())/1e6)
	if len(theirs) > 0 {
		fmt.Printf("; matplotlib %.0f s (%d frames, times %.0f), %.0f times as long", measure.Median(theirs), few, scale, measure.Median(ratios))
	}
	fmt.Println()
	return nil
}

var (
	errNoMatplotlib = errors.New("matplotlib is not installed")
	reported        = regexp.MustCompile(`drawing and saving: ([0-9.]+) s`)
)

// compare lets matplotlib draw a few frames and returns its own time for it.
func (a *arguments) compare(folder string, frames int) (float64, error) {
	if exec.Command(a.Python, "-c", "import matplotlib, PIL, h5py").Run() != nil {
		return 0, errNoMatplotlib
	}
	script := filepath.Join(folder, "matplotlib_animation.py")
	if err := os.WriteFile(script, matplotlib, 0o644); err != nil {
		return 0, err
	}
	command := exec.Command(a.Python, script, a.File, filepath.Join(folder, "matplotlib.gif"), strconv.Itoa(frames), strconv.Itoa(a.Frames))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return 0, fmt.Errorf("run %v: %w", command.Args, err)
	}
	found := reported.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("run %v: no time in its output: %s", command.Args, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
