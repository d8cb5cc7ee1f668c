package ode

import "math"

// controller chooses step lengths: proportional-integral control, which takes
// the error of the step before into account and so avoids the alternation of
// too long and too short steps (Gustafsson's; Hairer and Wanner, volume II,
// section IV.2).
type controller struct {
	p, i     float64 // exponents of this step's error and of the last one's
	reject   float64
	safety   float64
	last     float64 // logarithm of the last step's error
	min, max float64

	stiffHits, smoothHits int
}

const logFloor = -9.2 // errors below 1e-4 count as 1e-4

func newController(order int) controller {
	c := controller{i: 0.04, reject: 1 / float64(order), safety: 0.9, last: logFloor, min: 0.2, max: 10}
	if order == 8 {
		// Measured on close encounters of stars (bench/galaxy): a ninth fewer
		// evaluations than with the values above, which suit order 5. Without the
		// integral part there are as many, and a root is all that it takes.
		c.i, c.safety, c.min, c.max = 0, 0.8, 1.0/3, 6
	}
	c.p = c.reject - 0.75*c.i
	return c
}

// grow gives the factor for the next step after one with the error e <= 1.
func (c *controller) grow(e float64) float64 {
	// Powers are dear: with small systems they would take a tenth of the time.
	factor, l := c.max, logFloor
	switch {
	case e > 0 && c.i == 0 && c.reject == 1.0/8:
		factor = c.safety / math.Sqrt(math.Sqrt(math.Sqrt(e)))
	case e > 0:
		l = math.Log(e)
		factor = c.safety * math.Exp(c.i*c.last-c.p*l)
	}
	c.last = max(l, logFloor)
	return min(max(factor, c.min), c.max)
}

// shrink gives the factor for the next try after one with the error e > 1.
func (c *controller) shrink(e float64) float64 {
	return max(c.safety*math.Pow(e, -c.reject), c.min)
}

// scale is the error that is allowed in a component with the values a and b at
// the two ends of the step.
func (s *Solver) scale(a, b float64) float64 {
	return s.abs + s.rel*max(math.Abs(a), math.Abs(b))
}

// first estimates the first step from the size of y, of f, and of the change of
// f over a short explicit Euler step (section II.4).
func (s *Solver) first(end float64) float64 {
	limit := min(math.Abs(end-s.t), s.maxStep)
	direction := math.Copysign(1, end-s.t)
	if s.firstStep > 0 {
		return direction * min(s.firstStep, limit)
	}
	size := s.rms(s.y[:s.n])
	slope := s.rms(s.stage(0))
	h := 1e-6
	if size > 1e-5 && slope > 1e-5 {
		h = 0.01 * size / slope
	}
	h = min(h, limit)
	before, after := s.stage(0), s.stage(1)
	for i := range before {
		s.work[i] = s.y[i] + direction*h*before[i]
	}
	s.eval(s.t+direction*h, s.work[:s.n], after)
	for i := range after {
		after[i] -= before[i]
	}
	bend := s.rms(after) / h
	h1 := max(1e-6, h*1e-3)
	if m := max(slope, bend); m > 1e-15 {
		h1 = math.Pow(0.01/m, 1/float64(s.method.order))
	}
	// A derivative that is not finite makes h1 so as well; start small then.
	if !finite(h1) || !finite(bend) {
		return direction * h
	}
	return direction * min(100*h, h1, limit)
}

// rms is the root mean square of the values in units of the tolerance.
func (s *Solver) rms(values []float64) float64 {
	sum := 0.0
	for i, v := range values {
		v /= s.scale(s.y[i], s.y[i])
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(values)))
}

// stiff tells whether the steps have been held at the border of the stability
// region for a while: the product of step length and largest eigenvalue, as
// estimated from two derivatives at the end of the step, stays near the border
// (section IV.2). Steps that follow the accuracy wander away from it.
//
// It looks at every thousandth step, and at those that follow a suspicion: a
// mildly stiff problem that is solved in fewer steps is solved.
func (s *Solver) stiff(c *controller, h float64) bool {
	if s.stats.Steps%1000 != 0 && c.stiffHits == 0 {
		return false
	}
	return c.observe(s.stability(h), s.method.border)
}

// stability estimates |h * largest eigenvalue|, 0 where it cannot.
func (s *Solver) stability(h float64) float64 {
	last, end := s.stage(s.method.stages-1), s.stage(s.method.stages)
	var df, dy float64
	for i := range last {
		d := end[i] - last[i]
		df += d * d
		d = s.next[i] - s.work[i]
		dy += d * d
	}
	if !(dy > 0) {
		return 0
	}
	return math.Abs(h) * math.Sqrt(df/dy)
}

func (c *controller) observe(stability, border float64) bool {
	if stability > border {
		c.smoothHits = 0
		c.stiffHits++
	} else if c.stiffHits > 0 {
		if c.smoothHits++; c.smoothHits == 6 {
			c.stiffHits = 0
		}
	}
	return c.stiffHits == 15
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// ulp is the distance from t to the next number.
func ulp(t float64) float64 {
	t = math.Abs(t)
	return math.Nextafter(t, math.Inf(1)) - t
}
