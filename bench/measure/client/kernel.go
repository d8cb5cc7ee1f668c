// Package client starts Jupyter kernels and speaks to them over ZeroMQ, for
// benchmarks: it adds as little as it can to the time that a kernel takes.
//
//	k, err := client.Start(client.Options{Name: "ipykernel", Folder: dir, Argv: []string{"python3", "-m", "ipykernel_launcher", "-f"}})
//	...
//	outcome, err := k.Execute("1 + 1")
//	fmt.Println(outcome.Shown, outcome.Seconds)
//	err = k.Close()
package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A Kernel is a Jupyter kernel that this program has started, and the client
// of its shell, control and iopub channels.
type Kernel struct {
	Name  string
	Ready float64 // seconds from its start until it has answered a kernel_info_request

	command               *exec.Cmd
	ended                 chan struct{} // closed when the process has
	shell, control, iopub zmq4.Socket
	key                   []byte
	replies               chan message // on the shell channel
	published             chan message
	failed                chan error // why no more messages come
	sent                  int
}

// Options are how a kernel is started.
type Options struct {
	Name   string   // for messages
	Folder string   // of everything that it and the client write
	Env    []string // beside the current environment
	Argv   []string // its command, to which the name of the connection file is added
}

// How long a kernel may take to begin, and a cell to run, before the benchmark
// gives up: a fresh Galago builds its engine first.
const (
	beginTime = 5 * time.Minute
	cellTime  = 5 * time.Minute
	endTime   = 5 * time.Second
)

// Start starts a kernel and waits until it answers.
func Start(o Options) (*Kernel, error) {
	folder, err := os.MkdirTemp(o.Folder, o.Name)
	if err != nil {
		return nil, err
	}
	k := &Kernel{Name: o.Name, key: []byte(rand.Text()), ended: make(chan struct{}), replies: make(chan message, 1<<10), published: make(chan message, 1<<10), failed: make(chan error, 3)}
	ports, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "connection.json")
	connection, err := json.Marshal(map[string]any{
		"transport": "tcp", "ip": "127.0.0.1", "key": string(k.key), "signature_scheme": "hmac-sha256",
		"shell_port": ports[0], "iopub_port": ports[1], "control_port": ports[2], "stdin_port": ports[3], "hb_port": ports[4],
	})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, connection, 0o600); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	k.command = exec.Command(o.Argv[0], append(o.Argv[1:len(o.Argv):len(o.Argv)], file)...)
	k.command.Dir, k.command.Env = folder, append(append(os.Environ(), "XDG_STATE_HOME="+folder, "IPYTHONDIR="+folder), o.Env...)
	k.command.Stdout, k.command.Stderr = log, log
	began := time.Now()
	if err := k.command.Start(); err != nil {
		return nil, fmt.Errorf("start the kernel %s: %w", o.Name, err)
	}
	go func() {
		_ = k.command.Wait() // how it ends is nobody's business
		close(k.ended)
	}()
	err = k.connect(began, ports)
	if err != nil {
		said, _ := os.ReadFile(log.Name())
		return nil, errors.Join(fmt.Errorf("talk to the kernel %s: %w\n%s", o.Name, err, said), k.Close())
	}
	return k, nil
}

// freePorts returns TCP ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// retryTime is how long after a failed attempt to connect the next one is made.
const retryTime = 2 * time.Millisecond

// connect waits until the kernel listens and answers on all channels.
func (k *Kernel) connect(began time.Time, ports []int) (err error) {
	dial := func(socket zmq4.Socket, port int) error {
		for {
			err := socket.Dial(fmt.Sprintf("tcp://127.0.0.1:%d", port))
			if err == nil {
				return nil
			}
			select {
			case <-k.ended:
				return errors.New("it has ended")
			case <-time.After(retryTime):
			}
			if time.Since(began) > beginTime {
				return err
			}
		}
	}
	options := []zmq4.Option{zmq4.WithID(zmq4.SocketIdentity("bench")), zmq4.WithDialerMaxRetries(0)}
	k.shell = zmq4.NewDealer(context.Background(), options...)
	k.control = zmq4.NewDealer(context.Background(), options...)
	k.iopub = zmq4.NewSub(context.Background(), zmq4.WithDialerMaxRetries(0))
	if err := dial(k.shell, ports[0]); err != nil {
		return err
	}
	go k.receive(k.shell, k.replies)
	id, err := k.send(k.shell, "kernel_info_request", struct{}{})
	if err != nil {
		return err
	}
	for m := (message{}); m.parent != id; {
		select {
		case m = <-k.replies:
		case err := <-k.failed:
			return err
		case <-time.After(beginTime):
			return fmt.Errorf("no answer within %v", beginTime)
		}
	}
	k.Ready = time.Since(began).Seconds()
	if err := dial(k.control, ports[2]); err != nil {
		return err
	}
	if err := dial(k.iopub, ports[1]); err != nil {
		return err
	}
	if err := k.iopub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		return err
	}
	go k.receive(k.iopub, k.published)
	return k.greet()
}

