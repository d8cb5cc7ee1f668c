// Package ode integrates ordinary differential equations dy/dt = f(t, y) with
// explicit Runge-Kutta methods of high order, adaptive steps and dense output.
//
// # Use
//
// The right-hand side is a function that writes dy/dt into its last argument.
// [Solve] gives one row of y for each requested time, as scipy's odeint does:
//
//	pendulum := func(t float64, y, dydt []float64) {
//		dydt[0] = y[1]
//		dydt[1] = -math.Sin(y[0])
//	}
//	rows, err := ode.Solve(pendulum, []float64{1, 0}, []float64{0, 0.5, 1, 1.5})
//
// A program that integrates many systems of one size makes one [Solver] per
// goroutine and hands each row on as it comes. Nothing is allocated then,
// neither per step nor per system:
//
//	solver := ode.New(2, ode.Tolerance(1e-12, 1e-12))
//	for _, y0 := range starts {
//		err := solver.Solve(pendulum, 0, y0, times, func(i int, y []float64) {
//			angle[i] = y[0]
//		})
//	}
//
// The steps are as long as the tolerances allow; rows at the requested times
// come from a polynomial through each step (dense output), so that many times
// cost little and do not shorten the steps.
//
// # Accuracy
//
// A step is accepted when the root mean square over all components of
// error / (abs + rel |y|) is at most 1. That bounds the error of one step,
// not the error at the end, which the equations may magnify: halve the digits
// with two tolerances and compare when it matters. The default tolerances are
// 1e-9. Below 1e-14 rounding is all that is left.
//
// # Methods
//
// [Order8], the default, is the method of Dormand and Prince of order 8 with
// estimators of order 5 and 3 and a continuous extension of order 7. [Order5]
// is their method of order 5(4). Measured on the orbits of stars through a
// collision of two galaxies (bench/galaxy), both evaluate f equally often at a
// tolerance of 3e-9, order 8 two thirds as often at 1e-10 and ever less below.
// Order 5 is for loose tolerances and for right-hand sides that are not smooth.
//
// Both are for problems that are not stiff. A stiff problem (fast decay beside
// slow change, as in chemical kinetics) is recognised and ends with [ErrStiff]
// rather than with hours of small steps. Events, mass matrices and boundary
// values are not covered.
//
// # Source
//
// E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations
// I: Nonstiff Problems, second edition, Springer 1993: section II.4 (step size
// and first step), II.5 (the method of order 8 and its two estimators), II.6
// (dense output); stiffness test and proportional-integral step control from
// volume II, sections IV.2 and IV.3. J. R. Dormand, P. J. Prince, J. Comp.
// Appl. Math. 6 (1980).
package ode

// Func is the right-hand side: it writes dy/dt at (t, y) into dydt. It must not
// change y, nor keep y or dydt. Both have the system's dimension.
type Func = func(t float64, y, dydt []float64)

// Solve integrates from y0 at times[0] and returns y at each of the times, in
// rows: the result has shape (len(times), len(y0)), and its first row is y0.
// The times rise or fall; repeated ones are allowed. y0 is not changed.
//
// The error is one of those of [Solver.Solve]; the rows up to the time that
// was reached are returned with it.
func Solve(f Func, y0, times []float64, options ...Option) ([][]float64, error) {
	n := len(y0)
	solver := New(n, options...)
	flat := make([]float64, n*len(times))
	rows := make([][]float64, 0, len(times))
	var t0 float64
	if len(times) > 0 {
		t0 = times[0]
	}
	err := solver.Solve(f, t0, y0, times, func(i int, y []float64) {
		row := flat[i*n : (i+1)*n : (i+1)*n]
		copy(row, y)
		rows = append(rows, row)
	})
	return rows, err
}
