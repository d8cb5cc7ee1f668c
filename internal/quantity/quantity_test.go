package quantity

import "testing"

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 8_000_000: "8.0 MB", 3_200_000_000: "3.2 GB", 5e12: "5000.0 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for s, want := range map[float64]string{0: "0.00 ns", 2.5e-10: "0.25 ns", 1.034e-6: "1.03 µs", 9.996e-9: "10.0 ns", 9.999e-7: "1.00 µs", 0.0121: "12.1 ms", 250: "250 s", 12345: "12345 s"} {
		if got := Seconds(s); got != want {
			t.Errorf("Seconds(%g) = %q, want %q", s, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0 loops", 1: "1 loop", 999: "999 loops", 1000: "1,000 loops", 1234567: "1,234,567 loops"} {
		if got := Count(n, "loop"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
