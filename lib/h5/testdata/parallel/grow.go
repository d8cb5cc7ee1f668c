package main

import (
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// grow writes compressed datasets that become larger, collectively: LZF runs in Go
// on each rank.
func grow(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name    string
		filters []h5.DatasetOption
	}{
		{"plain", nil}, {"lzf", []h5.DatasetOption{h5.Lzf, h5.Shuffle}}, {"gzip", []h5.DatasetOption{h5.Gzip(4), h5.Fletcher32}},
	} {
		options := append([]h5.DatasetOption{h5.Shape{0, 4}, h5.MaxShape{h5.Unlimited, 4}, h5.Chunks{8, 4}}, c.filters...)
		if err := growOne(comm, f, c.name, options); err != nil {
			return err
		}
	}
	return f.Close()
}

func growOne(comm *mpi.Comm, f *h5.File, name string, options []h5.DatasetOption) error {
	d, err := f.CreateDataset(name, h5.Int32, options...)
	if err != nil {
		return err
	}
	if err := d.Append([]int32{-1, -2, -3, -4}, 0); err != nil {
		return err
	}
	if err := d.ResizeAxis(0, 1+10*comm.Size()); err != nil {
		return err
	}
	mine := nd.New(h5.Int32, 10, 4)
	mine.Fill(float64(comm.Rank()))
	first := 1 + 10*comm.Rank()
	return d.Write(mine, nd.R(first, first+10), h5.Collective)
}
