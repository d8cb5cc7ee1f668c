package nd

import "testing"

// Whatever is typed as a selection is an error or a view that can be read.
func FuzzSelection(f *testing.F) {
	for _, s := range []string{"", "0:10, ::100, 2", "...", "-1", "::-1, ..., 3", "9223372036854775807:", "::-9223372036854775808", "-9223372036854775808::9223372036854775807", "[1, 2]", "[1, 3, 5], ..., ::2", "[[0], [1]], None, [True, False]", "[]", "[[", "1,", ":::", "٣"} {
		f.Add(s, uint8(4), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, n, m uint8) {
		shape := []int{int(n % 9), int(m % 9), 2}
		s, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q is read as %q and that as %q, %v", text, s, again, err)
		}
		a := iota64(shape...)
		v, err := a.Slice(s...)
		if err != nil {
			return
		}
		if v.Len() > 0 {
			if low, high := v.Min().Item(), v.Max().Item(); low < 0 || high >= float64(a.Len()) {
				t.Errorf("%q of %v goes from %v to %v", text, shape, low, high)
			}
		}
	})
}
