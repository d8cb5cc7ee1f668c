package engine

import (
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/galago-hpc/galago/internal/footprint"
	"github.com/galago-hpc/galago/lib/rt"
)

// A Place is where a variable of the session lives.
type Place struct {
	Unit int    `json:"unit"`
	Name string `json:"name"`
}

// measureTime is how long measuring all variables may take.
const measureTime = 400 * time.Millisecond

// measure estimates the memory of variables. They share the time: what one
// does not need is left to the next.
func measure(list []byte) ([]byte, error) {
	var places []Place
	if err := json.Unmarshal(list, &places); err != nil {
		return nil, fmt.Errorf("read which variables to measure: %w", err)
	}
	flat := cellsRun()
	end := time.Now().Add(measureTime)
	sizes := make([]footprint.Size, len(places))
	for i, p := range places {
		pointer, ok := rt.Lookup(p.Unit, p.Name)
		if !ok {
			return nil, fmt.Errorf("the variable %s is not in the engine", p.Name)
		}
		limit := footprint.Flat()
		if !flat {
			limit = footprint.Budget(time.Until(end) / time.Duration(len(places)-i))
		}
		sizes[i] = footprint.Of(pointer, limit)
	}
	return json.Marshal(sizes)
}

var inCell = regexp.MustCompile(`(?m)^\t(?:.*/)?cell \d+:`)

// cellsRun reports whether goroutines of cells live on in the background, and
// may write while variables are looked at.
func cellsRun() bool {
	stacks := make([]byte, 4<<20)
	n := runtime.Stack(stacks, true)
	return n == len(stacks) || inCell.Match(stacks[:n])
}

// drop forgets the values of variables and gives their memory back.
func drop(c Command) error {
	if c.Name == "" {
		rt.DropAll()
	} else if !rt.Drop(c.Unit, c.Name) {
		return fmt.Errorf("the variable %s is not in the engine", c.Name)
	}
	debug.FreeOSMemory()
	return nil
}
