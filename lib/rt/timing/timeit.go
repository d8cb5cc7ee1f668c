package timing

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/lib/rt"
)

// A Timer times the loop of a round: N turns between Start and Stop.
type Timer struct {
	N int

	start          time.Time
	before         runtime.MemStats
	elapsed        time.Duration
	bytes, mallocs uint64 // allocated by the whole process meanwhile
}

// Start begins the measurement.
func (t *Timer) Start() {
	runtime.ReadMemStats(&t.before)
	t.start = time.Now()
}

// Stop ends it.
func (t *Timer) Stop() {
	t.elapsed = time.Since(t.start)
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	t.bytes, t.mallocs = after.TotalAlloc-t.before.TotalAlloc, after.Mallocs-t.before.Mallocs
}

// How long %timeit measures where the user does not say: rounds of so long, as
// Python's timeit does, and no new round once all of them have taken so long.
const (
	roundTime  = 200 * time.Millisecond
	totalTime  = 2500 * time.Millisecond
	roundCount = 7
)

// Timeit measures a loop and prints what one turn of it takes. It runs rounds
// rounds of loops turns; 0 leaves the number to Timeit, which then bounds the
// time as well.
func Timeit(loops, rounds int, round func(*Timer)) {
	m := measurement{}
	begin := time.Now()
	if loops == 0 {
		loops = m.calibrate(round)
	}
	wanted := rounds
	if wanted == 0 {
		wanted = roundCount
	}
	for len(m.times) < wanted {
		if rounds == 0 && len(m.times) > 0 && time.Since(begin) > totalTime {
			m.cut = true
			break
		}
		t := &Timer{N: loops}
		round(t)
		m.add(t)
	}
	m.loops = loops
	m.report(os.Stdout)
}

// A measurement is what the rounds of a loop took.
type measurement struct {
	loops          int
	times          []float64 // of one turn in each round, in seconds
	bytes, mallocs uint64    // of one turn, in the round with the fewest
	cut            bool      // rounds were left out, because they take so long
}

func (m *measurement) add(t *Timer) {
	bytes, mallocs := t.bytes/uint64(t.N), t.mallocs/uint64(t.N)
	if len(m.times) == 0 || mallocs < m.mallocs {
		m.mallocs = mallocs
	}
	if len(m.times) == 0 || bytes < m.bytes {
		m.bytes = bytes
	}
	m.times = append(m.times, t.elapsed.Seconds()/float64(t.N))
}

// calibrate finds the number of turns that make a round long enough. A single
// turn that is long enough by itself is the first round already.
func (m *measurement) calibrate(round func(*Timer)) int {
	for n := 1; ; {
		t := &Timer{N: n}
		round(t)
		if t.elapsed >= roundTime {
			if n == 1 {
				m.add(t)
			}
			return n
		}
		// Not more than a hundred times at once: the first turns are the
		// slow ones.
		more := 100.0
		if t.elapsed > 0 {
			more = min(more, 1.1*roundTime.Seconds()/t.elapsed.Seconds())
		}
		if float64(n)*more > math.MaxInt32 {
			return n
		}
		n = max(n+1, roundUp(float64(n)*more))
	}
}

// roundUp returns the next number of two digits and zeros.
func roundUp(n float64) int {
	scale := math.Pow(10, max(0, math.Floor(math.Log10(n))-1))
	return int(math.Ceil(n/scale) * scale)
}

func (m *measurement) report(w io.Writer) {
	sorted := slices.Sorted(slices.Values(m.times))
	n := len(sorted)
	mean, deviation := 0.0, 0.0
	for _, t := range sorted {
		mean += t / float64(n)
	}
	for _, t := range sorted {
		deviation += (t - mean) * (t - mean) / float64(n)
	}
	median := (sorted[(n-1)/2] + sorted[n/2]) / 2
	note := ""
	if m.cut {
		note = fmt.Sprintf("; stopped after %s", quantity.Duration(totalTime))
	}
	fmt.Fprintf(w, "%s ± %s per loop (mean ± std. dev. of %s, %s each%s)\n", quantity.Seconds(mean), quantity.Seconds(math.Sqrt(deviation)),
		quantity.Count(int64(n), "run"), quantity.Count(int64(m.loops), "loop"), note)
	fmt.Fprintf(w, "min %s, median %s, max %s; %s in %s per loop\n", quantity.Seconds(sorted[0]), quantity.Seconds(median), quantity.Seconds(sorted[n-1]),
		quantity.Bytes(int64(m.bytes)), quantity.Count(int64(m.mallocs), "allocation"))
	if n > 1 {
		fmt.Fprintf(w, "%s |%s| %s\n", quantity.Seconds(sorted[0]), histogram(sorted), quantity.Seconds(sorted[n-1]))
	}
}

// histogram draws how many of the values, which are sorted, fall into each of 20
// equal parts of their range.
func histogram(sorted []float64) string {
	var counts [20]int
	low, width := sorted[0], sorted[len(sorted)-1]-sorted[0]
	for _, v := range sorted {
		part := 0
		if width > 0 {
			part = min(int((v-low)/width*float64(len(counts))), len(counts)-1)
		}
		counts[part]++
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	most := slices.Max(counts[:])
	var b strings.Builder
	for _, c := range counts {
		if c == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(bars[(c*len(bars)-1)/most])
	}
	return b.String()
}

// keeping is never set, but the compiler cannot know that.
var (
	keeping bool
	kept    any
)

// Keep makes the compiler compute v, and put what v refers to where it would be
// if v were kept.
//
//go:noinline
func Keep[T any](v T) {
	if keeping {
		kept = v
	}
}

// Must0 ends the measurement with err if err is not nil.
func Must0(err error) { rt.Must0(err) }
