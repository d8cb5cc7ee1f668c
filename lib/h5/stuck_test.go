package h5

import (
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/rt/run"
)

// A cell that is interrupted while it reads ends between two reads, or two pieces of
// a large one; what it writes it writes whole, and the file can be used as before.
func TestInterruptedRead(t *testing.T) {
	type point struct{ X, Y int32 }
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	points := make([]point, 200_000)
	points[len(points)-1].Y = 7
	records := must[*Dataset](t)(f.CreateDatasetFrom("records", points))
	numbers := must[*Dataset](t)(f.CreateDatasetFrom("numbers", []float64{1, 2, 3}))
	var back []point

	ended := make(chan *event.Failure)
	interrupted := func(name string, do func() error) {
		t.Helper()
		label := run.Prepare()
		go run.Do(func() {
			run.Interrupt()
			if err := do(); err != nil {
				panic(err)
			}
		}, label, func(f *event.Failure) { ended <- f })
		if failure := <-ended; failure == nil || failure.Name != "interrupt" {
			t.Errorf("%s: %v, expected an interrupt", name, failure)
		}
		label.Lapse()
	}
	interrupted("Read", func() error { _, err := numbers.Read(); return err })
	interrupted("Value", func() error { _, err := records.Value(); return err })
	interrupted("ReadInto", func() error { return records.ReadInto(&back) })
	interrupted("WriteTree", func() error { _ = f.String(); return nil })

	check(t, numbers.Write([]float64{4, 5, 6}))
	if a := must[[]float64](t)(ReadAs[[]float64](numbers)); a[2] != 6 {
		t.Errorf("numbers: %v", a)
	}
	check(t, records.ReadInto(&back))
	if back[len(back)-1].Y != 7 {
		t.Errorf("the last record is %v", back[len(back)-1])
	}

	label := run.Prepare()
	go run.Do(func() {
		run.Interrupt()
		check(t, numbers.Write([]float64{7, 8, 9}))
		check(t, f.Close())
	}, label, func(f *event.Failure) { ended <- f })
	if failure := <-ended; failure != nil {
		t.Errorf("writing and closing after an interrupt: %v", failure)
	}
	label.Lapse()
}
