package main

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// files does what there is to do with the files and groups of parallel files, and
// leaves the result for the test to look at.
func files(comm *mpi.Comm, args []string) error {
	path := args[0]
	_, err := h5.OpenFile(path, "r", h5.MPIO(comm))
	if err == nil {
		return errors.New("a file that is not there was opened")
	}
	for _, options := range [][]h5.Option{
		{h5.MPIO(comm), h5.Stdio}, {h5.MPIO(comm), h5.SWMR}, {h5.MPIO(comm), h5.FsStrategy(h5.Page), h5.PageBufSize(1 << 16)}, {h5.MPIO(comm), h5.RdccW0(2)},
	} {
		if _, err := h5.Create(path, options...); err == nil {
			return fmt.Errorf("options that cannot be are taken: %d of them", len(options))
		}
	}
	for _, round := range []int{1, 2} { // the second finds the file
		f, err := h5.OpenFile(path, "a", h5.MPIO(comm), h5.FsStrategy(h5.Page), h5.TrackOrder, h5.LibVer(h5.V110, h5.Latest), h5.Alignment(1, 4096), h5.MetaBlockSize(1<<14), h5.RdccNBytes(1<<16))
		if err != nil {
			return err
		}
		if err := inGroups(f, round); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	if _, err := h5.OpenFile(path, "x", h5.MPIO(comm)); comm.Rank() == 0 && !errors.Is(err, fs.ErrExist) || err == nil {
		return fmt.Errorf("a file that is there was created: %v", err)
	}
	// A parallel file that is lost is closed at the end, an ordinary one before.
	if _, err := h5.Create(path+".lost", h5.MPIO(comm)); err != nil {
		return err
	}
	if _, err := h5.Create(fmt.Sprintf("%s.lost.%d", path, comm.Rank())); err != nil {
		return err
	}
	for range 5 {
		runtime.GC()
		runtime.Gosched()
	}
	f, err := h5.Open(path, h5.MPIO(comm))
	if err != nil {
		return err
	}
	return f.Close()
}

func inGroups(f *h5.File, round int) error {
	z, err := f.RequireGroup("z", h5.TrackOrder)
	if err != nil {
		return err
	}
	d, err := z.RequireDataset("data", h5.Int32, h5.Shape{3}, h5.Exact)
	if err != nil {
		return err
	}
	if err := d.Write([]int32{1, 2, 3}, h5.Collective); err != nil {
		return err
	}
	if round == 1 {
		for _, do := range []func() error{
			func() error { return f.Set("a/soft", h5.SoftLink{Path: "/z/data"}) },
			func() error { return f.Set("a/outside", h5.ExternalLink{File: "no such.h5", Path: "/x"}) },
			func() error { return z.Set("alias", d) },
			func() error { return f.Copy("z", "copy", h5.WithoutAttrs) },
			func() error { return f.Copy("z/data", "y") },
			func() error { return f.Move("y", "moved/y") },
			func() error { return f.Delete("a/outside") },
			f.Flush,
		} {
			if err := do(); err != nil {
				return err
			}
		}
	}
	if got, want := f.Keys(), []string{"z", "a", "copy", "moved"}; !slices.Equal(got, want) {
		return fmt.Errorf("keys %v, want %v", got, want)
	}
	if got, want := slices.Collect(f.Visit()), []string{"a", "copy", "copy/alias", "moved", "moved/y", "z", "z/alias"}; !slices.Equal(got, want) {
		return fmt.Errorf("visited %v, want %v", got, want)
	}
	soft, err := f.Dataset("a/soft")
	if err != nil {
		return err
	}
	if !h5.Same(soft, d) || h5.Same(soft, z) {
		return errors.New("Same is wrong")
	}
	p, err := f.Properties()
	if err != nil {
		return err
	}
	if p.Driver != "mpio" || p.FsStrategy != h5.Page || !p.TrackOrder || p.Superblock != 3 || p.AlignmentInterval != 4096 || p.MetaBlockSize != 1<<14 || p.RdccNBytes != 1<<16 {
		return fmt.Errorf("properties %+v", p)
	}
	return nil
}
