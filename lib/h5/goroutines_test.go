package h5

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
)

// Concurrent calls crashed HDF5 every time before there was a lock; objects that
// nobody closes must not pile up, nor be closed while they are in use.
func TestGoroutines(t *testing.T) {
	_, f := temporary(t)
	const workers, rounds = 8, 200
	for w := range workers {
		must[*Dataset](t)(f.CreateDataset(fmt.Sprintf("g/%d", w), Int64, Shape{rounds}, Chunks{16}))
	}
	var group sync.WaitGroup
	failures := make(chan error, workers)
	for w := range workers {
		group.Go(func() {
			for i := range rounds {
				d, err := f.Dataset(fmt.Sprintf("g/%d", w))
				if err == nil {
					err = d.Write(w*1000+i, i)
				}
				var back int
				if err == nil {
					err = d.ReadInto(&back, i)
				}
				if err == nil {
					err = d.Attrs().Set("last", i)
				}
				if err == nil && back != w*1000+i {
					err = fmt.Errorf("%d came back as %d", w*1000+i, back)
				}
				if err != nil {
					failures <- err
					return
				}
				if i%50 == 0 {
					runtime.GC()
				}
			}
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	if len(f.Keys()) != 1 {
		t.Error(f.Keys())
	}
}

// One dataset and one group in the hands of many: elements of every kind, whose
// types are looked up when they are first needed.
func TestGoroutinesOfElements(t *testing.T) {
	path, f := temporary(t)
	must[*Dataset](t)(f.CreateDatasetFrom("d", observations(f, t)))
	check(t, f.Attrs().Set("rows", [][]string{{"a", "b"}}))
	want := fmt.Sprint(must[any](t)(must[*Dataset](t)(f.Dataset("d")).Value()))
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	d := must[*Dataset](t)(f.Dataset("d"))
	var group sync.WaitGroup
	failures := make(chan string, 64)
	for range 8 {
		group.Go(func() {
			for i := range 40 {
				v, err := d.Value()
				if got := fmt.Sprint(v); err != nil || got != want {
					failures <- fmt.Sprint(got, err)
					return
				}
				if rows, err := Attr[[1][2]string](f, "rows"); err != nil || rows[0][1] != "b" {
					failures <- fmt.Sprint(rows, err)
				}
				if _, err := d.Field("name").Value(i % 5); err != nil || d.Type() == nil {
					failures <- fmt.Sprint(err)
				}
				if i%20 == 0 {
					runtime.GC()
				}
			}
		})
	}
	group.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
}

// Some look at a dataset and read it while others make it longer and shorter: a look
// is at the shape before or after, and a read that no longer fits says so.
func TestGoroutinesThatResize(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("d", Int32, Shape{8, 2}, Chunks{4, 2}, MaxShape{Unlimited, 2}, Fill(5)))
	again := must[*Dataset](t)(f.Dataset("d"))
	const rounds = 200
	failures := make(chan string, 100)
	fail := func(format string, values ...any) {
		select {
		case failures <- fmt.Sprintf(format, values...):
		default: // there are enough
		}
	}
	var group sync.WaitGroup
	for _, change := range []func(i int) error{
		func(i int) error { return d.Resize(8+i%5, 2) },
		func(i int) error { return again.ResizeAxis(0, 8+i%3) },
		func(int) error { return d.Refresh() },
	} {
		group.Go(func() {
			for i := range rounds {
				if err := change(i); err != nil {
					fail("%v", err)
				}
			}
		})
	}
	for _, look := range []func() error{
		func() error {
			if s := d.Shape(); len(s) != 2 || s[0] < 8 || s[0] > 12 || s[1] != 2 || d.Len()%2 != 0 {
				return fmt.Errorf("shape %v", s)
			}
			return nil
		},
		func() error { _, err := d.Read("2:6"); return err },
		func() error { _, err := d.Read("[7, 1, 1], 0"); return err },
		func() error { _, err := d.Read(); return err },
		func() error { var x int32; return d.ReadInto(&x, 3, 1) },
		func() error { return d.Write(5, "::3") },
		func() error { _, err := As[int32](d).At(3, 1); d.MaxShape(); _ = d.String(); return err },
	} {
		group.Go(func() {
			for range rounds {
				if err := look(); err != nil && !errors.Is(err, errResized) {
					fail("%v", err)
				}
			}
		})
	}
	group.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
}
