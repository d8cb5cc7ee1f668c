package carry

import (
	"errors"
	"io"
	"reflect"
	"runtime"
	"testing"
	"time"
)

type fuzzed struct {
	S  []string
	N  []int64
	B  []bool
	P  *fuzzed
	Q  **[]struct{}
	M  map[string]*fuzzed
	A  any
	E  error
	T  time.Time
	X  map[any][]any
	Z  []struct{}
	AA [3]struct{ s []float32 }
}

// Decode never panics, and asks for no more memory than its input is worth.
func FuzzDecode(f *testing.F) {
	p := &fuzzed{S: []string{"a", "bc"}, N: []int64{1, 2}, B: []bool{true}, E: errors.Join(io.EOF, errors.New("x")), T: time.Now()}
	p.P, p.M = p, map[string]*fuzzed{"p": p}
	p.A = []any{1, "x", [3]int8{}, map[string]*int{"k": new(int)}, &p.A}
	Register("fuzzed", reflect.TypeFor[fuzzed]())
	p.AA[1].s = make([]float32, 3)
	p.A = append(p.A.([]any), p.AA[1].s[1:], &p.AA[1].s[0], &p.P, p.N[:1])
	p.X = map[any][]any{[2]string{"a"}: {nil}}
	for _, v := range []any{p, 1, "x", nil, []any{1}, []float64{1, 2}, map[int]string{1: "a"}, io.EOF, [2]any{}} {
		data, err := Encode(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var a any
		_ = Decode(data, &a)
		var v fuzzed
		_ = Decode(data, &v)
		var s []any
		_ = Decode(data, &s)
		runtime.ReadMemStats(&after)
		if asked := after.TotalAlloc - before.TotalAlloc; asked > 1<<20+1000*uint64(len(data)) {
			t.Errorf("%d bytes of input made Decode ask for %d bytes", len(data), asked)
		}
	})
}