func (k *Kernel) receive(socket zmq4.Socket, to chan<- message) {
	for {
		frames, err := socket.Recv()
		if err != nil {
			k.failed <- err
			return
		}
		if m, err := decode(frames.Frames); err == nil {
			to <- m
		}
	}
}

// greet asks who the kernel is until answers come on both channels: what was
// published before the subscription arrived is lost.
func (k *Kernel) greet() error {
	for deadline := time.Now().Add(beginTime); time.Now().Before(deadline); {
		id, err := k.send(k.shell, "kernel_info_request", struct{}{})
		if err != nil {
			return err
		}
		if _, err := k.wait(id, time.Now(), time.Second); err == nil {
			return nil
		}
	}
	return fmt.Errorf("no answer within %v", beginTime)
}

// Shutdown asks the kernel to end and returns the seconds until its process
// has.
func (k *Kernel) Shutdown() (float64, error) {
	began := time.Now()
	if _, err := k.send(k.control, "shutdown_request", map[string]bool{"restart": false}); err != nil {
		return 0, err
	}
	select {
	case <-k.ended:
		return time.Since(began).Seconds(), nil
	case <-time.After(cellTime):
		return 0, fmt.Errorf("end the kernel %s: no end after %v", k.Name, cellTime)
	}
}

// Close asks the kernel to end, and makes it end.
func (k *Kernel) Close() error {
	for _, socket := range []zmq4.Socket{k.shell, k.control, k.iopub} {
		if socket != nil {
			defer socket.Close()
		}
	}
	if k.shell != nil {
		_, _ = k.send(k.shell, "shutdown_request", map[string]bool{"restart": false})
	}
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Kill} {
		select {
		case <-k.ended:
			return nil
		case <-time.After(endTime):
			_ = k.command.Process.Signal(signal)
		}
	}
	select {
	case <-k.ended:
		return nil
	case <-time.After(endTime):
		return fmt.Errorf("end the kernel %s: process %d is still there", k.Name, k.command.Process.Pid)
	}
}

// Memory is what the kernel's process and all that it has started, directly or
// not, hold, in bytes.
func (k *Kernel) Memory() (sum int, err error) {
	pids := []int{k.command.Process.Pid}
	for i := 0; i < len(pids); i++ {
		kilobytes, err := Resident(pids[i])
		if err != nil {
			return 0, err
		}
		sum += kilobytes * 1024
		children, err := childrenOf(pids[i])
		if err != nil {
			return 0, err
		}
		for pid := range children {
			pids = append(pids, pid)
		}
	}
	return sum, nil
}

var resident = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// Resident is the memory that a process holds, in KiB.
func Resident(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	found := resident.FindSubmatch(status)
	if found == nil {
		return 0, fmt.Errorf("read the memory of process %d: it has no VmRSS", pid)
	}
	return strconv.Atoi(string(found[1]))
}

// Children returns the processes that the kernel has started, with the names
// of their programs.
func (k *Kernel) Children() (map[int]string, error) { return childrenOf(k.command.Process.Pid) }

func childrenOf(parent int) (map[int]string, error) {
	found, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := map[int]string{}
	for _, stat := range found {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		folder := filepath.Dir(stat)
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if program, err := os.Readlink(filepath.Join(folder, "exe")); err == nil {
			pid, _ := strconv.Atoi(filepath.Base(folder))
			children[pid] = filepath.Base(program)
		}
	}
	return children, nil
}
