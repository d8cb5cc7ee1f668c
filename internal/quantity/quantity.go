// Package quantity writes amounts in the unit that a person reads best.
package quantity

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bytes writes a number of bytes: "512 bytes", "1.5 kB", "3.2 GB". The units are
// powers of 1000.
func Bytes(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_950:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
}

// Duration writes a duration with three digits: "1.03 µs", "12.1 ms", "250 s".
func Duration(d time.Duration) string { return Seconds(d.Seconds()) }

// Seconds is Duration for a number of seconds, which may be a fraction of a
// nanosecond.
func Seconds(s float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"ns", 1e-9}, {"µs", 1e-6}, {"ms", 1e-3}} {
		if s < 999.5*unit.size {
			return threeDigits(s/unit.size) + " " + unit.name
		}
	}
	return threeDigits(s) + " s"
}

func threeDigits(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Count writes a number of things with its digits in groups of three, and the
// name of the things with an s unless it is one: "1 loop", "200,000 loops".
func Count(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Number(n) + " " + thing + "s"
}

// Number writes an integer of at least 0 with its digits in groups of three:
// "1,234,567".
func Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
