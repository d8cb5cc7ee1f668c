package ode

import (
	"errors"
	"fmt"
)

// What can end an integration early. The errors of [Solver.Solve] wrap one of
// them and say at which t it happened.
var (
	// ErrStepTooSmall: no step, however short, meets the tolerances: y has a
	// singularity ahead, or f jumps, or the tolerances are below rounding.
	ErrStepTooSmall = errors.New("the step became too small")
	// ErrNonFinite: f or y is NaN or infinite, and shorter steps did not help.
	ErrNonFinite = errors.New("a value is not finite")
	// ErrMaxSteps: the number of steps reached the limit of MaxSteps.
	ErrMaxSteps = errors.New("too many steps")
	// ErrStiff: the steps are bounded by stability rather than by accuracy.
	ErrStiff = errors.New("the problem is stiff, which explicit methods are not for")
)

// check tells whether the arguments of Solve go together.
func (s *Solver) check(f Func, t0 float64, y0, times []float64) error {
	switch {
	case s.invalid != nil:
		return s.invalid
	case f == nil:
		return errors.New("ode: the right-hand side is nil")
	case len(y0) != s.n:
		return fmt.Errorf("ode: y0 has %d values, the solver was made for %d", len(y0), s.n)
	case s.n == 0:
		return errors.New("ode: a system of 0 equations has no solution to compute")
	case !finite(t0):
		return fmt.Errorf("ode: t0 is %g: %w", t0, ErrNonFinite)
	}
	for i, v := range y0 {
		if !finite(v) {
			return fmt.Errorf("ode: y0[%d] is %g: %w", i, v, ErrNonFinite)
		}
	}
	if len(times) == 0 {
		return nil
	}
	direction := 1.0
	if times[len(times)-1] < t0 {
		direction = -1
	}
	before := t0
	for i, t := range times {
		if !finite(t) {
			return fmt.Errorf("ode: times[%d] is %g: %w", i, t, ErrNonFinite)
		}
		if (t-before)*direction < 0 {
			return fmt.Errorf("ode: times[%d] = %g comes after %g: the times must run from t0 = %g in one direction", i, t, before, t0)
		}
		before = t
	}
	return nil
}

// fail describes the end of an integration at s.t with steps of length h.
func (s *Solver) fail(h float64, cause error) error {
	hint := ""
	switch cause {
	case ErrStepTooSmall:
		hint = "; look for a singularity of f near this t, or loosen the tolerances"
	case ErrNonFinite:
		if i := s.nonFinite(); i >= 0 {
			hint = fmt.Sprintf(" (component %d)", i)
		}
	case ErrMaxSteps:
		hint = "; raise ode.MaxSteps, or loosen the tolerances"
	case ErrStiff:
		hint = "; use an implicit method"
	}
	return fmt.Errorf("ode: at t = %g, after %d steps, with a step of %.3g: %w%s", s.t, s.stats.Steps, h, cause, hint)
}

// nonFinite finds the first component whose derivative was not finite in the
// step tried last, or where it started. It returns -1 if none was.
func (s *Solver) nonFinite() int {
	for i := range s.n {
		for j := range s.method.stages + 1 {
			if !finite(s.stage(j)[i]) {
				return i
			}
		}
	}
	return -1
}
