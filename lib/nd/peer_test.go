package nd

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// What NumPy does is the specification. The tests put the same questions to it
// and to the package: expressions over arrays, whose results are compared.
const peerScript = `
import base64, json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
np.seterr(all="ignore")
known = {}
for line in sys.stdin:
    q = json.loads(line)
    env = {}
    for name, x in (q["arrays"] or {}).items():
        if x["data"] is None:
            key = tuple(x["shape"])
            if key not in known:
                known[key] = np.arange(np.prod(key, dtype=int), dtype="f8").reshape(key)
            env[name] = known[key]
            continue
        env[name] = np.frombuffer(base64.b64decode(x["data"]), dtype=x["dtype"]).reshape(x["shape"]).copy()
    r = {}
    try:
        if q["exec"]:
            exec(q["exec"], {"np": np}, env)
        v = eval(q["expr"], {"np": np}, env)
        if isinstance(v, str):
            r["text"] = v
        else:
            v = np.asarray(v)
            r = {"dtype": str(v.dtype), "shape": list(v.shape), "data": base64.b64encode(np.ascontiguousarray(v).tobytes()).decode()}
    except Exception as e:
        r = {"error": type(e).__name__ + ": " + str(e)}
    sys.stdout.write(json.dumps(r) + "\n")
    if q["last"]:
        sys.stdout.flush()
`

// A peer is a Python process with NumPy.
type peer struct {
	mu     sync.Mutex
	stdin  io.WriteCloser
	stdout *bufio.Reader
	cmd    *exec.Cmd
}

type peerArray struct {
	DType string  `json:"dtype"`
	Shape []int   `json:"shape"`
	Data  *string `json:"data"` // nil for 0, 1, 2 ... as float64
}

type ask struct {
	Expr   string               `json:"expr"`
	Exec   string               `json:"exec"` // statements that come before
	Arrays map[string]peerArray `json:"arrays"`
	Last   bool                 `json:"last"` // of those that are answered together
}

type reply struct {
	Error, Text, DType, Data string
	Shape                    []int
}

// startPeer starts the Python that has NumPy 2.3 or newer, whose way of printing
// is the one to compare with.
func startPeer(t testing.TB) *peer {
	t.Helper()
	var tried []string
	for _, python := range []string{os.Getenv("GALAGO_PYTHON"), "python", "python3"} {
		if python == "" {
			continue
		}
		check := exec.Command(python, "-c", "import numpy; v = numpy.__version__.split('.'); assert (int(v[0]), int(v[1])) >= (2, 3), v")
		if out, err := check.CombinedOutput(); err != nil {
			tried = append(tried, fmt.Sprintf("%s: %v %s", python, err, out))
			continue
		}
		p := &peer{cmd: exec.Command(python, "-c", peerScript)}
		var err error
		if p.stdin, err = p.cmd.StdinPipe(); err != nil {
			t.Fatal(err)
		}
		stdout, err := p.cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		p.stdout = bufio.NewReaderSize(stdout, 1<<20)
		p.cmd.Stderr = os.Stderr
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			p.stdin.Close()
			if err := p.cmd.Wait(); err != nil {
				t.Errorf("Python: %v", err)
			}
		})
		return p
	}
	t.Fatalf("no Python with NumPy 2.3 or newer answers (make deps-test installs one): %s", strings.Join(tried, "\n"))
	return nil
}

func (p *peer) ask(t testing.TB, questions ...ask) []reply {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	written := make(chan error, 1)
	go func() {
		out := bufio.NewWriter(p.stdin)
		encoder := json.NewEncoder(out)
		for k, q := range questions {
			q.Last = k == len(questions)-1
			if err := encoder.Encode(q); err != nil {
				written <- err
				return
			}
		}
		written <- out.Flush()
	}()
	replies := make([]reply, len(questions))
	for k := range replies {
		answer, err := p.stdout.ReadBytes('\n')
		if err != nil {
			t.Fatalf("Python answers %q: %v", answer, err)
		}
		if err := json.Unmarshal(answer, &replies[k]); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	return replies
}

// eval puts an expression to NumPy in which arrays stand by name.
func (p *peer) eval(t testing.TB, expr string, arrays map[string]*Array) reply {
	t.Helper()
	return p.ask(t, about(expr, arrays))[0]
}

func about(expr string, arrays map[string]*Array) ask {
	q := ask{Expr: expr, Arrays: map[string]peerArray{}}
	for name, a := range arrays {
		data := base64.StdEncoding.EncodeToString(a.Contiguous().Bytes())
		q.Arrays[name] = peerArray{DType: a.DType().String(), Shape: append([]int{}, a.Shape()...), Data: &data}
	}
	return q
}

// array returns the array that NumPy has answered with.
func (r reply) array(t rapid.TB) *Array {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	for dtype := Int8; dtype <= Complex128; dtype++ {
		if dtype.String() == r.DType {
			a := New(dtype, r.Shape...)
			copy(a.Bytes(), data)
			return a
		}
	}
	t.Fatalf("NumPy answers with %q", r.DType)
	return nil
}
