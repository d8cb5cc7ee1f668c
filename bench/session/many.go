package main

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/bench/measure/client"
)

// many runs compiled cells in one session without a pause.
func (a *arguments) many() (err error) {
	k, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	fmt.Printf("many: %d compiled cells in one session; goals: an engine of less than 600 MB, the last cells within 20 %% of cells 10 to 19\n\n", a.Many)
	var times []float64
	for i := range a.Many {
		a.seed++
		o, err := k.Execute(fmt.Sprintf("sum%[1]d := 0\nfor i := range 100 {\n\tsum%[1]d += i * %[2]d\n}\nfmt.Println(sum%[1]d)", i+1, a.seed))
		if err != nil {
			return err
		}
		times = append(times, o.Seconds*1e3)
		if (i+1)%100 == 0 && i+1 < a.Many {
			if err := showMemory(k, i+1); err != nil {
				return err
			}
		}
	}
	if err := showMemory(k, a.Many); err != nil {
		return err
	}
	early, late := measure.Median(times[9:19]), measure.Median(times[a.Many-10:])
	fmt.Printf("%-18s%10.0f ms\n%-18s%10.0f ms\n%-18s%+10.0f %%\n", "cells 10 to 19", early, "the last ten", late, "difference", 100*(late/early-1))
	return nil
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
