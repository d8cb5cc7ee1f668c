package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"testing"
)

// storedStars are the initial states in testdata/stars.json: the first five stars
// of the galaxy. The seed of the galaxy was chosen so that odeint can follow its
// first ten stars; about half of all stars pass so close by the nucleus that
// odeint, at its smallest tolerance, is off by metres or more.
func storedStars(t *testing.T) []State {
	t.Helper()
	data, err := os.ReadFile("testdata/stars.json")
	if err != nil {
		t.Fatal(err)
	}
	var stars []State
	if err := json.Unmarshal(data, &stars); err != nil {
		t.Fatal(err)
	}
	return stars
}

// The stars that the program draws are the stored ones, whoever draws them.
func TestStars(t *testing.T) {
	for i, want := range storedStars(t) {
		if got := newStar(i); got != want {
			t.Errorf("star %d: %v, want %v", i, got, want)
		}
	}
	vc := math.Sqrt(G * k)
	if math.Abs(vc-325.7) > 0.05 {
		t.Errorf("circular velocity %g m/s, want 325.7", vc)
	}
	for i := range 2000 {
		s := newStar(i)
		if d := math.Hypot(math.Hypot(s[0]-r0, s[1]), s[2]); d > r0/20 {
			t.Errorf("star %d starts %g m from the nucleus", i, d)
		}
		if v := math.Hypot(math.Hypot(s[3], s[4]-0.1*vc), s[5]); v > 0.1*vc {
			t.Errorf("star %d is %g m/s faster than the nucleus", i, v)
		}
	}
}

// Orbits agree with scipy's odeint at tolerance 1e-12 to a millionth of the
// nucleus's first distance, over the whole time.
func TestOrbitsAgreeWithOdeint(t *testing.T) {
	stars := storedStars(t)
	input, err := json.Marshal(stars)
	if err != nil {
		t.Fatal(err)
	}
	python := exec.Command("/usr/bin/python3", "testdata/reference.py")
	python.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	python.Stderr = &stderr
	output, err := python.Output()
	if err != nil {
		t.Fatalf("scipy's odeint, from Debian's python3-scipy: %v\n%s", err, stderr.Bytes())
	}
	reference := make([][rows]State, len(stars))
	if err := binary.Read(bytes.NewReader(output), binary.LittleEndian, reference); err != nil {
		t.Fatalf("the reference has %d bytes: %v", len(output), err)
	}

	solver, times := newSolver(notebookTolerance), outputTimes()
	for i, star := range stars {
		var worst, at float64
		err := follow(solver, star, times, func(j int, y []float64) {
			for _, first := range []int{0, 6} {
				var d2 float64
				for axis := first; axis < first+3; axis++ {
					d := y[axis] - reference[i][j][axis]
					d2 += d * d
				}
				if d := math.Sqrt(d2); d > worst {
					worst, at = d, times[j]
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("star %d: at most %.3g m apart, at %.0f s", i, worst, at)
		if worst > 1e-6*r0 {
			t.Errorf("star %d is %g m from the reference at t = %g s, more than %g m", i, worst, at, 1e-6*r0)
		}
	}
}

// The nucleus keeps its energy and its angular momentum.
func TestNucleusIsConservative(t *testing.T) {
	var energy, momentum []float64
	err := follow(newSolver(notebookTolerance), newStar(0), outputTimes(), func(_ int, y []float64) {
		r := math.Sqrt(y[6]*y[6] + y[7]*y[7] + y[8]*y[8])
		energy = append(energy, (y[9]*y[9]+y[10]*y[10]+y[11]*y[11])/2+G*k*math.Log(r))
		momentum = append(momentum, y[6]*y[10]-y[7]*y[9])
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(energy) != rows {
		t.Fatalf("%d output times, want %d", len(energy), rows)
	}
	for i := range energy {
		if d := math.Abs(energy[i]/energy[0] - 1); d > 1e-8 {
			t.Fatalf("energy drifts by %g until output %d", d, i)
		}
		if d := math.Abs(momentum[i]/momentum[0] - 1); d > 1e-6 {
			t.Fatalf("angular momentum drifts by %g until output %d", d, i)
		}
	}
}
