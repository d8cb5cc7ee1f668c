package event

import (
	"os"
	"strings"
	"testing"
	"time"
)

func init() {
	parts["events"] = func() {
		for range 20_000 {
			send(Event{Kind: Display, Data: Bundle{"text/plain": "figure"}})
		}
	}
	parts["text"] = func() {
		block := strings.Repeat("0123456789abcde\n", 4096)
		for range 4096 {
			os.Stdout.WriteString(block)
		}
	}
	parts["figures"] = func() {
		data := strings.Repeat("R0lG", bigSize/4)
		for range 5 {
			send(Event{Kind: Display, Data: Bundle{"image/gif": data}})
		}
	}
}

// pump runs a part once and returns how long that took without its start.
func pump(b *testing.B, part string) time.Duration {
	b.Helper()
	cmd := command(part)
	p, err := Attach(cmd)
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p.Started()
	var first time.Time
	err = p.Run(func(Event) Reply {
		if first.IsZero() {
			first = time.Now()
		}
		return Reply{}
	})
	taken := time.Since(first)
	if waitErr := cmd.Wait(); err != nil || waitErr != nil {
		b.Fatal(err, waitErr)
	}
	return taken
}

func BenchmarkEvent(b *testing.B) {
	var total time.Duration
	for b.Loop() {
		total += pump(b, "events")
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/20_000, "µs/event")
}

func BenchmarkText(b *testing.B) {
	var total time.Duration
	for b.Loop() {
		total += pump(b, "text")
	}
	b.ReportMetric(float64(b.N)*4096*65536/1e9/total.Seconds(), "GB/s")
}

func BenchmarkFigures(b *testing.B) {
	var total time.Duration
	for b.Loop() {
		total += pump(b, "figures")
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N)/5, "ms/figure")
}
