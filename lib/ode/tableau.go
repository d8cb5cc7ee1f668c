package ode

import "math"

// tableau has the coefficients of a Runge-Kutta method. Stages count from 0; the
// one after the last is the derivative at the end of the step, which is the first
// of the next step.
type tableau struct {
	order, stages int
	border        float64     // length of the stability region along the negative real axis
	c             []float64   // times of the stages, in steps
	a             [][]float64 // a[j]: weights of the stages in the argument of stage j
	error         []float64   // weights of the stages in the error
	endInError    bool        // the error needs the derivative at the end
	lower         []float64   // weights of another, lower formula to compare with, or nil
	dense         [][4]float64
}

// stage is where the derivatives of stage j are.
func (s *Solver) stage(j int) []float64 { return s.k[j*s.padded : j*s.padded+s.n] }

// try computes the state a step of h later and its derivative, and returns the
// error in units of the tolerance.
func (s *Solver) try(h float64) float64 {
	m := s.method
	for j := 1; j < m.stages; j++ {
		combine(s.work, s.y, s.k, m.a[j], h)
		s.eval(s.t+m.c[j]*h, s.work[:s.n], s.stage(j))
	}
	// The argument of the last stage stays in s.work: the stiffness test wants it.
	combine(s.next, s.y, s.k, m.a[m.stages], h)
	if m.endInError {
		s.eval(s.t+h, s.next[:s.n], s.stage(m.stages))
	}
	e := s.estimate(h)
	if e <= 1 && !m.endInError {
		s.eval(s.t+h, s.next[:s.n], s.stage(m.stages))
	}
	return e
}

// estimate gives the error of the step just tried: the root mean square over the
// components. With a second formula the two are joined into an estimate that
// behaves as order 8 does and does not vanish when the first one happens to
// (section II.10).
func (s *Solver) estimate(h float64) float64 {
	m, n := s.method, s.n
	combine(s.err1, s.zero, s.k, m.error, h)
	y, next, err1, err2 := s.y[:n], s.next[:n], s.err1[:n], s.err2[:n]
	var sum1, sum2 float64
	if m.lower == nil {
		for i := range err1 {
			e := err1[i] / s.scale(y[i], next[i])
			sum1 += e * e
		}
		return math.Sqrt(sum1 / float64(n))
	}
	combine(s.err2, s.y, s.k, m.lower, h)
	for i := range err1 {
		unit := 1 / s.scale(y[i], next[i])
		e1, e2 := err1[i]*unit, (next[i]-err2[i])*unit
		sum1 += e1 * e1
		sum2 += e2 * e2
	}
	if sum1 == 0 && sum2 == 0 {
		return 0
	}
	return sum1 / math.Sqrt((sum1+0.01*sum2)*float64(n))
}

// finish adds the stages that only dense output needs.
func (s *Solver) finish(h float64) {
	m := s.method
	for j := m.stages + 1; j < len(m.a); j++ {
		combine(s.work, s.y, s.k, m.a[j], h)
		s.eval(s.t+m.c[j]*h, s.work[:s.n], s.stage(j))
	}
}

// interpolate gives the state at the fraction u of a finished step. The polynomial
// is the cubic one through values and derivatives at both ends, and four terms (of
// order 5: one) that vanish there. Its coefficients are sums over the stages, and
// so is its value: for the few output times in a step it is quicker to join the
// weights first.
func (s *Solver) interpolate(u, h float64) {
	m := s.method
	v := 1 - u
	g := u * v * u * v
	terms := [5]float64{g, g * u, g * u * v, g * u * v * u, u * (1 - v + 2*u*v)}
	combine(s.weights, s.none, s.terms, terms[:], 1)
	s.weights[0] += u * v * v
	s.weights[m.stages] -= u * u * v
	combine(s.row, s.y, s.k, s.weights[:len(m.dense)], h)
}

// maxStages is the length of vectors over the stages: what a method has of them,
// rounded up to a multiple of 4.
const maxStages = 16

// polynomial lays the coefficients of the interpolation out for combine: a vector
// over the stages for each of the four terms, then the weights of the step itself.
func (m *tableau) polynomial() []float64 {
	terms := make([]float64, 5*maxStages)
	for j, d := range m.dense {
		for term, coefficient := range d {
			terms[term*maxStages+j] = coefficient
		}
	}
	copy(terms[4*maxStages:], m.a[m.stages])
	return terms
}
