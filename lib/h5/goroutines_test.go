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
