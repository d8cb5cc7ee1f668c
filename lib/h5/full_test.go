package h5

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/mpi"
)

var driversThatFill = map[string][]Option{"stdio": {Stdio}, "core": {Core(true, 0)}, "split": {Split("", "")}, "family": {Family(1 << 18)}, "paged": {FsStrategy(Page), PageBufSize(1 << 16)}}

func init() {
	// overflow writes with a driver what the limit on file sizes has no room for.
	children["overflow"] = func(args []string) error {
		limit := syscall.Rlimit{Cur: 1 << 17, Max: 1 << 17}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		for round := range 3 {
			f, err := Create(filepath.Join(args[1], fmt.Sprintf("%d-%%d.h5", round)), driversThatFill[args[0]]...)
			if err != nil {
				return err
			}
			_, err = f.CreateDatasetFrom("big", make([]float64, 1<<16))
			if err == nil {
				err = f.Flush()
			}
			closed := f.Close()
			if err == nil {
				err = closed
			}
			if err == nil || !strings.Contains(err.Error(), f.Path()) || args[0] != "stdio" && !errors.Is(err, syscall.EFBIG) {
				return fmt.Errorf("the error is %v", err)
			}
			fmt.Println(err)
			if err := f.Close(); err != nil {
				return err
			}
			// The process goes on working.
			small, err := Create(filepath.Join(args[1], fmt.Sprintf("small %d.h5", round)))
			if err != nil {
				return err
			}
			if err := small.Set("x", 1); err != nil {
				return err
			}
			if err := small.Close(); err != nil {
				return err
			}
		}
		CloseAll()
		fmt.Println("good")
		return nil
	}
	// let go closes, or loses, datasets whose chunks there is no room for.
	children["let go"] = func(args []string) error {
		limit := syscall.Rlimit{Cur: 1 << 17, Max: 1 << 30}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		f, err := Create(filepath.Join(args[1], "x.h5"))
		if err != nil {
			return err
		}
		fill := func(name string) error {
			d, err := f.CreateDataset(name, Float64, Shape{1 << 16}, Chunks{1 << 10})
			for i := 0; i < 1<<6 && err == nil; i++ {
				err = d.Write(1, fmt.Sprintf("%d:%d", i<<10, (i+1)<<10))
			}
			if err == nil && args[0] == "close" {
				if err := d.Close(); !errors.Is(err, syscall.EFBIG) {
					return fmt.Errorf("closing a dataset: %v", err)
				}
			}
			return err
		}
		for i := range 3 {
			if err := fill(fmt.Sprint(i)); err != nil {
				return err
			}
			for range 5 {
				runtime.GC()
				time.Sleep(5 * time.Millisecond)
			}
			if len(f.Keys()) != i+1 {
				return fmt.Errorf("keys %v", f.Keys())
			}
		}
		// Room that comes later does not bring back what HDF5 has given up.
		if args[2] == "room" {
			limit.Cur = limit.Max
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
				return err
			}
			if err := f.Flush(); !errors.Is(err, syscall.EFBIG) {
				return fmt.Errorf("flushing the file: %v", err)
			}
		}
		if err := f.Close(); !errors.Is(err, syscall.EFBIG) {
			return fmt.Errorf("closing the file: %v", err)
		}
		g, err := Create(filepath.Join(args[1], "y.h5"))
		if err != nil {
			return err
		}
		if err := g.Set("x", 1); err != nil {
			return err
		}
		return g.Close()
	}
	children["page buffer"] = func(args []string) error {
		_, err := Create(args[0], FsStrategy(Page), PageBufSize(1<<16))
		fmt.Println(err)
		return nil
	}
	children["open"] = func(args []string) error {
		f, err := OpenFile(args[0], args[1], Locking(LockMode(args[2])))
		if err != nil {
			return err
		}
		fmt.Println("opened")
		return f.Close()
	}
}

// No driver crashes the process when there is no room, neither at the write nor
// at the close.
func TestFullDiskWithEachDriver(t *testing.T) {
	for name := range driversThatFill {
		if out := output(t, child(t, "overflow", name, t.TempDir())); !strings.Contains(out, "good") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// Closing a dataset whose chunks found no room crashed the process a little later,
// whether the program closed it or the garbage collector. That data are missing is
// said when the file is closed, if nobody was told before.
func TestDatasetsOnAFullDisk(t *testing.T) {
	for _, how := range []string{"close", "lose"} {
		for _, then := range []string{"full", "room"} {
			output(t, child(t, "let go", how, t.TempDir(), then))
		}
	}
}

func TestPageBufferOfParallelLibrary(t *testing.T) {
	cmd := child(t, "page buffer", filepath.Join(t.TempDir(), "x.h5"))
	cmd.Env = append(cmd.Env, Setting+"="+installed(t, true, mpi.OpenMPI).Path)
	if out := output(t, cmd); !strings.Contains(out, "parallel builds of HDF5 have no page buffer; leave out h5.PageBufSize, or set GALAGO_HDF5") {
		t.Errorf("%s", out)
	}
}

// Locks are heeded, or not, as h5py does with the same argument; the variable in
// the environment goes before.
func TestLocking(t *testing.T) {
	path, _ := sample(t)
	other := newPartner(t, path)
	other.does(`f = h5py.File(path, "r+", locking=True)`)
	try := func(mode, lock, variable string) string {
		cmd := child(t, "open", path, mode, lock)
		cmd.Env = append(cmd.Env, lockVariable+"="+variable)
		if variable == "" {
			cmd.Env = append(os.Environ(), childVariable+"=open")
		}
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	for _, c := range []struct{ mode, lock, variable, says string }{
		{"r", "true", "", "has it open"}, {"r+", "true", "", "has it open"}, {"r", "best-effort", "", "has it open"}, {"w", "true", "", "has it open"},
		{"r", "false", "", "opened"}, {"r+", "false", "", "opened"}, {"r", "true", "FALSE", "opened"}, {"r", "false", "TRUE", "has it open"}, {"w", "best-effort", "", "has it open"},
	} {
		if out := try(c.mode, c.lock, c.variable); !strings.Contains(out, c.says) {
			t.Errorf("mode %s, locking %s, %s=%s: %s", c.mode, c.lock, lockVariable, c.variable, out)
		}
	}
	other.does(`f.close()`)
	// And the other way round.
	open := func(locking string) string {
		return other.does(`exec("try:\n  h5py.File(path, 'r+', locking=` + locking + `).close(); print('opened')\nexcept OSError: print('refused')")`)
	}
	f := must[*File](t)(Open(path, ReadWrite, Locking(LockOn)))
	if a, b := open("True"), open("False"); a != "refused" || b != "opened" {
		t.Errorf("h5py with locking is %s, and without %s", a, b)
	}
	check(t, f.Close())
	f = must[*File](t)(Open(path, ReadWrite, Locking(LockOff)))
	if a := open("True"); a != "opened" {
		t.Errorf("h5py is %s by a file that is not locked", a)
	}
	check(t, f.Close())
}
