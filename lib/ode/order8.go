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
	k1, k2, k3, k4, k5 := s.k[0][:n], s.k[1][:n], s.k[2][:n], s.k[3][:n], s.k[4][:n]
	k6, k7, k8, k9, k10 := s.k[5][:n], s.k[6][:n], s.k[7][:n], s.k[8][:n], s.k[9][:n]
	k11, k12, k13 := s.k[10][:n], s.k[11][:n], s.k[12][:n]

	for i := range w {
		w[i] = y[i] + h*(p2s1*k1[i])
	}
	s.eval(s.t+c2*h, w, k2)
	for i := range w {
		w[i] = y[i] + h*(p3s1*k1[i]+p3s2*k2[i])
	}
	s.eval(s.t+c3*h, w, k3)
	for i := range w {
		w[i] = y[i] + h*(p4s1*k1[i]+p4s3*k3[i])
	}
	s.eval(s.t+c4*h, w, k4)
	for i := range w {
		w[i] = y[i] + h*(p5s1*k1[i]+p5s3*k3[i]+p5s4*k4[i])
	}
	s.eval(s.t+c5*h, w, k5)
	for i := range w {
		w[i] = y[i] + h*(p6s1*k1[i]+p6s4*k4[i]+p6s5*k5[i])
	}
	s.eval(s.t+c6*h, w, k6)
	for i := range w {
		w[i] = y[i] + h*(p7s1*k1[i]+p7s4*k4[i]+p7s5*k5[i]+p7s6*k6[i])
	}
	s.eval(s.t+c7*h, w, k7)
	for i := range w {
		w[i] = y[i] + h*(p8s1*k1[i]+p8s4*k4[i]+p8s5*k5[i]+p8s6*k6[i]+p8s7*k7[i])
	}
	s.eval(s.t+c8*h, w, k8)
	for i := range w {
		w[i] = y[i] + h*(p9s1*k1[i]+p9s4*k4[i]+p9s5*k5[i]+p9s6*k6[i]+p9s7*k7[i]+p9s8*k8[i])
	}
	s.eval(s.t+c9*h, w, k9)
	for i := range w {
		w[i] = y[i] + h*(p10s1*k1[i]+p10s4*k4[i]+p10s5*k5[i]+p10s6*k6[i]+p10s7*k7[i]+p10s8*k8[i]+p10s9*k9[i])
	}
	s.eval(s.t+c10*h, w, k10)
	for i := range w {
		w[i] = y[i] + h*(p11s1*k1[i]+p11s4*k4[i]+p11s5*k5[i]+p11s6*k6[i]+p11s7*k7[i]+p11s8*k8[i]+p11s9*k9[i]+p11s10*k10[i])
	}
	s.eval(s.t+c11*h, w, k11)
	for i := range w {
		w[i] = y[i] + h*(p12s1*k1[i]+p12s4*k4[i]+p12s5*k5[i]+p12s6*k6[i]+p12s7*k7[i]+p12s8*k8[i]+p12s9*k9[i]+p12s10*k10[i]+p12s11*k11[i])
	}
	s.eval(s.t+h, w, k12)

	// The argument of the last stage is kept in w: the stiffness test wants it.
	var sum5, sum3 float64
	for i := range next {
		b := p13s1*k1[i] + p13s6*k6[i] + p13s7*k7[i] + p13s8*k8[i] + p13s9*k9[i] + p13s10*k10[i] + p13s11*k11[i] + p13s12*k12[i]
		next[i] = y[i] + h*b
		e5 := e5s1*k1[i] + e5s6*k6[i] + e5s7*k7[i] + e5s8*k8[i] + e5s9*k9[i] + e5s10*k10[i] + e5s11*k11[i] + e5s12*k12[i]
		e3 := b - b3s1*k1[i] - b3s9*k9[i] - b3s12*k12[i]
		scale := s.scale(y[i], next[i])
		e5 /= scale
		e3 /= scale
		sum5 += e5 * e5
		sum3 += e3 * e3
	}
	s.eval(s.t+h, next, k13)
	return combine(sum5, sum3, h, n)
}

