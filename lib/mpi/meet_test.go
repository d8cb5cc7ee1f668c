package mpi

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/accord"
)

var compared = []string{accord.Variable + "=1"}

func TestMeetings(t *testing.T) {
	for _, l := range both {
		for _, n := range []int{2, 3, 5, 8} {
			if output, status := l.start(t, n, compared, ranks, "meet"); status != 0 || output != "" {
				t.Errorf("%s, %d ranks: exit status %d\n%s", l.flavour, n, status, output)
			}
		}
	}
}

// A rank in a call that cannot end is named, with the call and its line; the others
// do not hang.
func TestMeetingOfRanksThatAreStuck(t *testing.T) {
	for _, l := range both {
		for _, call := range []string{"MPI_Barrier", "MPI_Allreduce", "MPI_Allgather", "MPI_Alltoall", "MPI_Bcast", "MPI_Scatter", "MPI_Send", "MPI_Recv", "MPI_Wait", "MPI_Comm_split"} {
			output, status := l.start(t, 3, compared, ranks, "stuck", call)
			if status == 0 || strings.Count(output, "rank 0: waits in "+call+" at meet.go:") < 2 || strings.Count(output, "ranks 1, 2: wait here at meet.go:") < 2 {
				t.Errorf("%s: exit status %d\n%s", l.flavour, status, output)
			}
		}
	}
}

// Ranks that come late, whatever they wait for, are waited for.
func TestMeetingOfRanksThatComeLate(t *testing.T) {
	for _, l := range both {
		if output, status := l.start(t, 5, compared, ranks, "unprovable"); status != 0 || output != "" {
			t.Errorf("%s: exit status %d\n%s", l.flavour, status, output)
		}
	}
}

// A rank of which nobody knows whether it will come is waited for, but not in
// silence.
func TestMeetingNotesWhoIsMissing(t *testing.T) {
	for _, l := range both {
		output, status := l.start(t, 4, compared, ranks, "noted")
		said := regexp.MustCompile(`rank (\d) has waited \d+ s: create dataset /x at meet.go:\d+. Rank (\d): (.*)`).FindAllStringSubmatch(output, -1)
		if status != 0 || len(said) != 1 || said[0][1] != "1" || said[0][2] != "0" || !strings.HasPrefix(said[0][3], "waits in MPI_Recv at meet.go:") {
			t.Errorf("%s: exit status %d\n%s", l.flavour, status, output)
		}
	}
}

// Every function works while the ranks note what they wait in.
func TestEveryFunctionWithMeetings(t *testing.T) {
	for _, l := range both {
		for _, n := range []int{1, 3} {
			output, status := l.start(t, n, compared, ranks, "all")
			if status != 0 || strings.Count(output, "all checks passed") != n {
				t.Errorf("%s: exit status %d\n%s", l.flavour, status, output)
			}
		}
	}
}

func TestListOfRanks(t *testing.T) {
	for want, ranks := range map[string][]int{"rank 3": {3}, "ranks 0, 1": {0, 1}, "ranks 0-2, 5": {0, 1, 2, 5}, "ranks 1, 3, 5-8": {1, 3, 5, 6, 7, 8}} {
		if got := listRanks(ranks); got != want {
			t.Errorf("%v: %q, want %q", ranks, got, want)
		}
	}
	said := map[int]string{}
	for i := range 20 {
		said[i] = fmt.Sprint("matter ", i)
	}
	if got := foldRanks(said); !strings.HasSuffix(got, "rank 7: matter 7; 12 ranks more with something else") {
		t.Errorf("%s", got)
	}
}
