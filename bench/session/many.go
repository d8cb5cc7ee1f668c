package main

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/bench/measure/client"
)

// The cells that are compared: the last of a long session with cells 10 to 19 of
// new ones.
const (
	sessions = 3
	before   = 9
	compared = 10
)

// many runs compiled cells in one session without a pause. Its last cells take
// turns with those of new sessions, so that what else the machine does concerns
// both.
func (a *arguments) many() (err error) {
	fmt.Printf("many: %d compiled cells in one session; goals: an engine of less than 600 MB, the last cells within 20 %% of cells 10 to 19 of new sessions\n\n", a.Many)
	long, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, long.Close()) }()
	for i := range a.Many - sessions*compared {
		if _, err := a.sum(long); err != nil {
			return err
		}
		if (i+1)%100 == 0 {
			if err := showMemory(long, i+1); err != nil {
				return err
			}
		}
	}
	var early, late []float64
	for range sessions {
		if err := a.turns(long, &early, &late); err != nil {
			return err
		}
	}
	if err := showMemory(long, a.Many); err != nil {
		return err
	}
	young, old := measure.Median(early), measure.Median(late)
	fmt.Printf("%-18s%10.0f ms\n%-18s%10.0f ms\n%-18s%+10.0f %%\n", "cells 10 to 19", young, "the last 30", old, "difference", 100*(old/young-1))
	return nil
}

// turns adds the times of cells of a new session and of the long one, in
// milliseconds.
func (a *arguments) turns(long *client.Kernel, early, late *[]float64) (err error) {
	short, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, short.Close()) }()
	for range before {
		if _, err := a.sum(short); err != nil {
			return err
		}
	}
	for range compared {
		young, err := a.sum(short)
		if err != nil {
			return err
		}
		old, err := a.sum(long)
		if err != nil {
			return err
		}
		*early, *late = append(*early, young*1e3), append(*late, old*1e3)
	}
	return nil
}

// sum runs a cell that no session has run before, and returns how long that took.
func (a *arguments) sum(k *client.Kernel) (seconds float64, err error) {
	a.seed++
	o, err := k.Execute(fmt.Sprintf("sum%[1]d := 0\nfor i := range 100 {\n\tsum%[1]d += i * %[1]d\n}\nfmt.Println(sum%[1]d)", a.seed))
	return o.Seconds, err
}

// showMemory prints the memory of the engine, the kernel's child.
func showMemory(k *client.Kernel, cells int) error {
	children, err := k.Children()
	if err != nil {
		return err
	}
	for pid, program := range children {
		if program != "engine" {
			continue
		}
		kilobytes, err := client.Resident(pid)
		if err != nil {
			return err
		}
		fmt.Printf("after %-4d cells   %10.0f MB\n", cells, float64(kilobytes)*1024/1e6)
		return nil
	}
	return fmt.Errorf("read the memory of the engine: the kernel's children are %v", children)
}