// finish computes the interpolating polynomial of the step that was accepted.
func (order8) finish(s *Solver, h float64) {
	n := s.n
	y, w, next := s.y[:n], s.work[:n], s.next[:n]
	k1, k6, k7, k8, k9 := s.k[0][:n], s.k[5][:n], s.k[6][:n], s.k[7][:n], s.k[8][:n]
	k10, k11, k12, k13 := s.k[9][:n], s.k[10][:n], s.k[11][:n], s.k[12][:n]
	k14, k15, k16 := s.k[13][:n], s.k[14][:n], s.k[15][:n]

	for i := range w {
		w[i] = y[i] + h*(p14s1*k1[i]+p14s7*k7[i]+p14s8*k8[i]+p14s9*k9[i]+p14s10*k10[i]+p14s11*k11[i]+p14s12*k12[i]+p14s13*k13[i])
	}
	s.eval(s.t+c14*h, w, k14)
	for i := range w {
		w[i] = y[i] + h*(p15s1*k1[i]+p15s6*k6[i]+p15s7*k7[i]+p15s8*k8[i]+p15s11*k11[i]+p15s12*k12[i]+p15s13*k13[i]+p15s14*k14[i])
	}
	s.eval(s.t+c15*h, w, k15)
	for i := range w {
		w[i] = y[i] + h*(p16s1*k1[i]+p16s6*k6[i]+p16s7*k7[i]+p16s8*k8[i]+p16s9*k9[i]+p16s13*k13[i]+p16s14*k14[i]+p16s15*k15[i])
	}
	s.eval(s.t+c16*h, w, k16)

	r := &s.dense
	r1, r2, r3, r4 := r[0][:n], r[1][:n], r[2][:n], r[3][:n]
	r5, r6, r7, r8 := r[4][:n], r[5][:n], r[6][:n], r[7][:n]
	for i := range y {
		delta := next[i] - y[i]
		bend := h*k1[i] - delta
		r1[i] = y[i]
		r2[i] = delta
		r3[i] = bend
		r4[i] = delta - h*k13[i] - bend
		r5[i] = h * (d5s1*k1[i] + d5s6*k6[i] + d5s7*k7[i] + d5s8*k8[i] + d5s9*k9[i] + d5s10*k10[i] + d5s11*k11[i] + d5s12*k12[i] + d5s13*k13[i] + d5s14*k14[i] + d5s15*k15[i] + d5s16*k16[i])
		r6[i] = h * (d6s1*k1[i] + d6s6*k6[i] + d6s7*k7[i] + d6s8*k8[i] + d6s9*k9[i] + d6s10*k10[i] + d6s11*k11[i] + d6s12*k12[i] + d6s13*k13[i] + d6s14*k14[i] + d6s15*k15[i] + d6s16*k16[i])
		r7[i] = h * (d7s1*k1[i] + d7s6*k6[i] + d7s7*k7[i] + d7s8*k8[i] + d7s9*k9[i] + d7s10*k10[i] + d7s11*k11[i] + d7s12*k12[i] + d7s13*k13[i] + d7s14*k14[i] + d7s15*k15[i] + d7s16*k16[i])
		r8[i] = h * (d8s1*k1[i] + d8s6*k6[i] + d8s7*k7[i] + d8s8*k8[i] + d8s9*k9[i] + d8s10*k10[i] + d8s11*k11[i] + d8s12*k12[i] + d8s13*k13[i] + d8s14*k14[i] + d8s15*k15[i] + d8s16*k16[i])
	}
}

// at evaluates the polynomial at the fraction u of the step.
func (order8) at(s *Solver, u float64, out []float64) {
	n := s.n
	out = out[:n]
	v := 1 - u
	r := &s.dense
	r1, r2, r3, r4 := r[0][:n], r[1][:n], r[2][:n], r[3][:n]
	r5, r6, r7, r8 := r[4][:n], r[5][:n], r[6][:n], r[7][:n]
	for i := range out {
		out[i] = r1[i] + u*(r2[i]+v*(r3[i]+u*(r4[i]+v*(r5[i]+u*(r6[i]+v*(r7[i]+u*r8[i]))))))
	}
}

// stages names the last two derivatives of the step and their arguments'
// difference, from which the stiffness test estimates the largest eigenvalue.
func (order8) stages() (last, end int) { return 11, 12 }
