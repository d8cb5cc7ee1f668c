package h5

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/interrupt"
	"github.com/galago-hpc/galago/lib/rt/run"
)

const (
	// damagePatience is how long anything may take with a damaged file.
	damagePatience = 10 * time.Second
	// damageInterrupt is after how long a user would interrupt, and again.
	damageInterrupt = 2 * time.Second
)

func init() {
	// damaged reads the files whose names it is given, a line each, as cells do, and
	// says after each how often libhdf5 has crashed so far. A signal interrupts it, as
	// a user does.
	children["damaged"] = func(args []string) error {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGUSR1)
		go func() {
			for range signals {
				run.Interrupt()
				interrupt.Run()
			}
		}()
		paths := make(chan string)
		go func() {
			lines := bufio.NewScanner(os.Stdin)
			for lines.Scan() {
				paths <- lines.Text()
			}
			os.Exit(0) // whatever it is at: nobody is left to hear
		}()
		for path := range paths {
			run.Do(func() { readWhole(path) }, run.Prepare(), func(f *event.Failure) {
				if f != nil && f.Name != "interrupt" {
					panic(fmt.Sprintf("%s: %s", f.Name, f.Message))
				}
			})
			crashes := 0
			for _, n := range copies {
				crashes += n
			}
			fmt.Println("read", crashes)
		}
		return nil
	}
}

// A damageReader is a process that reads damaged files, in place of a notebook's
// engine.
type damageReader struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said bytes.Buffer // on its standard error
	here int          // crashes of libhdf5 in this process

	crashes, interrupts, deaths int // in all
}

func (r *damageReader) start(t testing.TB) {
	r.cmd = child(t, "damaged")
	r.said.Reset()
	r.cmd.Stderr = &r.said
	r.in = must[io.WriteCloser](t)(r.cmd.StdinPipe())
	r.out = bufio.NewReader(must[io.ReadCloser](t)(r.cmd.StdoutPipe()))
	check(t, r.cmd.Start())
}

// read has the process read a file. The error says what it should not have done.
func (r *damageReader) read(t testing.TB, path string) error {
	if r.cmd == nil {
		r.start(t)
	}
	began := time.Now()
	process, answered := r.cmd.Process, make(chan struct{})
	var late atomic.Bool
	go func() {
		for {
			select {
			case <-answered:
				return
			case <-time.After(damageInterrupt):
			}
			if late.Store(time.Since(began) >= damagePatience); late.Load() {
				_ = process.Signal(syscall.SIGQUIT)
				return
			}
			_ = process.Signal(syscall.SIGUSR1)
		}
	}()
	fmt.Fprintln(r.in, path)
	line, err := r.out.ReadString('\n')
	close(answered)
	if time.Since(began) > damageInterrupt {
		r.interrupts++
	}
	crashes := 0
	if _, wrong := fmt.Sscanf(line, "read %d", &crashes); err == nil && wrong == nil {
		r.crashes += crashes - r.here
		r.here = crashes
		if crashes >= mostCopies {
			r.end()
		}
		return nil
	}
	_ = r.in.Close()
	err = r.cmd.Wait()
	r.cmd, r.here = nil, 0
	switch said := r.said.String(); {
	case late.Load():
		return fmt.Errorf("no answer for %v: %s", damagePatience, said)
	case strings.Contains(said, "has left C's memory allocation locked"):
		// The one way in which libhdf5 may end the process, which it announces.
		r.crashes++
		r.deaths++
		return nil
	default:
		return fmt.Errorf("the process has ended: %v: %s", err, said)
	}
}

func (r *damageReader) end() {
	if r.cmd == nil {
		return
	}
	_ = r.in.Close()
	_ = r.cmd.Wait()
	r.cmd, r.here = nil, 0
}

// damage changes a file in the way that the bytes of a script say: as failing
// disks, broken copies and people do.
func damage(image, script []byte) []byte {
	image = bytes.Clone(image)
	for len(script) >= 8 {
		how, value := script[0], binary.LittleEndian.Uint32(script[4:])
		at := int(binary.LittleEndian.Uint32(script[:4])>>8) % len(image)
		script = script[8:]
		rest := image[at:]
		switch how % 9 {
		case 0:
			rest[0] ^= 1 << (value % 8)
		case 1:
			rest[0] = byte(value)
		case 2:
			rest[0] = 0xff
		case 3:
			rest[0] = 0
		case 4:
			rest[0] += byte(value%3) - 1
		case 5:
			copy(rest, binary.LittleEndian.AppendUint32(nil, value>>(how/9%32)))
		case 6:
			copy(rest[:min(1+int(how/9%16), len(rest))], image[int(value)%len(image):])
		case 7:
			copy(rest, binary.LittleEndian.AppendUint64(nil, uint64(value)%uint64(len(image))))
		case 8:
			if how > 200 && at > 64 {
				image = image[:at]
			}
		}
	}
	return image
}

// randomScript makes a script for damage.
func randomScript(r *rand.Rand) []byte {
	script := make([]byte, 8<<r.IntN(6))
	for i := range script {
		script[i] = byte(r.IntN(256))
	}
	return script
}

// TestDamagedFiles reads files with random damage. Whatever libhdf5 does with them,
// the process goes on.
func TestDamagedFiles(t *testing.T) {
	c := makeCorpus(t)
	reader := &damageReader{}
	defer reader.end()
	path := filepath.Join(t.TempDir(), "damaged.h5")
	for i := range 20 * len(c.names) {
		name, script := c.names[i%len(c.names)], randomScript(rand.New(rand.NewPCG(1, uint64(i))))
		check(t, os.WriteFile(path, damage(c.images[name], script), 0o600))
		if err := reader.read(t, path); err != nil {
			t.Errorf("%s, %x: %v", name, script, err)
		}
	}
	t.Logf("libhdf5 has crashed %d times, was interrupted %d times, and ended the process %d times", reader.crashes, reader.interrupts, reader.deaths)
}

func FuzzDamagedFile(f *testing.F) {
	c := makeCorpus(f)
	for i := range c.names {
		f.Add(uint(i), randomScript(rand.New(rand.NewPCG(2, uint64(i)))))
	}
	reader := &damageReader{}
	f.Cleanup(reader.end)
	path := filepath.Join(f.TempDir(), "damaged.h5")
	f.Fuzz(func(t *testing.T, file uint, script []byte) {
		name := c.names[file%uint(len(c.names))]
		check(t, os.WriteFile(path, damage(c.images[name], script), 0o600))
		if err := reader.read(t, path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}
