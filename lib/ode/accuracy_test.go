package ode

import (
	"fmt"
	"math"
	"testing"
)

var methods = []struct {
	name         string
	method       Method
	order, dense float64
}{
	{"Order8", Order8, 8, 7},
	{"Order5", Order5, 5, 4},
}

// clock is y' = y cos t, whose solution is exp(sin t): smooth, not polynomial,
// and with a right-hand side that depends on t.
func clock(t float64, y, dydt []float64) {
	dydt[0] = y[0] * math.Cos(t)
	dydt[1] = -y[2]
	dydt[2] = y[1]
}

// errorAt integrates clock with steps of length h and returns the largest error
// at the ends of the steps, or within them.
func errorAt(t *testing.T, m Method, h float64, inside bool) float64 {
	t.Helper()
	const end = 6.0
	var times []float64
	steps := int(math.Round(end / h))
	for i := 1; i <= steps; i++ {
		at := float64(i) * h
		if inside {
			at -= 0.37 * h
		}
		times = append(times, at)
	}
	times[len(times)-1] = end
	s := New(3, With(m), Tolerance(1e6, 1e6), FirstStep(h), MaxStep(h))
	worst := 0.0
	err := s.Solve(clock, 0, []float64{1, 1, 0}, times, func(i int, y []float64) {
		at := times[i]
		for j, want := range []float64{math.Exp(math.Sin(at)), math.Cos(at), math.Sin(at)} {
			worst = max(worst, math.Abs(y[j]-want))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Stats().Steps != steps {
		t.Fatalf("%d steps of %g, want %d", s.Stats().Steps, h, steps)
	}
	return worst
}

// The errors must fall with the power of the step length that the methods
// promise: a wrong digit in a coefficient shows here.
func TestOrderOfConvergence(t *testing.T) {
	for _, m := range methods {
		for _, inside := range []bool{false, true} {
			want := m.order
			if inside {
				// A polynomial of degree p has the local error h^(p+1).
				want = min(m.order, m.dense+1)
			}
			a, b := errorAt(t, m.method, 0.5, inside), errorAt(t, m.method, 0.25, inside)
			order := math.Log2(a / b)
			t.Logf("%s, inside the steps %v: errors %.3g, %.3g, order %.2f", m.name, inside, a, b, order)
			if order < want-0.6 {
				t.Errorf("%s, inside the steps %v: order %.2f, want %g", m.name, inside, order, want)
			}
		}
	}
}

func TestHarmonic(t *testing.T) {
	f := func(_ float64, y, dydt []float64) { dydt[0], dydt[1] = y[1], -y[0] }
	for _, m := range methods {
		for _, tolerance := range []float64{1e-4, 1e-7, 1e-10, 1e-13} {
			times := make([]float64, 1001)
			for i := range times {
				times[i] = float64(i) * 0.1
			}
			rows, err := Solve(f, []float64{1, 0}, times, With(m.method), Tolerance(tolerance, tolerance))
			if err != nil {
				t.Fatal(err)
			}
			worst := 0.0
			for i, y := range rows {
				worst = max(worst, math.Abs(y[0]-math.Cos(times[i])), math.Abs(y[1]+math.Sin(times[i])))
			}
			// Sixteen turns add up the errors of all steps.
			if limit := 300 * tolerance; worst > limit {
				t.Errorf("%s, tolerance %g: error %g, more than %g", m.name, tolerance, worst, limit)
			}
		}
	}
}

// kepler gives the position on an orbit of semi-major axis 1, starting at the
// pericentre.
func kepler(e, t float64) (x, y float64) {
	m := math.Remainder(t, 2*math.Pi)
	anomaly := m
	if e > 0.8 {
		anomaly = math.Copysign(math.Pi, m)
	}
	for range 60 {
		anomaly -= (anomaly - e*math.Sin(anomaly) - m) / (1 - e*math.Cos(anomaly))
	}
	return math.Cos(anomaly) - e, math.Sqrt(1-e*e) * math.Sin(anomaly)
}

func orbit(_ float64, y, dydt []float64) {
	r2 := y[0]*y[0] + y[1]*y[1]
	g := -1 / (r2 * math.Sqrt(r2))
	dydt[0], dydt[1], dydt[2], dydt[3] = y[2], y[3], g*y[0], g*y[1]
}

// orbitStart is the pericentre.
func orbitStart(e float64) []float64 {
	return []float64{1 - e, 0, 0, math.Sqrt((1 + e) / (1 - e))}
}

func TestKepler(t *testing.T) {
	times := make([]float64, 500)
	for i := range times {
		times[i] = 10 * 2 * math.Pi * float64(i) / 499
	}
	for _, m := range methods {
		for _, e := range []float64{0, 0.5, 0.95} {
			s := New(4, With(m.method), Tolerance(1e-12, 1e-13))
			worst := 0.0
			err := s.Solve(orbit, 0, orbitStart(e), times, func(i int, y []float64) {
				x, z := kepler(e, times[i])
				worst = max(worst, math.Hypot(y[0]-x, y[1]-z))
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, eccentricity %g: error %.2g, %+v", m.name, e, worst, s.Stats())
			if worst > 5e-8 {
				t.Errorf("%s, eccentricity %g: error %g after ten orbits", m.name, e, worst)
			}
		}
	}
}

// Backwards from the end lies the beginning.
func TestBackward(t *testing.T) {
	forth, err := Solve(orbit, orbitStart(0.6), []float64{0, 2.5, 5}, Tolerance(1e-12, 1e-12))
	if err != nil {
		t.Fatal(err)
	}
	back, err := Solve(orbit, forth[2], []float64{5, 2.5, 0}, Tolerance(1e-12, 1e-12))
	if err != nil {
		t.Fatal(err)
	}
	for i := range forth {
		for j, want := range forth[i] {
			if got := back[2-i][j]; math.Abs(got-want) > 1e-9 {
				t.Errorf("t = %g, component %d: %g backward, %g forward", 2.5*float64(i), j, got, want)
			}
		}
	}
}

// The rows at repeated times and at the very start are there, and each once.
func TestOutputTimes(t *testing.T) {
	times := []float64{0, 0, 1, 1, 1, 1 + 1e-13, 2}
	rows, err := Solve(orbit, orbitStart(0.1), times)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(times) {
		t.Fatalf("%d rows, want %d", len(rows), len(times))
	}
	if fmt.Sprint(rows[2]) != fmt.Sprint(rows[4]) || fmt.Sprint(rows[0]) != fmt.Sprint(rows[1]) {
		t.Errorf("rows at equal times differ: %v", rows)
	}
	if rows, err := Solve(orbit, orbitStart(0.1), nil); err != nil || len(rows) != 0 {
		t.Errorf("no times: %v, %v", rows, err)
	}
}

// f is not asked for anything beyond the last of the times.
func TestStaysWithin(t *testing.T) {
	for _, m := range methods {
		latest := 0.0
		f := func(t float64, y, dydt []float64) {
			latest = max(latest, t)
			dydt[0] = 1
		}
		if _, err := Solve(f, []float64{0}, []float64{0, 0.3, 1}, With(m.method)); err != nil {
			t.Fatal(err)
		}
		if latest > 1 {
			t.Errorf("%s evaluated f at %g, beyond 1", m.name, latest)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	times := make([]float64, 300)
	for i := range times {
		times[i] = float64(i) * 0.05
	}
	start := orbitStart(0.7)
	for _, m := range methods {
		s := New(4, With(m.method), Tolerance(1e-10, 1e-10))
		sum := 0.0
		keep := func(i int, y []float64) { sum += y[0] }
		allocations := testing.AllocsPerRun(10, func() {
			if err := s.Solve(orbit, 0, start, times, keep); err != nil {
				t.Fatal(err)
			}
		})
		if allocations != 0 {
			t.Errorf("%s: %g allocations in a run of %d steps", m.name, allocations, s.Stats().Steps)
		}
	}
}

func BenchmarkKepler(b *testing.B) {
	times := []float64{20 * math.Pi}
	start := orbitStart(0.5)
	for _, m := range methods {
		b.Run(m.name, func(b *testing.B) {
			s := New(4, With(m.method), Tolerance(1e-10, 1e-10))
			for b.Loop() {
				if err := s.Solve(orbit, 0, start, times, func(int, []float64) {}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*s.Stats().Steps), "ns/step")
		})
	}
}

func ExampleSolve() {
	// A ball thrown upward at 20 m/s: height and speed after 0, 1, 2, 3 s.
	ball := func(t float64, y, dydt []float64) {
		dydt[0] = y[1]
		dydt[1] = -9.81
	}
	rows, err := Solve(ball, []float64{0, 20}, []float64{0, 1, 2, 3})
	if err != nil {
		fmt.Println(err)
	}
	for _, y := range rows {
		fmt.Printf("%.1f m, %.1f m/s\n", y[0], y[1])
	}
	// Output:
	// 0.0 m, 20.0 m/s
	// 15.1 m, 10.2 m/s
	// 20.4 m, 0.4 m/s
	// 15.9 m, -9.4 m/s
}
