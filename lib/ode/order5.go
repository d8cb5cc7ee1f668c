package ode

// order5 is the method of order 5 with an error estimator of order 4 and a
// continuous extension of order 4: 6 evaluations a step, none for output.
type order5 struct{}

// The coefficients, from J. R. Dormand and P. J. Prince, A family of embedded
// Runge-Kutta formulae, J. Comp. Appl. Math. 6 (1980), 19-26; the weights of
// the continuous extension are L. F. Shampine's, as Hairer, Norsett and Wanner
// give them in section II.6. Names count from 1: q5s3 is the weight of stage 3
// in the argument of stage 5.
const (
	q2s1 = 1.0 / 5

	q3s1 = 3.0 / 40
	q3s2 = 9.0 / 40

	q4s1 = 44.0 / 45
	q4s2 = -56.0 / 15
	q4s3 = 32.0 / 9

	q5s1 = 19372.0 / 6561
	q5s2 = -25360.0 / 2187
	q5s3 = 64448.0 / 6561
	q5s4 = -212.0 / 729

	q6s1 = 9017.0 / 3168
	q6s2 = -355.0 / 33
	q6s3 = 46732.0 / 5247
	q6s4 = 49.0 / 176
	q6s5 = -5103.0 / 18656

	q7s1 = 35.0 / 384
	q7s3 = 500.0 / 1113
	q7s4 = 125.0 / 192
	q7s5 = -2187.0 / 6784
	q7s6 = 11.0 / 84

	// Order 5 minus order 4.
	e4s1 = 71.0 / 57600
	e4s3 = -71.0 / 16695
	e4s4 = 71.0 / 1920
	e4s5 = -17253.0 / 339200
	e4s6 = 22.0 / 525
	e4s7 = -1.0 / 40

	d4s1 = -12715105075.0 / 11282082432
	d4s3 = 87487479700.0 / 32700410799
	d4s4 = -10690763975.0 / 1880347072
	d4s5 = 701980252875.0 / 199316789632
	d4s6 = -1453857185.0 / 822651844
	d4s7 = 69997945.0 / 29380423
)

func (order5) order() int { return 5 }

func (order5) stiff() float64 { return 3.25 }

func (order5) try(s *Solver, h float64) float64 {
	n := s.n
	y, w, next := s.y[:n], s.work[:n], s.next[:n]
	d, ks := s.slope[:n], s.k[:n]

	for i := range w {
		k := &ks[i]
		w[i] = y[i] + h*q2s1*k[0]
	}
	s.eval(s.t+h/5, w, d)
	for i := range w {
		k := &ks[i]
		k[1] = d[i]
		w[i] = y[i] + h*(q3s1*k[0]+q3s2*k[1])
	}
	s.eval(s.t+h*3/10, w, d)
	for i := range w {
		k := &ks[i]
		k[2] = d[i]
		w[i] = y[i] + h*(q4s1*k[0]+q4s2*k[1]+q4s3*k[2])
	}
	s.eval(s.t+h*4/5, w, d)
	for i := range w {
		k := &ks[i]
		k[3] = d[i]
		w[i] = y[i] + h*(q5s1*k[0]+q5s2*k[1]+q5s3*k[2]+q5s4*k[3])
	}
	s.eval(s.t+h*8/9, w, d)
	for i := range w {
		k := &ks[i]
		k[4] = d[i]
		w[i] = y[i] + h*(q6s1*k[0]+q6s2*k[1]+q6s3*k[2]+q6s4*k[3]+q6s5*k[4])
	}
	s.eval(s.t+h, w, d)
	for i := range next {
		k := &ks[i]
		k[5] = d[i]
		next[i] = y[i] + h*(q7s1*k[0]+q7s3*k[2]+q7s4*k[3]+q7s5*k[4]+q7s6*k[5])
	}
	s.eval(s.t+h, next, d)

	var sum float64
	for i := range next {
		k := &ks[i]
		k[6] = d[i]
		e := e4s1*k[0] + e4s3*k[2] + e4s4*k[3] + e4s5*k[4] + e4s6*k[5] + e4s7*k[6]
		e /= s.scale(y[i], next[i])
		sum += e * e
	}
	return norm(sum, h, n)
}

// finish has nothing to add: the stages of the step are enough.
func (order5) finish(*Solver, float64) {}

func (order5) at(s *Solver, u, h float64, out []float64) {
	n := s.n
	y, next, ks := s.y[:n], s.next[:n], s.k[:n]
	out = out[:n]
	v := 1 - u
	for i := range out {
		k := &ks[i]
		delta := next[i] - y[i]
		bend := h*k[0] - delta
		sum := d4s1*k[0] + d4s3*k[2] + d4s4*k[3] + d4s5*k[4] + d4s6*k[5] + d4s7*k[6]
		out[i] = y[i] + u*(delta+v*(bend+u*(delta-h*k[6]-bend+v*h*sum)))
	}
}

func (order5) stages() (last, end int) { return 5, 6 }
