package main

import (
	"fmt"

	"github.com/galago-hpc/galago/bench/measure"
)

// A goal says how much of something a front end is to wait for at most.
type goal struct {
	what  string
	limit float64 // absolute; 0: none
	ratio float64 // to ipykernel's median; 0: none
	gonb  bool    // and to be a fifth of GoNB's first completion at most
}

var goals = []goal{
	{what: ready, ratio: 0.2},
	{what: kernelInfo, ratio: 1},
	{what: firstCompletion},
	{what: completion, ratio: 1, gonb: true},
	{what: inspection, ratio: 1, gonb: true},
	{what: isComplete, ratio: 1, gonb: true},
	{what: tenThousand, ratio: 1},
	{what: longLine, ratio: 1},
	{what: interrupt, limit: 100},
	{what: shutdown, limit: 200},
	{what: memory, limit: 80},
}

// report prints the medians and whether the goals are met.
func report(peers []*peer) {
	galago, ipykernel, gonb := peers[0], peers[1], peers[2]
	fmt.Printf("%-18s%10s%12s%10s%10s   %s\n", "ms", "galago", "ipykernel", "gonb", "ratio", "goal")
	for _, g := range goals {
		own, other := measure.Median(galago.samples[g.what]), measure.Median(ipykernel.samples[g.what])
		fmt.Printf("%-18s%10.2f%12.2f", g.what, own, other)
		if samples := gonb.samples[g.what]; len(samples) > 0 {
			fmt.Printf("%10.1f", measure.Median(samples))
		} else {
			fmt.Printf("%10s", "none")
		}
		fmt.Printf("%10.2f   %s\n", own/other, g.verdict(own, other, measure.Median(gonb.samples[firstCompletion])))
	}
}

func (g goal) verdict(own, other, gonb float64) string {
	words, met := "", true
	switch {
	case g.limit > 0:
		words, met = fmt.Sprintf("%g", g.limit), own <= g.limit
	case g.ratio > 0:
		words, met = fmt.Sprintf("ratio %g", g.ratio), own <= g.ratio*other
	default:
		return ""
	}
	if g.gonb {
		met = met && own <= gonb/5
	}
	if !met {
		words += ", MISSED"
	}
	return words
}
