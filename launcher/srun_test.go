package launcher

import (
	"fmt"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// Ranks of Open MPI wait for those of other nodes at the end of MPI_Init.
func TestNodesWaitForEachOther(t *testing.T) {
	env := environments(t)["srun, Open MPI"]
	b, err := ChooseIn("auto", env)
	if err != nil {
		t.Fatal(err)
	}
	req := request(t, env, 3)
	req.Program, req.Args, req.Options = build(t, "fence"), nil, []string{"-N2"}
	o := run(t, b, req, nil)
	o.succeed(t)
	var last int64 // to come
	var left [3]int64
	for rank := range left {
		var come int64
		text := o.text(rank, event.Stdout)
		if _, err := fmt.Sscan(text, &come, &left[rank]); err != nil {
			t.Fatalf("rank %d printed %q: %v", rank, text, err)
		}
		last = max(last, come)
	}
	for rank, at := range left {
		if at < last {
			t.Errorf("rank %d went on %v before the last rank came", rank, time.Duration(last-at))
		}
	}
}
