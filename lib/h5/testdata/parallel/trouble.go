package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// late is how long a rank works while others wait: longer than they need to find out
// what the others are doing.
const late = 4 * time.Second

// troubles are programs that ranks must come through, whatever one of them meets. They
// return what is wrong.
var troubles = map[string]func(comm *mpi.Comm, path string) error{
	// Valid programs in which a rank is late for a call that passes data through others.
	"broadcast": slowly(func(comm *mpi.Comm) error { return mpi.Bcast(comm, make([]int, 1), 0) }),
	"scatter": slowly(func(comm *mpi.Comm) error {
		var all []int
		if comm.Rank() == 0 {
			all = make([]int, comm.Size())
		}
		return mpi.Scatter(comm, all, make([]int, 1), 0)
	}),
	// A goroutine that waits does not keep the rank from coming.
	"background": with(func(comm *mpi.Comm, f *h5.File) error {
		done := make(chan error, 1)
		if comm.Rank() == 1 {
			go func() {
				_, err := mpi.Recv(comm, make([]float64, 1), 0, 5)
				done <- err
			}()
			time.Sleep(late)
		}
		_, err := f.CreateGroup("a")
		switch comm.Rank() {
		case 0:
			err = errors.Join(err, mpi.Send(comm, make([]float64, 1), 1, 5))
		case 1:
			err = errors.Join(err, <-done)
		}
		return err
	}),
	// The call that others have given up fails on the rank that comes to it in the end.
	"given up": with(func(comm *mpi.Comm, f *h5.File) error {
		last := comm.Size() - 1
		if comm.Rank() == last {
			if _, err := mpi.Recv(comm, make([]float64, 1), 0, 5); err != nil {
				return err
			}
		}
		_, err := f.CreateGroup("a")
		if err == nil || !strings.Contains(err.Error(), "some ranks cannot come") {
			return fmt.Errorf("the group that cannot be: %v", err)
		}
		if comm.Rank() == 0 {
			if err := mpi.Send(comm, make([]float64, 1), last, 5); err != nil {
				return err
			}
		}
		if _, err := f.CreateGroup("b"); err != nil {
			return err
		}
		if keys := f.Keys(); !slices.Equal(keys, []string{"b"}) {
			return fmt.Errorf("the file has %q", keys)
		}
		return nil
	}),
	"freed communicator": func(comm *mpi.Comm, path string) error {
		own, err := comm.Dup()
		if err != nil {
			return err
		}
		f, err := h5.Create(path, h5.MPIO(own))
		if err != nil {
			return err
		}
		if err := own.Free(); err != nil {
			return err
		}
		d, err := f.CreateDataset("x", h5.Int32, h5.Shape{0}, h5.Resizable, h5.Chunks{4})
		if err != nil {
			return err
		}
		return errors.Join(d.Append([]int32{1, 2}, 0), f.Close())
	},
	"refused value": with(func(comm *mpi.Comm, f *h5.File) error {
		a := f.Attrs()
		if err := a.Set("x", 5); err != nil {
			return err
		}
		for _, name := range []string{"x", "y"} {
			if err := a.Set(name, comm.Rank()); err == nil || !strings.Contains(err.Error(), "the ranks do not make the same call") {
				return fmt.Errorf("set %s: %v", name, err)
			}
		}
		if err := a.Set("x", 7); err != nil {
			return err
		}
		if keys := a.Keys(); !slices.Equal(keys, []string{"x"}) {
			return fmt.Errorf("the attributes are %q", keys)
		}
		return nil
	}),
	"mode a and r": func(comm *mpi.Comm, path string) error {
		f, err := h5.Create(path, h5.MPIO(comm))
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		mode := "a"
		if comm.Rank() == 0 {
			mode = "r"
		}
		_, err = h5.OpenFile(path, mode, h5.MPIO(comm))
		return says(err, nil, "rank 0: open "+path+" (for reading)", "open "+path+" (or create it)")
	},
	// Only one rank fails; all know.
	"impossible option": func(comm *mpi.Comm, path string) error {
		options := []h5.Option{h5.MPIO(comm)}
		if comm.Rank() == 1 {
			options = append(options, h5.MinMetaKeep(5))
		}
		_, err := h5.Create(path, options...)
		return says(err, nil, "create "+path+": on rank 1: ", "MinMetaKeep")
	},
	"exclusive": func(comm *mpi.Comm, path string) error {
		f, err := h5.Create(path, h5.MPIO(comm))
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		_, exclusive := h5.Create(path, h5.MPIO(comm), h5.Exclusive)
		_, nowhere := h5.Create(path+".no/x.h5", h5.MPIO(comm))
		_, missing := h5.Open(path+".no", h5.MPIO(comm))
		return errors.Join(says(exclusive, fs.ErrExist, "exists already"), says(nowhere, fs.ErrNotExist, "no folder"), says(missing, fs.ErrNotExist, "no such file"))
	},
	// Each rank has a folder of its own, as on nodes without a shared file system.
	"file of one node": func(comm *mpi.Comm, path string) error {
		if err := ownFolder(comm, path); err != nil {
			return err
		}
		if comm.Rank() == 0 {
			f, err := h5.Create("x.h5")
			if err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
		}
		if err := comm.Barrier(); err != nil {
			return err
		}
		_, err := h5.Open("x.h5", h5.MPIO(comm))
		return says(err, fs.ErrNotExist, "open x.h5: on rank 1: no such file")
	},
	"folders of the nodes": func(comm *mpi.Comm, path string) error {
		if err := ownFolder(comm, path); err != nil {
			return err
		}
		_, err := h5.Create("x.h5", h5.MPIO(comm))
		if err := says(err, nil, "create x.h5: on rank 1: what rank 0 creates in . is not there", "file system that all nodes share"); err != nil {
			return err
		}
		if left, _ := filepath.Glob("*"); len(left) > 0 {
			return fmt.Errorf("%q is left", left)
		}
		return nil
	},
	"nothing to write": with(func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDataset("x", h5.Int32, h5.Shape{4, 2})
		if err != nil {
			return err
		}
		texts, err := f.CreateDataset("t", h5.FixedText(3), h5.Shape{2})
		if err != nil {
			return err
		}
		nothing := []any{[]int32{}, nil}[comm.Rank()%2]
		if comm.Rank() > 0 {
			return errors.Join(d.Write(nothing, h5.Collective), texts.Write([]string{}, h5.Collective))
		}
		return errors.Join(d.Write([]int32{1, 2}, 1, h5.Collective), texts.Write([]string{"a", "bc"}, h5.Collective))
	}),
	"only rank 0 looks": with(func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDatasetFrom("x", []int32{1, 2, 3})
		if err != nil {
			return err
		}
		d.SetTransfer(h5.Collective)
		if text := ""; comm.Rank() == 0 {
			if text = d.String(); !strings.Contains(text, "[1 2 3]") {
				return fmt.Errorf("it says %q", text)
			}
		}
		return nil
	}),
	// What rank 0 gives is stored, or nothing.
	"append": with(func(comm *mpi.Comm, f *h5.File) error {
		type row struct{ A int32 }
		typ, err := h5.TypeFor[row]()
		if err != nil {
			return err
		}
		rows, err := f.CreateDataset("rows", typ, h5.Shape{0}, h5.Resizable, h5.Chunks{4})
		if err != nil {
			return err
		}
		numbers, err := f.CreateDataset("numbers", h5.Int32, h5.Shape{0}, h5.Resizable, h5.Chunks{4}, h5.Gzip(1))
		if err != nil {
			return err
		}
		mine := int32(comm.Rank() + 1)
		odd := []float64{1, 2}
		if comm.Rank() == 1 {
			odd[0] = 1.5 // is not written, and need not fit
		}
		if err := errors.Join(rows.Append([]row{{mine}, {mine}}, 0), numbers.Append([]int32{mine}, 0), numbers.Append(odd, 0)); err != nil {
			return err
		}
		if comm.Rank() == 0 {
			odd[0] = 1.5
		}
		if err := says(numbers.Append(odd, 0), nil, "append to /numbers", "1.5"); err != nil {
			return err
		}
		if err := f.Flush(); err != nil {
			return err
		}
		gotRows, err := h5.ReadAs[[]row](rows)
		if err != nil || !slices.Equal(gotRows, []row{{1}, {1}}) {
			return fmt.Errorf("rows: %v, %v", gotRows, err)
		}
		got, err := h5.ReadAs[[]int32](numbers)
		if err != nil || !slices.Equal(got, []int32{1, 1, 2}) {
			return fmt.Errorf("numbers: %v, %v", got, err)
		}
		return nil
	}),
	// Lists are converted to the type of a compressed dataset as ranges are.
	"converted lists": with(func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDataset("x", h5.Float32, h5.Shape{100}, h5.Chunks{10}, h5.Gzip(4))
		if err != nil {
			return err
		}
		r := comm.Rank()
		if err := errors.Join(
			d.Write([]float64{float64(r), 2, 3}, []int{r, 17 + r, 28 + r}, h5.Collective),
			d.Write([]float64{7, 8}, fmt.Sprintf("%d:%d:-1", 51+2*r, 49+2*r), h5.Collective),
		); err != nil {
			return err
		}
		got, err := h5.ReadAs[[]float32](d, "[0, 1, 17, 28, 50, 51, 52]", h5.Collective)
		if want := []float32{0, 1, 2, 3, 8, 7, 8}; err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%v, %v", got, err)
		}
		return nil
	}),
	"MPI or not": with(func(comm *mpi.Comm, f *h5.File) error {
		hints, err := f.Hints()
		if err != nil || hints == nil {
			return fmt.Errorf("hints: %v, %v", hints, err)
		}
		if err := f.SetAtomic(true); err != nil {
			return err
		}
		if on, err := f.Atomic(); !on || err != nil {
			return fmt.Errorf("atomic: %v, %v", on, err)
		}
		return nil
	}),
}

