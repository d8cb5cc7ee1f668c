package h5

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/interrupt"
)

func init() {
	children["crash inside"] = crashInside
	children["stuck inside"] = stuckInside
}

// crash makes libhdf5 write where it may not.
func crash(f *File) error {
	leave, err := f.handle.enter("look at", "/x")
	if err != nil {
		return err
	}
	defer leave()
	if int64(f.lib.f.objectIDs.Call(dl.Int(f.handle.id), dl.Int(openedHere|1), dl.Int(5), dl.Word(8))) < 0 {
		return f.lib.fail("look at", "/x", f.handle.path)
	}
	return errors.New("libhdf5 has not crashed")
}

// says makes sure that an error has all of the words.
func says(err error, words ...string) error {
	if !errors.Is(err, ErrCrashed) {
		return fmt.Errorf("%v is not ErrCrashed", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			return fmt.Errorf("%v lacks %q", err, word)
		}
	}
	return nil
}

// crashInside has libhdf5 crash between files, again and again.
func crashInside(args []string) error {
	folder := args[0]
	for i := range 5 {
		first, second := filepath.Join(folder, fmt.Sprint(i, ".h5")), filepath.Join(folder, fmt.Sprint(i, "w.h5"))
		f, err := Create(first)
		if err != nil {
			return err
		}
		d, err := f.CreateDatasetFrom("x", []float64{1, 2, 3})
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if f, err = Open(first); err != nil {
			return err
		}
		if d, err = f.Dataset("x"); err != nil {
			return err
		}
		mapped, err := Map[float64](d)
		if err != nil {
			return err
		}
		w, err := Create(second)
		if err != nil {
			return err
		}
		if err := w.Set("y", []int32{4, 5}); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := says(crash(f), "look at /x in "+first+": libhdf5 crashed (segmentation fault in H5Fget_obj_ids)", "variables are kept", "open again"); err != nil {
			return err
		}
		if mapped[2] != 3 {
			return fmt.Errorf("the mapped elements are %v after the crash", mapped)
		}
		_, read := d.Read()
		_, get := w.Root().Attrs().Get("a")
		if err := errors.Join(
			says(crash(f), "look at /x in "+first, "libhdf5 has crashed at /x in "+first, "open again"),
			says(read, "read /x in "+first), says(get, second), says(w.Close(), "close "+second), f.Close(), w.Close(), d.Close(),
		); err != nil {
			return err
		}
		if !f.Closed() || !w.Closed() || len(f.Keys()) != 0 {
			return fmt.Errorf("after the crash: closed: %v, %v", f.Closed(), w.Closed())
		}
		// All can be had again.
		if f, err = Open(first, ReadWrite); err != nil {
			return err
		}
		if d, err = f.Dataset("x"); err != nil {
			return err
		}
		back, err := ReadAs[[]float64](d)
		if err != nil || back[2] != 3 {
			return fmt.Errorf("read again: %v, %v", back, err)
		}
		if w, err = Open(second, ReadWrite); err != nil {
			return err
		}
		if err := errors.Join(w.Set("z", "new"), w.Close(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

func TestCrashOfTheLibrary(t *testing.T) {
	out := output(t, child(t, "crash inside", t.TempDir()))
	if out != "" {
		t.Errorf("it says %q", out)
	}
}

// stuckInside has a C function not return while the lock around HDF5 is held.
func stuckInside(args []string) error {
	path := filepath.Join(args[0], "stuck.h5")
	f, err := Create(path)
	if err != nil {
		return err
	}
	libc, err := dl.Open("libc.so.6")
	if err != nil {
		return err
	}
	guard := libc.Guard()
	pause, err := libc.Func("pause") // int pause(void)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		leave := f.lib.enter()
		defer close(ended)
		defer leave()
		pause.Call()
	}()
	for dl.Under() == 0 {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		interrupt.Run()
	}
	select {
	case <-ended:
		return errors.New("it was ended although a file is open for writing")
	case <-time.After(200 * time.Millisecond):
	}
	fragile.Add(-1) // as if there were none
	interrupt.Run()
	<-ended
	fragile.Add(1)
	if c := guard.Crash(); c == nil || !c.Ended() || c.Function != "pause" {
		return fmt.Errorf("the call ended as %+v", c)
	}
	// Nothing is under way any more.
	interrupt.Run()
	interrupt.Run()
	return errors.Join(f.Set("x", 1), f.Close())
}

func TestCallThatDoesNotReturn(t *testing.T) {
	output(t, child(t, "stuck inside", t.TempDir()))
}

func init() {
	// locked heap has libhdf5 crash where the lock of C's memory allocation is left
	// behind.
	children["locked heap"] = func(args []string) error {
		f, err := InMemory(nil)
		if err != nil {
			return err
		}
		libc, err := dl.Open("libc.so.6")
		if err != nil {
			return err
		}
		libc.Guard()
		malloc, err := libc.Func("malloc")
		if err != nil {
			return err
		}
		free, err := libc.Func("free")
		if err != nil {
			return err
		}
		leave := f.lib.enter()
		block := malloc.Call(dl.Int(50_000))
		malloc.Call(dl.Int(50_000))
		free.Call(dl.Word(block))
		free.Call(dl.Word(block))
		leave()
		return crash(f)
	}
}

// The process ends at once, and says why, rather than stand still later.
func TestCrashThatLocksTheHeap(t *testing.T) {
	out, err := child(t, "locked heap").CombinedOutput()
	text := string(out)
	if err == nil || err.Error() != "exit status 2" || !strings.Contains(text, "fatal error: libhdf5 crashed (segmentation fault in H5Fget_obj_ids) at /x in h5 in memory 1, and has left C's memory allocation locked\n\ngoroutine ") {
		t.Errorf("it ends with %v and says %s", err, text)
	}
}
