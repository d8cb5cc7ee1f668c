package ode

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestFailures(t *testing.T) {
	explode := func(_ float64, y, dydt []float64) { dydt[0] = y[0] * y[0] } // 1/(1-t)
	leave := func(_ float64, y, dydt []float64) { dydt[0] = -1 - math.Sqrt(y[0]) }
	broken := func(t float64, y, dydt []float64) { dydt[0] = math.NaN() }
	// Relaxation to cos t, a hundred thousand times faster than cos t changes.
	stiff := func(t float64, y, dydt []float64) { dydt[0] = -1e5 * (y[0] - math.Cos(t)) }
	decay := func(t float64, y, dydt []float64) { dydt[0] = -y[0] }
	wave := func(t float64, y, dydt []float64) { dydt[0] = math.Sin(50*t) * y[0] }

	for _, m := range methods {
		for _, c := range []struct {
			name    string
			f       Func
			end     float64
			options []Option
			want    []error
			at      float64 // where it must have stopped, 0 for anywhere
		}{
			{"singularity", explode, 2, nil, []error{ErrStepTooSmall, ErrNonFinite}, 1},
			{"domain left", leave, 5, nil, []error{ErrNonFinite, ErrStepTooSmall}, 0.6},
			{"NaN at once", broken, 1, nil, []error{ErrNonFinite}, 0},
			{"stiff", stiff, 10, nil, []error{ErrStiff}, 0},
			{"few steps", wave, 100, []Option{MaxSteps(20)}, []error{ErrMaxSteps}, 0},
			{"fine", decay, 100, nil, nil, 100},
		} {
			last := 0.0
			times := make([]float64, 2001)
			for i := range times {
				times[i] = c.end * float64(i) / 2000
			}
			s := New(1, append(c.options, With(m.method))...)
			err := s.Solve(c.f, 0, []float64{1}, times, func(i int, y []float64) {
				last = times[i]
				if !finite(y[0]) {
					t.Errorf("%s, %s: y(%g) = %g was handed out", m.name, c.name, last, y[0])
				}
			})
			found := err == nil && c.want == nil
			for _, want := range c.want {
				found = found || errors.Is(err, want)
			}
			if !found {
				t.Errorf("%s, %s: error %v, want one of %v", m.name, c.name, err, c.want)
			}
			if c.at != 0 && math.Abs(last-c.at) > 0.05 {
				t.Errorf("%s, %s: stopped at %g, want %g (%v)", m.name, c.name, last, c.at, err)
			}
			if err != nil {
				t.Logf("%s, %s: %v", m.name, c.name, err)
			}
		}
	}
}

// A stiff spring that the tolerances force to be followed is not stiff.
func TestFastIsNotStiff(t *testing.T) {
	f := func(_ float64, y, dydt []float64) { dydt[0], dydt[1] = 1e3*y[1], -1e3*y[0] }
	for _, m := range methods {
		rows, err := Solve(f, []float64{1, 0}, []float64{0, 50}, With(m.method))
		if err != nil {
			t.Fatal(m.name, err)
		}
		if math.Abs(rows[1][0]-math.Cos(5e4)) > 1e-3 {
			t.Errorf("%s: %v, want cos 50000 = %g", m.name, rows[1], math.Cos(5e4))
		}
	}
}

func TestBadArguments(t *testing.T) {
	f := func(_ float64, y, dydt []float64) { dydt[0] = 1 }
	y0, times := []float64{1}, []float64{0, 1}
	nothing := func(int, []float64) {}
	for _, c := range []struct {
		name, want string
		err        error
	}{
		{"length", "y0 has 2 values, the solver was made for 1", New(1).Solve(f, 0, []float64{1, 2}, times, nothing)},
		{"no equations", "0 equations", New(0).Solve(f, 0, nil, times, nothing)},
		{"negative size", "y0 has 1 values", New(-3).Solve(f, 0, y0, times, nothing)},
		{"nil function", "right-hand side is nil", New(1).Solve(nil, 0, y0, times, nothing)},
		{"unordered times", "times[2] = 0.5 comes after 1", New(1).Solve(f, 0, y0, []float64{0, 1, 0.5, 2}, nothing)},
		{"before the start", "times[0] = 0 comes after 0.5", New(1).Solve(f, 0.5, y0, times, nothing)},
		{"NaN time", "times[1] is NaN", New(1).Solve(f, 0, y0, []float64{0, math.NaN()}, nothing)},
		{"infinite start", "t0 is +Inf", New(1).Solve(f, math.Inf(1), y0, times, nothing)},
		{"NaN value", "y0[0] is NaN", New(1).Solve(f, 0, []float64{math.NaN()}, times, nothing)},
		{"tolerances", "tolerances -1 and 0", New(1, Tolerance(-1, 0)).Solve(f, 0, y0, times, nothing)},
		{"no tolerance", "tolerances 0 and 0", New(1, Tolerance(0, 0)).Solve(f, 0, y0, times, nothing)},
		{"method", "method 7", New(1, With(7)).Solve(f, 0, y0, times, nothing)},
		{"steps", "at most 0 steps", New(1, MaxSteps(0)).Solve(f, 0, y0, times, nothing)},
		{"step", "a longest step of -1", New(1, MaxStep(-1)).Solve(f, 0, y0, times, nothing)},
		{"first step", "a first step of NaN", New(1, FirstStep(math.NaN())).Solve(f, 0, y0, times, nothing)},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.name, c.err, c.want)
		}
	}
}

// A solver that failed works again.
func TestReuseAfterFailure(t *testing.T) {
	s := New(1, MaxSteps(5))
	wave := func(t float64, y, dydt []float64) { dydt[0] = math.Sin(50 * t) }
	if err := s.Solve(wave, 0, []float64{0}, []float64{10}, func(int, []float64) {}); !errors.Is(err, ErrMaxSteps) {
		t.Fatal(err)
	}
	line := func(_ float64, y, dydt []float64) { dydt[0] = 2 }
	err := s.Solve(line, 0, []float64{1}, []float64{0, 3}, func(i int, y []float64) {
		if want := []float64{1, 7}[i]; math.Abs(y[0]-want) > 1e-12 {
			t.Errorf("y = %g, want %g", y[0], want)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
