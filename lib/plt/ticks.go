package plt

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// tick is a marked value of an axis.
type tick struct {
	value float64
	label string
}

// niceTicks marks the multiples of 1, 2, 2.5 or 5 times a power of ten between
// low and high: nine at most.
func niceTicks(low, high float64) []tick {
	span := high - low
	if !(span > 0) || !finite(span) {
		return nil
	}
	power := math.Pow(10, math.Floor(math.Log10(span/8)))
	step := 10 * power
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power*8 >= span*(1-1e-9) {
			step = m * power
			break
		}
	}
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	if digits > 0 || step < 5 {
		if scaled := step * math.Pow(10, float64(digits)); math.Abs(scaled-math.Round(scaled)) > 1e-6 {
			digits++ // 2.5, 0.25
		}
	}
	var ticks []tick
	for i := math.Ceil(low/step - 1e-9); i*step <= high+step*1e-9; i++ {
		ticks = append(ticks, tick{i * step, number(i*step, digits, max(math.Abs(low), math.Abs(high)))})
	}
	return ticks
}

// number writes a tick's value, with an exponent where the axis has very large or
// very small numbers.
func number(v float64, digits int, largest float64) string {
	if v == 0 {
		v = 0 // not -0
	}
	var s string
	if largest >= 1e6 || largest < 1e-4 {
		s = strconv.FormatFloat(v, 'g', 6, 64)
		s = strings.NewReplacer("e+0", "e", "e-0", "e-", "e+", "e").Replace(s)
	} else {
		s = strconv.FormatFloat(v, 'f', digits, 64)
	}
	return strings.Replace(s, "-", "\u2212", 1)
}

// ticker gives gonum's plots the same ticks.
type ticker struct{}

func (ticker) Ticks(low, high float64) []plot.Tick {
	var out []plot.Tick
	for _, t := range niceTicks(low, high) {
		out = append(out, plot.Tick{Value: t.value, Label: t.label})
	}
	return out
}
