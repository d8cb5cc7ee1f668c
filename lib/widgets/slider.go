package widgets

import (
	"fmt"
	"math"
)

// An IntSlider is a number from a range that the user moves along.
type IntSlider struct {
	value[int]
	min, max int
}

// NewIntSlider returns a slider from min to max, both included, at the given value.
func NewIntSlider(min, max, value int) *IntSlider {
	s := &IntSlider{min: min, max: max}
	s.begin("IntSlider", map[string]any{"min": min, "max": max, "step": 1, "description": ""})
	s.bound = func(v int) int { return clamp(v, min, max) }
	s.decode = func(v any) (int, bool) {
		f, ok := number(v)
		return int(math.Round(f)), ok
	}
	s.model.text = func() string { return s.named(fmt.Sprintf("%d (%d to %d)", s.Value(), min, max)) }
	s.hold("value", value)
	return s
}

// Label sets the text that stands before the slider.
func (s *IntSlider) Label(text string) *IntSlider { s.label(text); return s }

// Step sets how far the slider moves at once.
func (s *IntSlider) Step(n int) *IntSlider { s.set("step", n); return s }

// AtRest has the value change only when the user lets the slider go, for what takes
// too long to follow the movement.
func (s *IntSlider) AtRest() *IntSlider { s.set("continuous_update", false); return s }

// A FloatSlider is an [IntSlider] for numbers that are not whole.
type FloatSlider struct {
	value[float64]
}

// NewFloatSlider returns a slider from min to max at the given value, which moves in
// steps of a hundredth of the range.
func NewFloatSlider(min, max, value float64) *FloatSlider {
	s := &FloatSlider{}
	s.begin("FloatSlider", map[string]any{"min": min, "max": max, "step": (max - min) / 100, "description": "", "readout_format": ".4~g"})
	s.bound = func(v float64) float64 { return clamp(v, min, max) }
	s.decode = number
	s.model.text = func() string { return s.named(fmt.Sprintf("%g (%g to %g)", s.Value(), min, max)) }
	s.hold("value", value)
	return s
}

// Label sets the text that stands before the slider.
func (s *FloatSlider) Label(text string) *FloatSlider { s.label(text); return s }

// Step sets how far the slider moves at once.
func (s *FloatSlider) Step(x float64) *FloatSlider { s.set("step", x); return s }

// AtRest has the value change only when the user lets the slider go.
func (s *FloatSlider) AtRest() *FloatSlider { s.set("continuous_update", false); return s }

// clamp returns the value in the range that is nearest to v: for NaN, min.
func clamp[T int | float64](v, min, max T) T {
	switch {
	case v > max:
		return max
	case v >= min:
		return v
	}
	return min
}
