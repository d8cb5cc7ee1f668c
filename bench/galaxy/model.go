package main

import (
	"math"
	"math/rand/v2"

	"github.com/galago-hpc/galago/lib/ode"
)

// A galaxy falls into a bigger one. All units are SI.
//
// The host galaxy rests at the origin; within the distance r of its centre lies
// the mass k*r. The falling galaxy is a nucleus, 25 times lighter, and stars
// without mass: a star feels both centres, the nucleus feels the host alone.
const (
	G    = 6.673e-11 // m^3 / (kg s^2)
	k    = 1.59e15   // kg / m
	k1   = k / 25    // kg / m, of the nucleus
	r0   = 254_840.0 // m, where the nucleus starts
	end  = 35_000.0  // s
	rows = 2200      // output times, 0 and end included
	seed = 3540      // of the stars: the same ones on any number of ranks
)

// State is a star and the nucleus: position and velocity of the star, position
// and velocity of the nucleus, three numbers each.
type State [12]float64

// motion is the equation of motion: the derivative of a State.
func motion(_ float64, y, dydt []float64) {
	_, _ = y[11], dydt[11]
	// Toward the host at the origin: G k r / r^2.
	host := -G * k / (y[0]*y[0] + y[1]*y[1] + y[2]*y[2])
	// Toward the nucleus.
	x1, x2, x3 := y[0]-y[6], y[1]-y[7], y[2]-y[8]
	nucleus := -G * k1 / (x1*x1 + x2*x2 + x3*x3)
	dydt[0], dydt[1], dydt[2] = y[3], y[4], y[5]
	dydt[3] = host*y[0] + nucleus*x1
	dydt[4] = host*y[1] + nucleus*x2
	dydt[5] = host*y[2] + nucleus*x3

	host = -G * k / (y[6]*y[6] + y[7]*y[7] + y[8]*y[8])
	dydt[6], dydt[7], dydt[8] = y[9], y[10], y[11]
	dydt[9], dydt[10], dydt[11] = host*y[6], host*y[7], host*y[8]
}

// newStar draws star i: somewhere in a ball about the nucleus, with a velocity
// that differs a little from the nucleus's. Every star has random numbers of its
// own, so that it does not matter which rank draws it.
func newStar(i int) State {
	random := rand.New(rand.NewPCG(seed, uint64(i)))
	vc := math.Sqrt(G * k) // circular velocity, the same at every distance
	nucleus := [6]float64{r0, 0, 0, 0, 0.1 * vc, 0}
	place := inBall(random, r0/20)
	speed := inBall(random, 0.1*vc)
	var s State
	for j := range 3 {
		s[j] = nucleus[j] + place[j]
		s[3+j] = nucleus[3+j] + speed[j]
	}
	copy(s[6:], nucleus[:])
	return s
}

// inBall draws a point, uniformly in the ball of the given radius.
func inBall(random *rand.Rand, radius float64) (p [3]float64) {
	for {
		for j := range p {
			p[j] = radius * (2*random.Float64() - 1)
		}
		if p[0]*p[0]+p[1]*p[1]+p[2]*p[2] <= radius*radius {
			return p
		}
	}
}

// Orbit is one place, or one velocity, for each output time.
type Orbit [rows][3]float64

// outputTimes are the times at which positions and velocities are kept.
func outputTimes() []float64 {
	times := make([]float64, rows)
	for i := range times {
		times[i] = end * float64(i) / (rows - 1)
	}
	return times
}

// follow integrates one star through the collision and calls keep with its state
// at every output time.
func follow(solver *ode.Solver, star State, times []float64, keep func(i int, y []float64)) error {
	return solver.Solve(motion, 0, star[:], times, keep)
}

// Single stars magnify an early error a thousand times and more. The accuracy of the
// notebook leaves an error of 11 cm in the median at the end; odeint's default, which
// the tutorial uses, is what the two ways are compared at.
const (
	notebookTolerance = 3e-10
	odeintTolerance   = 1.49e-8
)

func newSolver(tolerance float64) *ode.Solver {
	return ode.New(len(State{}), ode.Tolerance(tolerance, tolerance))
}
