package timing

import (
	"strings"
	"testing"
	"time"
)

func TestRoundUp(t *testing.T) {
	for n, want := range map[float64]int{1: 1, 9.2: 10, 10.5: 11, 101: 110, 1234: 1300, 99_001: 100_000} {
		if got := roundUp(n); got != want {
			t.Errorf("roundUp(%g) = %d, want %d", n, got, want)
		}
	}
}

func TestHistogram(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   string
	}{
		{"one value", []float64{1}, "█" + strings.Repeat(" ", 19)},
		{"equal values", []float64{2, 2, 2}, "█" + strings.Repeat(" ", 19)},
		{"both ends", []float64{0, 1}, "█" + strings.Repeat(" ", 18) + "█"},
		{"different heights", []float64{0, 0, 0, 0, 0, 0, 0, 0, 0.5, 1}, "█" + strings.Repeat(" ", 9) + "▁" + strings.Repeat(" ", 8) + "▁"},
	} {
		if got := histogram(test.values); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestReport(t *testing.T) {
	m := measurement{loops: 200_000}
	for _, elapsed := range []time.Duration{200, 204, 208} {
		m.add(&Timer{N: 200_000, elapsed: elapsed * time.Millisecond, mallocs: 400_007, bytes: 4_800_500})
	}
	var b strings.Builder
	m.report(&b)
	want := "1.02 µs ± 16.3 ns per loop (mean ± std. dev. of 3 runs, 200,000 loops each)\n" +
		"min 1.00 µs, median 1.02 µs, max 1.04 µs; 24 bytes in 2 allocations per loop\n" +
		"1.00 µs |█         █        █| 1.04 µs\n"
	if b.String() != want {
		t.Errorf("the report is\n%swant\n%s", b.String(), want)
	}
}

// Rounds are long enough, and every turn is made.
func TestCalibrate(t *testing.T) {
	turns := 0
	var m measurement
	var last *Timer
	n := m.calibrate(func(timer *Timer) {
		timer.Start()
		for range timer.N {
			turns++
			time.Sleep(10 * time.Microsecond)
		}
		timer.Stop()
		last = timer
	})
	if last.N != n || last.elapsed < roundTime || turns < n || len(m.times) != 0 {
		t.Errorf("%d turns of %d in the last round of %v", n, turns, last.elapsed)
	}
	n = m.calibrate(func(timer *Timer) { timer.elapsed = time.Second })
	if n != 1 || len(m.times) != 1 {
		t.Errorf("a slow turn is measured %d times in %d rounds", n, len(m.times))
	}
}
