package launcher

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// A State says how far a run is.
type State string

// The states of a run.
const (
	Running     State = "running"
	Succeeded   State = "succeeded"
	Failed      State = "failed"
	Interrupted State = "interrupted"
)

// A Record is what run.json holds.
type Record struct {
	State   State          `json:"state"`
	Command string         `json:"command"` // as typed into a shell
	Backend string         `json:"backend"` // "mpiexec", "srun" or "direct"
	Program string         `json:"program"`
	Args    []string       `json:"args,omitempty"`
	Ranks   int            `json:"ranks"`
	Dir     string         `json:"dir"`             // working directory
	Host    string         `json:"host"`            // where the launcher runs
	PID     int            `json:"pid"`             // of the launcher
	Steps   []string       `json:"steps,omitempty"` // Slurm's JOB.STEP
	Started time.Time      `json:"started"`
	Ended   *time.Time     `json:"ended,omitempty"`
	Exit    *int           `json:"exit,omitempty"`    // the launcher's exit status
	Failure *event.Failure `json:"failure,omitempty"` // what Wait returned
}

const recordFile = "run.json"

// ReadRecord reads run.json in the folder of a run.
func ReadRecord(runDir string) (*Record, error) {
	text, err := os.ReadFile(filepath.Join(runDir, recordFile))
	if err != nil {
		return nil, fmt.Errorf("read the record of a run: %w", err)
	}
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read the record of a run: %s: %w", filepath.Join(runDir, recordFile), err)
	}
	return &r, nil
}

// write replaces run.json at once, so that no reader sees half of it.
func (r *Record) write(runDir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(runDir, recordFile)
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
