package jupyter

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/kernel/jupyter/zmtp"
)

// The fuzz test sends this many messages to each socket. The default is what
// every run of the tests can afford.
var messages = flag.Int("messages", 2000, "how many messages the fuzz test sends to each socket")

// TestFuzz sends random and mutated messages to every socket of the test
// kernel, which is so small that a fifth of its memory is less than the stacks
// of the subshells that it has in the end.
func TestFuzz(t *testing.T) {
	fuzz(t, testKernel, "value 2", *messages, func(int) int { return 6 << 10 })
}

// fuzz checks that a kernel takes what arrives on its sockets, in memory that
// does not grow by more than is allowed, in KiB, and runs a cell with the value
// 2 after it.
func fuzz(t *testing.T, program, cell string, count int, allowed func(before int) int) {
	k := startKernel(t, program)
	k.run(t, cell)
	seed := rand.Uint64()
	t.Logf("seed %d, %d messages to each of 5 sockets", seed, count)
	// The first tenth lets heaps and queues come to the size that they need.
	k.storm(t, seed, count/10)
	k.run(t, cell)
	time.Sleep(2 * restTime)
	before := k.memory(t)
	k.storm(t, seed+1, count)
	k.run(t, cell)
	after, deadline := k.memory(t), time.Now().Add(time.Minute)
	for after > before+allowed(before) && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond) // a kernel at rest gives memory back
		after = k.memory(t)
	}
	t.Logf("%d KiB before, %d KiB after", before, after)
	if after > before+allowed(before) {
		t.Errorf("memory has grown from %d KiB to %d KiB", before, after)
	}
}

// A fuzzed is a kernel under test, driven without a library that would keep
// malformed messages from it.
type fuzzed struct {
	connection Connection
	signer     *signer
	process    *os.Process
}

