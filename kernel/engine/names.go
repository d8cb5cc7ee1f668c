package engine

import (
	"encoding/json"
	"fmt"
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
func (s *server) measure(list []byte) ([]byte, error) {
	var places []Place
	if err := json.Unmarshal(list, &places); err != nil {
		return nil, fmt.Errorf("read which variables to measure: %w", err)
	}
	flat := s.busy()
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

// busy reports whether goroutines run besides the engine's own. They may write
// while variables are looked at, and whose they are makes no difference.
func (s *server) busy() bool {
	for range 50 {
		if runtime.NumGoroutine() <= s.own {
			return false
		}
		time.Sleep(time.Millisecond) // that of the last cell may be about to end
	}
	return true
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
