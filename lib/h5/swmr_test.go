package h5

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// A partner is an h5py that does one line of Python after the other.
type partner struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Reader
}

func newPartner(t *testing.T, path string) *partner {
	t.Helper()
	cmd := exec.Command(newPython(t), "-u", "-c", `
import sys, h5py, numpy as np
path = sys.argv[1]
space = globals()
for line in sys.stdin:
    try:
        exec(line, space)
        print("done")
    except Exception as e: print(type(e).__name__ + ": " + str(e).replace("\n", " "))
`, path)
	p := &partner{t: t, in: must[io.WriteCloser](t)(cmd.StdinPipe())}
	p.out = bufio.NewReader(must[io.ReadCloser](t)(cmd.StdoutPipe()))
	check(t, cmd.Start())
	t.Cleanup(func() { _ = p.in.Close(); _ = cmd.Wait() })
	return p
}

// does runs a line, which prints what it prints before "done".
func (p *partner) does(line string) string {
	p.t.Helper()
	fmt.Fprintln(p.in, line)
	text := ""
	for {
		got, err := p.out.ReadString('\n')
		if err != nil {
			p.t.Fatalf("h5py has ended: %v", err)
		}
		if got == "done\n" {
			return strings.TrimSpace(text)
		}
		if strings.Contains(got, "Error: ") {
			p.t.Fatalf("h5py: %s: %s", line, got)
		}
		text += got
	}
}

// h5py writes and appends while this process reads.
func TestReadWhileH5pyWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "swmr.h5")
	writer := newPartner(t, path)
	writer.does(`f = h5py.File(path, "w", libver=("v110", "v110")); d = f.create_dataset("d", (4,), "f8", maxshape=(None,), chunks=(4,)); d[:] = 1`)
	writer.does(`f.swmr_mode = True`)
	f := must[*File](t)(Open(path, SWMR))
	defer f.Close()
	d := must[*Dataset](t)(f.Dataset("d"))
	if got := must[*nd.Array](t)(d.Read()).String(); got != "[1. 1. 1. 1.]" || !f.SWMR() {
		t.Errorf("got %s, SWMR %v", got, f.SWMR())
	}
	writer.does(`d[1] = 5; d.resize((6,)); d[4:] = [7, 8]; d.flush()`)
	check(t, d.Refresh())
	if got := must[*nd.Array](t)(d.Read()).String(); got != "[1. 5. 1. 1. 7. 8.]" || d.Len() != 6 {
		t.Errorf("after Refresh %s, length %d", got, d.Len())
	}
	_, err := Open(path, SWMR, Locking(LockOff))
	wantError(t, "open otherwise", err, "it is open in this process with another h5.Locking")
	check(t, f.Close())
	// Without SWMR a file that is being written is refused, by name of the writer.
	_, err = Open(path)
	wantError(t, "open without SWMR", err, "has it open for writing", "h5.SWMR")
	wantError(t, "clear a file that is being written", ClearConsistency(path), "has it open")
	writer.does(`f.close()`)
	check(t, must[*File](t)(Open(path)).Close())
}

// This process writes while h5py reads.
func TestWriteWhileH5pyReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "swmr.h5")
	f := must[*File](t)(Create(path, LibVer(V110, V110)))
	d := must[*Dataset](t)(f.CreateDataset("d", Float64, Shape{4}, Chunks{2}))
	if f.SWMR() {
		t.Error("SWMR from the beginning")
	}
	check(t, f.StartSWMR())
	check(t, f.StartSWMR())
	reader := newPartner(t, path)
	reader.does(`f = h5py.File(path, "r", swmr=True); d = f["d"]`)
	if got := reader.does(`print(d[:].tolist(), f.swmr_mode)`); got != "[0.0, 0.0, 0.0, 0.0] True" || !f.SWMR() {
		t.Errorf("h5py sees %s", got)
	}
	for i := range 3 {
		check(t, d.Write(float64(i+1), i))
		check(t, d.Flush())
	}
	if got := reader.does(`d.refresh(); print(d[:].tolist())`); got != "[1.0, 2.0, 3.0, 0.0]" {
		t.Errorf("h5py sees %s", got)
	}
	reader.does(`f.close()`)
	check(t, f.Close())
	// Once it is closed, a writer can go on where it was.
	f = must[*File](t)(Open(path, ReadWrite, SWMR))
	d = must[*Dataset](t)(f.Dataset("d"))
	reader.does(`f = h5py.File(path, "r", swmr=True); d = f["d"]`)
	check(t, d.Write(9, 3))
	check(t, d.Flush())
	if got := reader.does(`d.refresh(); print(d[:].tolist())`); got != "[1.0, 2.0, 3.0, 9.0]" {
		t.Errorf("h5py sees %s", got)
	}
	reader.does(`f.close()`)
	check(t, f.Close())
	wantError(t, "refresh", d.Refresh(), "the file is closed")
	wantError(t, "flush", d.Flush(), "the file is closed")
	wantError(t, "start", f.StartSWMR(), "the file is closed")
}

func TestSWMRThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	wantError(t, "old format", f.StartSWMR(), "the format of the file is too old for SWMR; create it with h5.LibVer(h5.V110")
	check(t, f.Set("x", 1)) // and the file is as good as before
	path, _ := sample(t)
	r := must[*File](t)(Open(path))
	defer r.Close()
	wantError(t, "read-only", r.StartSWMR(), "reading only")
	m := must[*File](t)(InMemory(nil, LibVer(V110, Latest)))
	defer m.Close()
	wantError(t, "in memory", m.StartSWMR(), "the core driver")
}