func startKernel(t *testing.T, program string) *fuzzed {
	t.Helper()
	dir := t.TempDir()
	k := &fuzzed{connection: Connection{Transport: "ipc", IP: filepath.Join(dir, "k"), ShellPort: 1, ControlPort: 2, StdinPort: 3, IOPubPort: 4, HeartbeatPort: 5, Key: "secret", SignatureScheme: "hmac-sha256"}}
	k.signer = newSigner(k.connection.Key)
	data, err := json.Marshal(k.connection)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "connection.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "kernel", "-f", file)
	cmd.Dir, cmd.Stderr, cmd.Env = dir, log, append(os.Environ(), "XDG_STATE_HOME="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	k.process = cmd.Process
	t.Cleanup(func() {
		k.process.Signal(os.Kill)
		cmd.Wait()
		log.Close()
		if t.Failed() {
			said, _ := os.ReadFile(log.Name())
			t.Logf("the end of the kernel's log:\n%s", said[max(len(said)-4096, 0):])
		}
	})
	return k
}

// dial opens a connection to one of the five ports and greets. What comes back
// is thrown away unless read is set.
func (k *fuzzed) dial(port int, read func(io.Reader)) (net.Conn, error) {
	kind := map[int]string{3: "DEALER", 4: "SUB", 5: "REQ"}[port]
	if kind == "" {
		kind = "DEALER"
	}
	network, address := k.connection.address(port)
	var conn net.Conn
	var err error
	for range 600 {
		if conn, err = net.Dial(network, address); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return nil, err
	}
	hello := append([]byte{0xff, 9: 0x7f, 10: 3, 12: 'N', 13: 'U', 14: 'L', 15: 'L', 63: 0}, 4, byte(6+12+4+len(kind)), 5)
	hello = append(hello, "READY\x0bSocket-Type"...)
	hello = append(binary.BigEndian.AppendUint32(hello, uint32(len(kind))), kind...)
	if port == 4 {
		hello = append(hello, 0, 1, 1) // subscribe to everything
	}
	if _, err := conn.Write(hello); err != nil {
		conn.Close()
		return nil, err
	}
	if read == nil {
		read = func(r io.Reader) { io.Copy(io.Discard, r) }
	}
	go read(conn)
	return conn, nil
}

// wire is the form of a message on a connection.
func wire(frames [][]byte) (out []byte) {
	for i, f := range frames {
		more := byte(0)
		if i < len(frames)-1 {
			more = 1
		}
		out = binary.BigEndian.AppendUint64(append(out, more|2), uint64(len(f)))
		out = append(out, f...)
	}
	return out
}

// run has the kernel run a cell whose value is 2, in the way of any client.
func (k *fuzzed) run(t *testing.T, code string) {
	t.Helper()
	published := make(chan string, 1000)
	iopub, err := k.dial(4, func(r io.Reader) {
		var all strings.Builder
		buffer := make([]byte, 1<<16)
		for {
			n, err := r.Read(buffer)
			all.Write(buffer[:n])
			if err != nil {
				return
			}
			published <- all.String()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer iopub.Close()
	shell, err := k.dial(1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	want, deadline := `"text/plain":"2"`, time.After(5*time.Minute)
	for again := time.Tick(5 * time.Second); ; { // the subscription may come too late for the first
		frames := k.message(rand.New(rand.NewPCG(rand.Uint64(), 0)), "execute_request", object{"code": code})
		if _, err := shell.Write(wire(frames)); err != nil {
			t.Fatalf("the kernel does not take a cell: %v", err)
		}
		for waiting := true; waiting; {
			select {
			case all := <-published:
				if strings.Contains(all, want) {
					return
				}
			case <-again:
				waiting = false
			case <-deadline:
				t.Fatalf("the kernel does not run %q", code)
			}
		}
	}
}

// message is a signed request.
func (k *fuzzed) message(r *rand.Rand, kind string, content any) [][]byte {
	frames, err := encode(header{ID: strconv.FormatUint(r.Uint64(), 16), Session: "fuzz", Date: now(), Type: kind, Version: protocolVersion}, nil, nil, content, k.signer)
	if err != nil {
		panic(err)
	}
	return frames
}

// memory is what the kernel and the processes that it has started hold, in KiB.
func (k *fuzzed) memory(t *testing.T) (sum int) {
	t.Helper()
	found := false
	entries, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range entries {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		fields := map[string]string{}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(line, ":")
			fields[name] = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB"))
		}
		self := fields["Pid"] == strconv.Itoa(k.process.Pid)
		if self || fields["PPid"] == strconv.Itoa(k.process.Pid) {
			n, _ := strconv.Atoi(fields["VmRSS"])
			sum += n
			found = found || self && n > 0
		}
	}
	if !found {
		t.Fatal("the kernel has ended")
	}
	return sum
}

// storm sends to all sockets at once.
func (k *fuzzed) storm(t *testing.T, seed uint64, count int) {
	t.Helper()
	var wait sync.WaitGroup
	for port := 1; port <= 5; port++ {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(port)))
			var conn net.Conn
			var err error
			var last [][]byte
			for range count {
				if conn == nil {
					if conn, err = k.dial(port, nil); err != nil {
						t.Errorf("port %d: %v", port, err)
						return
					}
				}
				frames := k.invent(r, last)
				data := wire(frames)
				if r.IntN(100) == 0 { // something else than frames
					data = mutate(r, data)
				}
				conn.SetWriteDeadline(time.Now().Add(5 * time.Minute))
				if _, err := conn.Write(data); err != nil {
					if e, timeout := err.(net.Error); timeout && e.Timeout() {
						t.Errorf("port %d: the kernel does not read", port)
						return
					}
					conn.Close()
					conn = nil
				}
				last = frames
			}
			if conn != nil {
				conn.Close()
			}
		})
	}
	wait.Wait()
}

// Names that requests and their contents may have.
var (
	fuzzKinds  = []string{"kernel_info_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_info_request", "comm_open", "comm_msg", "comm_close", "connect_request", "debug_request", "interrupt_request", "create_subshell_request", "delete_subshell_request", "list_subshell_request", "input_reply", "execute_reply", "no_such_request", "status", ""}
	fuzzFields = []string{"code", "cursor_pos", "detail_level", "hist_access_type", "n", "session", "start", "stop", "pattern", "unique", "output", "comm_id", "target_name", "data", "subshell_id", "value", "seq", "command", "restart"}
	fuzzWords  = []string{"", "x", "fmt.Pr", "for {", "}", "世界\u2028", "tail", "range", "search", "[", "*?", "\x00", strings.Repeat("((", 50)}
)

