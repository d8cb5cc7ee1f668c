package h5

import (
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
