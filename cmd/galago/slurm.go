package main

import (
	"fmt"
	"strings"
)

// lookAtSlurm tells whether jobs can be started, and where from.
func lookAtSlurm(m *machine) []finding {
	f := finding{Topic: "Slurm", State: ok}
	srun := m.path("srun")
	if srun == "" {
		f.State = dispensed
		f.Why = "ranks run on this machine only, through mpiexec"
		return []finding{f}
	}
	f.Found = append(f.Found, srun)
	text, err := m.output(srun, "--version")
	if err != nil {
		f.State = dispensed
		f.Why = "srun is installed, this machine belongs to no cluster: " + lastWords(text)
		return []finding{f}
	}
	f.Found[0] = firstLine(text) + ", " + srun
	partitions, err := m.output("sinfo", "--noheader", "--format=%P")
	if err != nil {
		f.State, f.Why = unwell, "no controller answers: "+lastWords(partitions)
		return []finding{f}
	}
	f.Found = append(f.Found, "partitions: "+strings.Join(strings.Fields(partitions), " "))
	if job := m.env("SLURM_JOB_ID"); job != "" {
		f.Found = append(f.Found, fmt.Sprintf("inside job %s: %s nodes, %s", job, m.env("SLURM_JOB_NUM_NODES"), m.env("SLURM_JOB_NODELIST")))
	}
	return []finding{f}
}

// lastWords returns the last line of a complaint, without the command's name.
func lastWords(text string) string {
	lines := strings.Split(text, "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if _, rest, found := strings.Cut(last, "error: "); found {
		return rest
	}
	return last
}
