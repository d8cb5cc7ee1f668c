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
	k1, k2, k3, k4 := s.k[0][:n], s.k[1][:n], s.k[2][:n], s.k[3][:n]
	k5, k6, k7 := s.k[4][:n], s.k[5][:n], s.k[6][:n]

	for i := range w {
		w[i] = y[i] + h*q2s1*k1[i]
	}
	s.eval(s.t+h/5, w, k2)
	for i := range w {
		w[i] = y[i] + h*(q3s1*k1[i]+q3s2*k2[i])
	}
	s.eval(s.t+h*3/10, w, k3)
	for i := range w {
		w[i] = y[i] + h*(q4s1*k1[i]+q4s2*k2[i]+q4s3*k3[i])
	}
	s.eval(s.t+h*4/5, w, k4)
	for i := range w {
		w[i] = y[i] + h*(q5s1*k1[i]+q5s2*k2[i]+q5s3*k3[i]+q5s4*k4[i])
	}
	s.eval(s.t+h*8/9, w, k5)
	for i := range w {
		w[i] = y[i] + h*(q6s1*k1[i]+q6s2*k2[i]+q6s3*k3[i]+q6s4*k4[i]+q6s5*k5[i])
	}
	s.eval(s.t+h, w, k6)
	for i := range next {
		next[i] = y[i] + h*(q7s1*k1[i]+q7s3*k3[i]+q7s4*k4[i]+q7s5*k5[i]+q7s6*k6[i])
	}
	s.eval(s.t+h, next, k7)

	var sum float64
	for i := range next {
		e := e4s1*k1[i] + e4s3*k3[i] + e4s4*k4[i] + e4s5*k5[i] + e4s6*k6[i] + e4s7*k7[i]
		e /= s.scale(y[i], next[i])
		sum += e * e
	}
	return norm(sum, h, n)
}

func (order5) finish(s *Solver, h float64) {
	n := s.n
	y, next := s.y[:n], s.next[:n]
	k1, k3, k4 := s.k[0][:n], s.k[2][:n], s.k[3][:n]
	k5, k6, k7 := s.k[4][:n], s.k[5][:n], s.k[6][:n]
	r := &s.dense
	r1, r2, r3, r4, r5 := r[0][:n], r[1][:n], r[2][:n], r[3][:n], r[4][:n]
	for i := range y {
		delta := next[i] - y[i]
		bend := h*k1[i] - delta
		r1[i] = y[i]
		r2[i] = delta
		r3[i] = bend
		r4[i] = delta - h*k7[i] - bend
		r5[i] = h * (d4s1*k1[i] + d4s3*k3[i] + d4s4*k4[i] + d4s5*k5[i] + d4s6*k6[i] + d4s7*k7[i])
	}
}

func (order5) at(s *Solver, u float64, out []float64) {
	n := s.n
	out = out[:n]
	v := 1 - u
	r := &s.dense
	r1, r2, r3, r4, r5 := r[0][:n], r[1][:n], r[2][:n], r[3][:n], r[4][:n]
	for i := range out {
		out[i] = r1[i] + u*(r2[i]+v*(r3[i]+u*(r4[i]+v*r5[i])))
	}
}

func (order5) stages() (last, end int) { return 5, 6 }
