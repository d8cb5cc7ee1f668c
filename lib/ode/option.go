package ode

import (
	"fmt"
	"math"
)

// Option is a setting of [New] and [Solve].
type Option func(*Solver)

// Method is a Runge-Kutta method.
type Method int

const (
	// Order8 is the method of Dormand and Prince of order 8(5,3).
	Order8 Method = iota
	// Order5 is the method of Dormand and Prince of order 5(4).
	Order5
)

// Tolerance sets the relative and the absolute tolerance, 1e-9 both unless set.
// The absolute one has the unit of y and decides for components near zero; it
// may be 0 when no component comes near zero.
func Tolerance(relative, absolute float64) Option {
	return func(s *Solver) {
		s.rel, s.abs = relative, absolute
		valid := relative >= 0 && absolute >= 0 && relative+absolute > 0
		if !valid || math.IsInf(relative+absolute, 0) {
			s.reject("tolerances %g and %g: both must be finite and not negative, and one of them positive", relative, absolute)
		}
	}
}

// With chooses the method.
func With(m Method) Option {
	return func(s *Solver) {
		switch m {
		case Order8:
			s.method = dormandPrince8
		case Order5:
			s.method = dormandPrince5
		default:
			s.reject("method %d: choose ode.Order8 or ode.Order5", m)
		}
	}
}

// MaxSteps bounds the number of steps, accepted and rejected, of one call of
// [Solver.Solve]: 1,000,000 unless set.
func MaxSteps(n int) Option {
	return func(s *Solver) {
		s.maxSteps = n
		if n < 1 {
			s.reject("at most %d steps: at least one is needed", n)
		}
	}
}

// MaxStep bounds the length of a step, in the unit of t. It keeps the solver
// from striding over something short that happens after long rest.
func MaxStep(h float64) Option {
	return func(s *Solver) {
		s.maxStep = h
		if !(h > 0) {
			s.reject("a longest step of %g: it must be positive", h)
		}
	}
}

// FirstStep sets the length of the first step that is tried, in the unit of t.
// Unless set it is estimated from the size of y, of dy/dt and of its change.
func FirstStep(h float64) Option {
	return func(s *Solver) {
		s.firstStep = h
		if !(h > 0) || math.IsInf(h, 0) {
			s.reject("a first step of %g: it must be positive and finite", h)
		}
	}
}

// reject remembers the first setting that is out of range; Solve reports it.
func (s *Solver) reject(format string, args ...any) {
	if s.invalid == nil {
		s.invalid = fmt.Errorf("ode: "+format, args...)
	}
}
