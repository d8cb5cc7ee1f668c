package ode

// order8 is the method of order 8 with error estimators of order 5 and 3 and a
// continuous extension of order 7: 12 evaluations a step, and 3 more in a step
// that contains output times.
type order8 struct{}

func (order8) order() int { return 8 }

// stiff is the border of the method's stability region along the negative real
// axis, slightly within it.
func (order8) stiff() float64 { return 6.1 }

func (order8) try(s *Solver, h float64) float64 {
	n := s.n
	y, w, next := s.y[:n], s.work[:n], s.next[:n]
	d, ks := s.slope[:n], s.k[:n]

	for i := range w {
		k := &ks[i]
		w[i] = y[i] + h*p2s1*k[0]
	}
	s.eval(s.t+c2*h, w, d)
	for i := range w {
		k := &ks[i]
		k[1] = d[i]
		w[i] = y[i] + h*(p3s1*k[0]+p3s2*k[1])
	}
	s.eval(s.t+c3*h, w, d)
	for i := range w {
		k := &ks[i]
		k[2] = d[i]
		w[i] = y[i] + h*(p4s1*k[0]+p4s3*k[2])
	}
	s.eval(s.t+c4*h, w, d)
	for i := range w {
		k := &ks[i]
		k[3] = d[i]
		w[i] = y[i] + h*(p5s1*k[0]+p5s3*k[2]+p5s4*k[3])
	}
	s.eval(s.t+c5*h, w, d)
	for i := range w {
		k := &ks[i]
		k[4] = d[i]
		w[i] = y[i] + h*(p6s1*k[0]+p6s4*k[3]+p6s5*k[4])
	}
	s.eval(s.t+c6*h, w, d)
	for i := range w {
		k := &ks[i]
		k[5] = d[i]
		w[i] = y[i] + h*(p7s1*k[0]+p7s4*k[3]+p7s5*k[4]+p7s6*k[5])
	}
	s.eval(s.t+c7*h, w, d)
	for i := range w {
		k := &ks[i]
		k[6] = d[i]
		w[i] = y[i] + h*(p8s1*k[0]+p8s4*k[3]+p8s5*k[4]+p8s6*k[5]+p8s7*k[6])
	}
	s.eval(s.t+c8*h, w, d)
	for i := range w {
		k := &ks[i]
		k[7] = d[i]
		w[i] = y[i] + h*(p9s1*k[0]+p9s4*k[3]+p9s5*k[4]+p9s6*k[5]+p9s7*k[6]+p9s8*k[7])
	}
	s.eval(s.t+c9*h, w, d)
	for i := range w {
		k := &ks[i]
		k[8] = d[i]
		w[i] = y[i] + h*(p10s1*k[0]+p10s4*k[3]+p10s5*k[4]+p10s6*k[5]+p10s7*k[6]+p10s8*k[7]+p10s9*k[8])
	}
	s.eval(s.t+c10*h, w, d)
	for i := range w {
		k := &ks[i]
		k[9] = d[i]
		w[i] = y[i] + h*(p11s1*k[0]+p11s4*k[3]+p11s5*k[4]+p11s6*k[5]+p11s7*k[6]+p11s8*k[7]+p11s9*k[8]+p11s10*k[9])
	}
	s.eval(s.t+c11*h, w, d)
	for i := range w {
		k := &ks[i]
		k[10] = d[i]
		w[i] = y[i] + h*(p12s1*k[0]+p12s4*k[3]+p12s5*k[4]+p12s6*k[5]+p12s7*k[6]+p12s8*k[7]+p12s9*k[8]+p12s10*k[9]+p12s11*k[10])
	}
	s.eval(s.t+h, w, d)

	// The argument of the last stage is kept in w: the stiffness test wants it.
	var sum5, sum3 float64
	for i := range next {
		k := &ks[i]
		k[11] = d[i]
		b := p13s1*k[0] + p13s6*k[5] + p13s7*k[6] + p13s8*k[7] + p13s9*k[8] + p13s10*k[9] + p13s11*k[10] + p13s12*k[11]
		next[i] = y[i] + h*b
		e5 := e5s1*k[0] + e5s6*k[5] + e5s7*k[6] + e5s8*k[7] + e5s9*k[8] + e5s10*k[9] + e5s11*k[10] + e5s12*k[11]
		e3 := b - b3s1*k[0] - b3s9*k[8] - b3s12*k[11]
		scale := s.scale(y[i], next[i])
		e5 /= scale
		e3 /= scale
		sum5 += e5 * e5
		sum3 += e3 * e3
	}
	e := combine(sum5, sum3, h, n)
	if e <= 1 {
		s.eval(s.t+h, next, d)
		for i := range d {
			ks[i][12] = d[i]
		}
	}
	return e
}

// finish adds the three stages that the interpolating polynomial needs.
func (order8) finish(s *Solver, h float64) {
	n := s.n
	y, w := s.y[:n], s.work[:n]
	d, ks := s.slope[:n], s.k[:n]
	for i := range w {
		k := &ks[i]
		w[i] = y[i] + h*(p14s1*k[0]+p14s7*k[6]+p14s8*k[7]+p14s9*k[8]+p14s10*k[9]+p14s11*k[10]+p14s12*k[11]+p14s13*k[12])
	}
	s.eval(s.t+c14*h, w, d)
	for i := range w {
		k := &ks[i]
		k[13] = d[i]
		w[i] = y[i] + h*(p15s1*k[0]+p15s6*k[5]+p15s7*k[6]+p15s8*k[7]+p15s11*k[10]+p15s12*k[11]+p15s13*k[12]+p15s14*k[13])
	}
	s.eval(s.t+c15*h, w, d)
	for i := range w {
		k := &ks[i]
		k[14] = d[i]
		w[i] = y[i] + h*(p16s1*k[0]+p16s6*k[5]+p16s7*k[6]+p16s8*k[7]+p16s9*k[8]+p16s13*k[12]+p16s14*k[13]+p16s15*k[14])
	}
	s.eval(s.t+c16*h, w, d)

	for i := range d {
		ks[i][15] = d[i]
	}
}

// at evaluates the interpolating polynomial at the fraction u of the step. Its
// coefficients are not computed one by one: for the few output times in a step
// it is quicker to join the weights of the stages first.
func (order8) at(s *Solver, u, h float64, out []float64) {
	n := s.n
	y, next, ks := s.y[:n], s.next[:n], s.k[:n]
	out = out[:n]
	v := 1 - u
	var w [12]float64
	for j := range w {
		d := &dense8[j]
		w[j] = d[0] + u*(d[1]+v*(d[2]+u*d[3]))
	}
	for i := range out {
		k := &ks[i]
		delta := next[i] - y[i]
		bend := h*k[0] - delta
		sum := w[0]*k[0] + w[1]*k[5] + w[2]*k[6] + w[3]*k[7] + w[4]*k[8] + w[5]*k[9] +
			w[6]*k[10] + w[7]*k[11] + w[8]*k[12] + w[9]*k[13] + w[10]*k[14] + w[11]*k[15]
		out[i] = y[i] + u*(delta+v*(bend+u*(delta-h*k[12]-bend+v*h*sum)))
	}
}

// stages names the last two derivatives of the step and their arguments'
// difference, from which the stiffness test estimates the largest eigenvalue.
func (order8) stages() (last, end int) { return 11, 12 }
