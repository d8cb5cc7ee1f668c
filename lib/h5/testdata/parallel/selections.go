package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// selections reads and writes by random lists, masks and ranges on every rank, a
// different one on each and nothing on some, and compares with what nd makes of the
// same array. The ranks write to rows of their own.
func selections(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	rounds, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	own := 6
	shape := h5.Shape{own * comm.Size(), 7, 5}
	rng := rand.New(rand.NewPCG(uint64(comm.Rank()), 1))
	if err := selectOne(comm, f, "whole", own, shape, rounds, rng, nil); err != nil {
		return err
	}
	if err := selectOne(comm, f, "chunks", own, shape, rounds, rng, []h5.DatasetOption{h5.Chunks{4, 3, 5}}); err != nil {
		return err
	}
	return f.Close()
}

func selectOne(comm *mpi.Comm, f *h5.File, name string, own int, shape h5.Shape, rounds int, rng *rand.Rand, options []h5.DatasetOption) error {
	d, err := f.CreateDataset(name, h5.Float64, append(options, shape)...)
	if err != nil {
		return err
	}
	mine := nd.New(h5.Float64, own, shape[1], shape[2])
	first := own * comm.Rank()
	// Without a fill value, HDF5 does not say what is where nothing was written.
	if err := d.Write(mine, nd.R(first, first+own), h5.Collective); err != nil {
		return err
	}
	for round := range rounds {
		var transfer h5.Transfer = h5.Independent
		if round%2 == 0 {
			transfer = h5.Collective
		}
		// Writes go to rows of this rank, as lists of them.
		rows := draw(rng, own)
		rest := drawRest(rng, shape[1:])
		local := rows + rest
		values := float64(round*1000 + comm.Rank())
		if rng.IntN(5) > 0 {
			if err := mine.Put(values, local); err != nil {
				return fmt.Errorf("%s: %w", local, err)
			}
			if err := d.Write(values, moved(rows, first)+rest, transfer); err != nil {
				return fmt.Errorf("%s: %w", local, err)
			}
		} else if err := d.Write(values, "[]", transfer); err != nil {
			return err
		}
		text := draw(rng, own)
		rest = drawRest(rng, shape[1:])
		want, err := mine.Sel(text + rest)
		if err != nil {
			return fmt.Errorf("%s: %w", text+rest, err)
		}
		got, err := d.Read(moved(text, first)+rest, transfer)
		if err != nil {
			return fmt.Errorf("%s: %w", text+rest, err)
		}
		if !got.Equal(want) {
			return fmt.Errorf("%s, round %d: %s is\n%v\nwant\n%v", name, round, text+rest, got, want)
		}
	}
	all, err := d.Read(nd.R(first, first+own), h5.Collective)
	if err == nil && !all.Equal(mine) {
		err = fmt.Errorf("%s has\n%v\nwant\n%v", name, all, mine)
	}
	return err
}

// draw draws a list of places, sometimes none, or a range.
func draw(rng *rand.Rand, n int) string {
	if rng.IntN(3) == 0 {
		return fmt.Sprintf("%d:%d:%d", rng.IntN(n), n, 1+rng.IntN(3))
	}
	list := make([]string, rng.IntN(5))
	for i := range list {
		list[i] = strconv.Itoa(rng.IntN(n))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// drawRest draws what follows for the other axes.
func drawRest(rng *rand.Rand, shape []int) string {
	switch rng.IntN(5) {
	case 0:
		return ""
	case 1:
		return ", ::-2"
	case 2:
		return fmt.Sprintf(", %d, ::2", rng.IntN(shape[0]))
	case 3:
		return fmt.Sprintf(", :, [%d]", rng.IntN(shape[1]))
	}
	return ", 1:4, ::-1"
}

// moved adds to the numbers of a range's bounds, or of a list.
func moved(text string, by int) string {
	if strings.HasPrefix(text, "[") {
		body := strings.Trim(text, "[]")
		if body == "" {
			return text
		}
		words := strings.Split(body, ", ")
		for i, w := range words {
			k, _ := strconv.Atoi(w)
			words[i] = strconv.Itoa(k + by)
		}
		return "[" + strings.Join(words, ", ") + "]"
	}
	parts := strings.Split(text, ":")
	for i := range 2 {
		k, _ := strconv.Atoi(parts[i])
		parts[i] = strconv.Itoa(k + by)
	}
	return strings.Join(parts, ":")
}
