package launcher

import (
	"bufio"
	"io"
	"os"
	"strings"
	"sync"
)

// words is what the launcher itself prints.
type words struct {
	mu    sync.Mutex
	fresh []string // lines not yet taken
	all   []string // the last lines
	log   *os.File
	ended chan struct{}
}

// mostWords is how many lines are kept to find a cause in.
const mostWords = 200

// listen reads r until its end. Lines also go to the file log.
func listen(r io.ReadCloser, log *os.File) *words {
	w := &words{log: log, ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		defer r.Close()
		if log != nil {
			defer log.Close()
		}
		in := bufio.NewReader(r)
		for {
			line, err := in.ReadString('\n')
			if line = strings.TrimRight(line, "\r\n"); line != "" {
				w.add(line)
			}
			if err != nil {
				return
			}
		}
	}()
	return w
}

func (w *words) add(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.log != nil {
		// The run does not depend on this file.
		_, _ = w.log.WriteString(line + "\n")
	}
	w.fresh = append(w.fresh, line)
	w.all = append(w.all, line)
	if len(w.all) > mostWords {
		w.all = w.all[len(w.all)-mostWords:]
	}
}

func (w *words) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	fresh := w.fresh
	w.fresh = nil
	return fresh
}

// lines returns the last lines.
func (w *words) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.all...)
}

// idle begin the lines that tell a user nothing.
var idle = []string{"[proxy:", "CLEANING UP REMAINING PROCESSES", "YOU CAN IGNORE THE BELOW", "This typically refers to a problem", "Please see the FAQ page"}

// summary shortens what a launcher says about its own failure to what matters:
// no empty frames, no advice for developers, at most ten lines.
func summary(lines []string) string {
	var kept []string
	for _, line := range lines {
		trimmed := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "= "))
		if strings.Trim(trimmed, "-=+*") == "" || hasAnyPrefix(trimmed, idle) {
			continue
		}
		kept = append(kept, trimmed)
	}
	const most = 10
	if len(kept) > most {
		kept = kept[:most]
	}
	return strings.Join(kept, "\n")
}

// advice says what to do about what launchers complain of. The first entry
// whose words occur counts.
var advice = []struct{ words, hint string }{
	{"DUE TO TIME LIMIT", "the run reached its time limit: ask for more with -t"},
	{"oom_kill", "the ranks used more memory than the job has: ask for more with --mem, or use more nodes"},
	{"oom-kill", "the ranks used more memory than the job has: ask for more with --mem, or use more nodes"},
	{"More processors requested than permitted", "the allocation is smaller than that: use fewer ranks, or start Jupyter in a larger job"},
	{"node configuration is not available", "the partition has no such nodes: use fewer ranks per node or more nodes (-N); sinfo shows what there is"},
	{"More nodes requested than permitted", "the allocation has fewer nodes: reduce -N, or start Jupyter in a larger job"},
	{"Invalid generic resource", "the nodes have no such device: see sinfo -o %G"},
	{"invalid partition", "name a partition that sinfo shows: -p PARTITION"},
	{"nvalid account", "name your account: -A ACCOUNT; sacctmgr show associations user=$USER lists yours"},
	{"Requested time limit is invalid", "the partition allows less time: reduce -t; sinfo -o \"%P %l\" shows the limits"},
	{"QOS", "the site's limits do not allow it: reduce ranks or time, or wait for other jobs"},
	{"can not load PMIx library", "Slurm's plugin finds no libpmix.so: install it (Debian: libpmix-dev), or use MPICH: GALAGO_MPI=mpich"},
	{"Invalid MPI type", "srun --mpi=list shows what this Slurm has"},
	{"nable to contact slurm controller", "Slurm does not answer: is this a login node of the cluster? try scontrol ping"},
	{"Could not establish a configuration source", "Slurm is not set up on this machine: use %%mpiexec"},
	{"has been revoked", "the job was cancelled while it waited"},
	{"not enough slots", "add --oversubscribe to the options, or use fewer ranks"},
	{"as root", "use another user than root, or set OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"},
	{"unrecognized argument", "the options are mpiexec's own: see mpiexec --help"},
	{"nrecognized option", "the options are the launcher's own: see its --help"},
	{"nknown option", "the options are the launcher's own: see its --help"},
	{"nvalid option", "the options are the launcher's own: see its --help"},
	{"could not find an executable", "the options are the launcher's own: a word that it does not know is taken for the program; see its --help"},
	{"nable to change to", "use a working directory that the nodes can see"},
	{"is not there: use a folder", "work in a folder on a shared file system, such as your home or a project folder"},
	{"No space left on device", "free space there, or work in another folder"},
	{"no space left on device", "free space there, or work in another folder"},
	{"isk quota exceeded", "free space there, or work in another folder"},
	{"ermission denied", "check that every node can read and run it"},
	{"o such file or directory", "it must be on a file system that all nodes share"},
}

// hintFor looks the words up.
func hintFor(lines []string) string {
	text := strings.Join(lines, "\n")
	for _, a := range advice {
		if strings.Contains(text, a.words) {
			return a.hint
		}
	}
	return ""
}
