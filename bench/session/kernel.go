package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A kernel is a Jupyter kernel that this program has started, and the client
// of its shell and iopub channels.
type kernel struct {
	name         string
	command      *exec.Cmd
	folder       string
	key          []byte
	shell, iopub zmq4.Socket
	replies      chan message // on the shell channel
	published    chan message
	failed       chan error // why no more messages come
	sent         int
}

// How long a kernel may take to begin, and a cell to run, before the benchmark
// gives up: a fresh Galago builds its engine first.
const (
	beginTime = 5 * time.Minute
	cellTime  = 5 * time.Minute
	endTime   = 5 * time.Second
)

// galago starts the kernel that is measured.
func (a *arguments) galago() (*kernel, error) {
	return a.start("galago", []string{"GALAGO_CACHE=" + filepath.Join(a.folder, "cache")}, a.Galago, "kernel", "-f")
}

// start starts a kernel by its command, to which the name of the connection
// file is added, and waits until it answers.
func (a *arguments) start(name string, env []string, argv ...string) (*kernel, error) {
	folder, err := os.MkdirTemp(a.folder, name)
	if err != nil {
		return nil, err
	}
	k := &kernel{name: name, folder: folder, key: []byte(strconv.FormatInt(a.seed, 16)), replies: make(chan message, 1<<10), published: make(chan message, 1<<10), failed: make(chan error, 2)}
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
	k.command = exec.Command(argv[0], append(argv[1:], file)...)
	k.command.Dir, k.command.Env = folder, append(os.Environ(), env...)
	k.command.Stdout, k.command.Stderr = log, log
	if err := k.command.Start(); err != nil {
		return nil, fmt.Errorf("start the kernel %s: %w", name, err)
	}
	err = k.connect(ports[0], ports[1])
	if err == nil {
		err = k.greet()
	}
	if err != nil {
		said, _ := os.ReadFile(log.Name())
		return nil, errors.Join(fmt.Errorf("talk to the kernel %s: %w\n%s", name, err, said), k.close())
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

// connect waits until the kernel listens, and begins to receive.
func (k *kernel) connect(shell, iopub int) error {
	retry := []zmq4.Option{zmq4.WithDialerRetry(50 * time.Millisecond), zmq4.WithDialerMaxRetries(int(beginTime / (50 * time.Millisecond)))}
	k.shell = zmq4.NewDealer(context.Background(), append(retry, zmq4.WithID(zmq4.SocketIdentity("bench")))...)
	k.iopub = zmq4.NewSub(context.Background(), retry...)
	if err := k.shell.Dial(fmt.Sprintf("tcp://127.0.0.1:%d", shell)); err != nil {
		return err
	}
	if err := k.iopub.Dial(fmt.Sprintf("tcp://127.0.0.1:%d", iopub)); err != nil {
		return err
	}
	if err := k.iopub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		return err
	}
	go k.receive(k.shell, k.replies)
	go k.receive(k.iopub, k.published)
	return nil
}

func (k *kernel) receive(socket zmq4.Socket, to chan<- message) {
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
func (k *kernel) greet() error {
	for deadline := time.Now().Add(beginTime); time.Now().Before(deadline); {
		id, err := k.send("kernel_info_request", map[string]any{})
		if err != nil {
			return err
		}
		if _, err := k.wait(id, time.Second); err == nil {
			return nil
		}
	}
	return fmt.Errorf("no answer within %v", beginTime)
}

// close asks the kernel to end, and makes it end.
func (k *kernel) close() error {
	ended := make(chan struct{})
	go func() {
		_ = k.command.Wait() // how it ends is nobody's business
		close(ended)
	}()
	if k.shell != nil {
		_, _ = k.send("shutdown_request", map[string]bool{"restart": false})
		defer k.iopub.Close()
		defer k.shell.Close()
	}
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Kill} {
		select {
		case <-ended:
			return nil
		case <-time.After(endTime):
			_ = k.command.Process.Signal(signal)
		}
	}
	select {
	case <-ended:
		return nil
	case <-time.After(endTime):
		return fmt.Errorf("end the kernel %s: process %d is still there", k.name, k.command.Process.Pid)
	}
}

// children returns the processes that the kernel has started, with the names
// of their programs.
func (k *kernel) children() (map[int]string, error) {
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
		if len(fields) < 2 || fields[1] != strconv.Itoa(k.command.Process.Pid) {
			continue
		}
		if program, err := os.Readlink(filepath.Join(folder, "exe")); err == nil {
			pid, _ := strconv.Atoi(filepath.Base(folder))
			children[pid] = filepath.Base(program)
		}
	}
	return children, nil
}