// slowly has rank 2 come late to a call that is followed by a collective one of HDF5.
func slowly(call func(comm *mpi.Comm) error) func(comm *mpi.Comm, path string) error {
	return with(func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() == 2 {
			time.Sleep(late)
		}
		if err := call(comm); err != nil {
			return err
		}
		_, err := f.CreateGroup("a")
		return err
	})
}

// with creates a parallel file, and closes it.
func with(do func(comm *mpi.Comm, f *h5.File) error) func(comm *mpi.Comm, path string) error {
	return func(comm *mpi.Comm, path string) error {
		f, err := h5.Create(path, h5.MPIO(comm))
		if err != nil {
			return err
		}
		if err := do(comm, f); err != nil {
			return err
		}
		return f.Close()
	}
}

// says makes sure that there is an error of a cause, with all of the words.
func says(err, cause error, words ...string) error {
	if err == nil {
		return errors.New("there is no error")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			return fmt.Errorf("%w: expected %q", err, word)
		}
	}
	if cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w is not %v but a %v", err, cause, reflect.TypeOf(err))
	}
	return nil
}

// ownFolder makes a folder for each rank and goes there.
func ownFolder(comm *mpi.Comm, path string) error {
	folder := fmt.Sprint(path, ".", comm.Rank())
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	return errors.Join(os.Chdir(folder), comm.Barrier())
}

func trouble(comm *mpi.Comm, args []string) error { return troubles[args[1]](comm, args[0]) }
