package ode

import "math"

// Solver integrates systems of one dimension. It keeps its working memory from
// one call of Solve to the next; a Solver serves one goroutine at a time.
type Solver struct {
	n                  int
	rel, abs           float64
	maxSteps           int
	maxStep, firstStep float64
	method             *tableau
	invalid            error

	f             Func
	t             float64
	padded        int // n, rounded up to a multiple of 4: the length of all vectors
	y, next, work []float64
	row, zero     []float64
	err1, err2    []float64
	k             []float64 // derivatives of the stages, one after the other
	terms         []float64 // the method's polynomial; see interpolate
	weights, none []float64 // of the stages at an output time; nothing but zeros
	stats         Stats
}

// Stats counts the work of the last call of [Solver.Solve].
type Stats struct {
	Steps       int // accepted
	Rejected    int // tried in vain
	Evaluations int // of the right-hand side
}

// New makes a solver for systems of n equations. Settings out of range are
// reported by Solve.
func New(n int, options ...Option) *Solver {
	s := &Solver{n: max(n, 0), rel: 1e-9, abs: 1e-9, maxSteps: 1_000_000, maxStep: math.Inf(1), method: dormandPrince8}
	for _, option := range options {
		option(s)
	}
	s.padded = (s.n + 3) &^ 3
	memory := make([]float64, (7+maxStages)*s.padded)
	for i, b := range []*[]float64{&s.y, &s.next, &s.work, &s.row, &s.zero, &s.err1, &s.err2} {
		*b = memory[i*s.padded : (i+1)*s.padded : (i+1)*s.padded]
	}
	s.k = memory[7*s.padded:]
	s.terms, s.weights, s.none = s.method.polynomial(), make([]float64, maxStages), make([]float64, maxStages)
	return s
}

// Stats tells how much work the last call of Solve was.
func (s *Solver) Stats() Stats { return s.stats }

// Solve integrates from y0 at t0 through the times, which rise or fall from t0
// on, and calls out(i, y) with y at times[i], in order. The slice y is valid
// during the call only: copy what is to be kept. y0 is not changed. f is not
// evaluated beyond the last of the times.
//
// Errors wrap ErrStepTooSmall, ErrNonFinite, ErrMaxSteps or ErrStiff; out has
// then been called for the times before the failure. Arguments that do not fit
// together are errors as well.
func (s *Solver) Solve(f Func, t0 float64, y0, times []float64, out func(i int, y []float64)) error {
	s.stats = Stats{}
	if err := s.check(f, t0, y0, times); err != nil {
		return err
	}
	s.f, s.t = f, t0
	defer func() { s.f = nil }()
	copy(s.y, y0)

	i := 0
	for i < len(times) && times[i] == t0 {
		copy(s.row, y0)
		out(i, s.row[:s.n])
		i++
	}
	if i == len(times) {
		return nil
	}
	return s.run(times, i, out)
}

// run does the steps from s.t to the last of the times; times[i] is the first
// that is still to come.
func (s *Solver) run(times []float64, i int, out func(int, []float64)) error {
	end := times[len(times)-1]
	s.eval(s.t, s.y[:s.n], s.stage(0))
	for _, v := range s.stage(0) {
		if !finite(v) {
			return s.fail(0, ErrNonFinite)
		}
	}
	control := newController(s.method.order)
	h := s.first(end)
	rejected := false

	for {
		if s.stats.Steps+s.stats.Rejected >= s.maxSteps {
			return s.fail(h, ErrMaxSteps)
		}
		left := end - s.t
		final := math.Abs(h) >= math.Abs(left)*(1-1e-10)
		if final {
			h = left
		}
		if math.Abs(h) < 8*ulp(s.t) && !final {
			return s.fail(h, ErrStepTooSmall)
		}

		e := s.try(h)
		if !(e <= 1) {
			s.stats.Rejected++
			if !finite(e) {
				// f left its domain: come back with a much shorter step.
				if h *= 0.1; math.Abs(h) < 8*ulp(s.t) {
					return s.fail(h, ErrNonFinite)
				}
			} else {
				h *= control.shrink(e)
			}
			rejected = true
			continue
		}

		if s.stats.Steps++; s.stiff(&control, h) {
			return s.fail(h, ErrStiff)
		}
		now := s.t + h
		if final {
			now = end
		}
		if i < len(times) && within(times[i], now, h) {
			if times[i] != now {
				s.finish(h)
			}
			for i < len(times) && within(times[i], now, h) {
				if times[i] == now {
					copy(s.row, s.next)
				} else {
					s.interpolate((times[i]-s.t)/h, h)
				}
				out(i, s.row[:s.n])
				i++
			}
		}
		s.t = now
		s.y, s.next = s.next, s.y
		copy(s.stage(0), s.stage(s.method.stages))
		if final {
			return nil
		}
		factor := control.grow(e)
		if rejected {
			factor = min(factor, 1)
			rejected = false
		}
		h = math.Copysign(min(math.Abs(h*factor), s.maxStep), h)
	}
}

// within tells whether t is not beyond now in the direction of h.
func within(t, now, h float64) bool {
	if h > 0 {
		return t <= now
	}
	return t >= now
}

func (s *Solver) eval(t float64, y, dydt []float64) {
	s.stats.Evaluations++
	s.f(t, y, dydt)
}