// invent makes up a message: frames of noise, a signed request with a content
// of noise, one that was changed after it was signed, one that is sent again.
func (k *fuzzed) invent(r *rand.Rand, last [][]byte) [][]byte {
	switch n := r.IntN(1000); {
	case n < 150:
		frames := make([][]byte, 1+r.IntN(9))
		for i := range frames {
			frames[i] = noise(r, r.IntN(64))
		}
		if r.IntN(2) == 0 {
			frames[r.IntN(len(frames))] = []byte(delimiter)
		}
		return frames
	case n < 200 && last != nil:
		return last
	case n < 202:
		big := k.message(r, "kernel_info_request", object{})
		big[2] = slices.Concat(big[2][:len(big[2])-1], []byte(`,"pad":"`), make([]byte, 3<<20), []byte(`"}`))
		return big
	case n < 210: // a cell: most are no Go, and all are harmless
		return k.message(r, "execute_request", object{"code": []string{"x", "1 +", "}", "func", "// ?", ""}[r.IntN(6)], "silent": r.IntN(2) == 0, "stop_on_error": false})
	}
	kind := fuzzKinds[r.IntN(len(fuzzKinds))]
	frames := k.message(r, kind, content(r))
	if r.IntN(2) == 0 {
		return frames
	}
	switch r.IntN(4) {
	case 0:
		i := r.IntN(len(frames))
		frames[i] = mutate(r, frames[i])
	case 1:
		i := r.IntN(len(frames))
		frames = slices.Delete(frames, i, i+1)
	case 2:
		frames = slices.Insert(frames, r.IntN(len(frames)+1), noise(r, r.IntN(300)))
	case 3: // a header of noise, signed
		parts := frames[2:]
		parts[r.IntN(3)] = mutate(r, parts[r.IntN(3)])
		frames = append([][]byte{[]byte(delimiter), k.signer.sign(parts)}, parts...)
	}
	return frames
}

// content is an object with some of the fields that requests have, or others.
func content(r *rand.Rand) any {
	o := object{}
	for range r.IntN(5) {
		o[fuzzFields[r.IntN(len(fuzzFields))]] = value(r, 3)
	}
	return o
}

func value(r *rand.Rand, depth int) any {
	switch r.IntN(9) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return r.IntN(20) - 10
	case 3:
		return r.NormFloat64() * 1e300
	case 4:
		if depth > 0 {
			return []any{value(r, depth-1), value(r, depth-1)}
		}
	case 5:
		if depth > 0 {
			return object{fuzzFields[r.IntN(len(fuzzFields))]: value(r, depth-1)}
		}
	}
	return fuzzWords[r.IntN(len(fuzzWords))]
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// mutate returns a changed copy.
func mutate(r *rand.Rand, data []byte) []byte {
	b := slices.Clone(data)
	if len(b) == 0 {
		return noise(r, 3)
	}
	for range 1 + r.IntN(4) {
		i := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[i] ^= 1 << r.IntN(8)
		case 1:
			b[i] = byte(r.Uint32())
		case 2:
			b = slices.Delete(b, i, min(i+1+r.IntN(8), len(b)))
		case 3:
			b = slices.Insert(b, i, noise(r, r.IntN(8))...)
		}
		if len(b) == 0 {
			break
		}
	}
	return b
}

// TestFuzzedMessagesAreUnderstood guards against a fuzz test whose messages
// are all dropped at the first look.
func TestFuzzedMessagesAreUnderstood(t *testing.T) {
	k := &fuzzed{signer: newSigner("secret")}
	checker, r := newSigner("secret"), rand.New(rand.NewPCG(1, 2))
	outcomes := map[string]int{}
	var last [][]byte
	for range 5000 {
		frames := k.invent(r, last)
		_, err := decode(zmtp.Peer{}, frames, checker)
		outcomes[strings.Fields(fmt.Sprint(err))[0]]++
		last = frames
	}
	if outcomes["<nil>"] < 1000 || outcomes["wrong"] < 500 || outcomes["no"] < 100 || outcomes["the"] < 50 {
		t.Errorf("outcomes of decoding: %v", outcomes)
	}
}
