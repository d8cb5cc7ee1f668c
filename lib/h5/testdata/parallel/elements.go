package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// A particle is in the file what it is in memory; a labelled one is not.
type particle struct {
	ID  int64      `h5:"id"`
	Pos [3]float64 `h5:"pos"`
	On  bool       `h5:"on"`
}

func elements(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	rank, n := comm.Rank(), comm.Size()
	t, err := h5.TypeFor[particle]()
	if err != nil {
		return err
	}
	mine := func(rank int) []particle {
		return []particle{{int64(rank), [3]float64{1, 2, float64(rank)}, true}, {int64(-rank), [3]float64{}, false}}
	}
	labels := func(rank int) []string { return []string{fmt.Sprint("rank ", rank), "ü"} }
	for _, how := range []h5.Transfer{h5.Independent, h5.Collective} {
		name := how.String()
		d, err := f.CreateDataset(name, t, h5.Shape{2 * n})
		if err != nil {
			return err
		}
		selection := fmt.Sprintf("%d:%d", 2*rank, 2*rank+2)
		if err := d.Write(mine(rank), selection, how); err != nil {
			return err
		}
		texts, err := f.CreateDataset("labels "+name, h5.FixedText(10), h5.Shape{2 * n})
		if err != nil {
			return err
		}
		if err := texts.Write(labels(rank), selection, how); err != nil {
			return err
		}
		// One rank has nothing that fits, and the others do not wait for it.
		if how == h5.Collective && n > 1 {
			values := []string{"a", "b"}
			if rank == 1 {
				values[1] = "much too long a label"
			}
			err := texts.Write(values, selection, how)
			if rank == 1 && (err == nil || !strings.Contains(err.Error(), "has room for 10")) {
				return fmt.Errorf("a text that is too long: %v", err)
			}
			if rank != 1 && err != nil {
				return err
			}
			err = d.Field("id").ReadInto(new([]int8), selection, how)
			if err != nil {
				return err
			}
			if err := texts.Write(labels(rank), selection, how); err != nil {
				return err
			}
		}
	}
	if err := f.Attrs().Set("particles", mine(7)); err != nil {
		return err
	}
	if err := f.Attrs().Set("names", []string{"a", "ü"}); err != nil {
		return err
	}
	d, err := f.CreateDatasetFrom("from", mine(3))
	if err != nil {
		return err
	}
	ref, err := d.Ref()
	if err != nil {
		return err
	}
	if err := f.Attrs().Set("ref", ref); err != nil {
		return err
	}
	// HDF5 cannot write text of variable length in parallel, and says so.
	if n > 1 {
		texts, err := f.CreateDataset("variable", h5.Text, h5.Shape{n})
		if err != nil {
			return err
		}
		if err := texts.Write("x", rank); err == nil || !strings.Contains(err.Error(), "h5.FixedText") {
			return fmt.Errorf("text of variable length: %v", err)
		}
	}
	if err := f.Close(); err != nil {
		return err
	}
	if f, err = h5.Open(args[0], h5.MPIO(comm)); err != nil {
		return err
	}
	for _, how := range []h5.Transfer{h5.Independent, h5.Collective} {
		name := how.String()
		d, err := f.Dataset(name)
		if err != nil {
			return err
		}
		other := (rank + 1) % n
		selection := fmt.Sprintf("%d:%d", 2*other, 2*other+2)
		var got []particle
		if err := d.ReadInto(&got, selection, how); err != nil || !reflect.DeepEqual(got, mine(other)) {
			return fmt.Errorf("%s: %v %v", name, got, err)
		}
		texts, err := f.Dataset("labels " + name)
		if err != nil {
			return err
		}
		if got, err := texts.Value(selection, how); err != nil || !reflect.DeepEqual(got, labels(other)) {
			return fmt.Errorf("%s: %v %v", name, got, err)
		}
	}
	if got, err := h5.Attr[[]particle](f, "particles"); err != nil || !reflect.DeepEqual(got, mine(7)) {
		return fmt.Errorf("attribute: %v %v", got, err)
	}
	if ref, err = h5.Attr[h5.Ref](f, "ref"); err != nil {
		return err
	}
	node, err := f.Deref(ref)
	if err != nil || node.ObjectPath() != "/from" {
		return fmt.Errorf("reference: %v %v", node, err)
	}
	return f.Close()
}
