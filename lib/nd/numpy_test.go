package nd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// What NumPy does is the specification of selections and of printing: the same
// questions are put to both.
const numpyScript = `
import json, sys
import numpy as np
out = []
for q in json.load(sys.stdin):
    a = np.array(q["data"], dtype=q["dtype"]).reshape(q["shape"])
    try:
        v = eval("a[" + (q["sel"] or "...") + "]")
    except Exception as e:
        out.append({"error": str(e)})
        continue
    r = {"shape": list(np.shape(v)), "flat": np.ravel(v).astype("f8").tolist(), "text": str(v), "sums": []}
    v = np.asarray(v)
    if v.size:
        for axis in range(v.ndim):
            s = v.astype("f8")
            r["sums"].append([s.sum(axis).ravel().tolist(), s.min(axis).ravel().tolist(), s.max(axis).ravel().tolist()])
    out.append(r)
json.dump(out, sys.stdout)
`

type question struct {
	Data  []float64 `json:"data"`
	DType string    `json:"dtype"`
	Shape []int     `json:"shape"`
	Sel   string    `json:"sel"`
}

type answer struct {
	Error string         `json:"error"`
	Shape []int          `json:"shape"`
	Flat  []float64      `json:"flat"`
	Text  string         `json:"text"`
	Sums  [][3][]float64 `json:"sums"`
}

func askNumPy(t *testing.T, questions []question) []answer {
	t.Helper()
	text, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	// Debian's own Python is the one that has the packages from apt.
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		cmd := exec.Command(python, "-c", numpyScript)
		cmd.Stdin, cmd.Stderr = bytes.NewReader(text), &stderr
		out, err := cmd.Output()
		if err != nil {
			continue
		}
		var answers []answer
		if err := json.Unmarshal(out, &answers); err != nil {
			t.Fatal(err)
		}
		return answers
	}
	t.Fatalf("no Python with NumPy answers (apt-get install python3-numpy): %s", &stderr)
	return nil
}

func (q question) array(t *testing.T) *Array {
	t.Helper()
	a, err := Of(q.Data, q.Shape...)
	if err != nil {
		t.Fatal(err)
	}
	for dtype := Int8; dtype <= Float64; dtype++ {
		if dtype.String() == q.DType {
			return a.Convert(dtype)
		}
	}
	t.Fatal("no type", q.DType)
	return nil
}

func TestSelectionsAreNumPys(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	number := func(n int) string {
		if rng.IntN(3) == 0 {
			return ""
		}
		return fmt.Sprint(rng.IntN(2*n+7) - n - 3)
	}
	var questions []question
	for range 600 {
		shape := make([]int, 1+rng.IntN(4))
		for axis := range shape {
			shape[axis] = rng.IntN(6)
		}
		var words []string
		for axis := range rng.IntN(len(shape) + 2) {
			switch n := shape[min(axis, len(shape)-1)]; rng.IntN(8) {
			case 0, 1:
				words = append(words, fmt.Sprint(rng.IntN(2*n+2)-n-1))
			case 2:
				words = append(words, "...")
			case 3, 4:
				words = append(words, number(n)+":"+number(n))
			default:
				words = append(words, number(n)+":"+number(n)+":"+number(2))
			}
		}
		q := question{Shape: shape, DType: []string{"float64", "int32", "uint8", "float32", "int64"}[rng.IntN(5)], Sel: strings.Join(words, ", ")}
		q.Data = make([]float64, product(shape))
		for i := range q.Data {
			q.Data[i] = float64(rng.IntN(200))
		}
		questions = append(questions, q)
	}
	good := 0
	for k, want := range askNumPy(t, questions) {
		q := questions[k]
		v, err := q.array(t).Sel(q.Sel)
		if want.Error != "" || err != nil {
			if (err != nil) != (want.Error != "") {
				t.Errorf("%v[%s]: error %v, NumPy: %q", q.Shape, q.Sel, err, want.Error)
			}
			continue
		}
		good++
		if fmt.Sprint(v.Shape()) != fmt.Sprint(want.Shape) || fmt.Sprint(v.Float64s()) != fmt.Sprint(want.Flat) {
			t.Errorf("%v[%s]:\n%v %v\nNumPy:\n%v %v", q.Shape, q.Sel, v.Shape(), v.Float64s(), want.Shape, want.Flat)
		}
		for axis, sums := range want.Sums {
			for i, got := range []*Array{v.Sum(axis), v.Min(axis), v.Max(axis - v.NDim())} {
				if fmt.Sprint(got.Float64s()) != fmt.Sprint(sums[i]) {
					t.Errorf("%v[%s] axis %d: reduction %d is %v, NumPy: %v", q.Shape, q.Sel, axis, i, got.Float64s(), sums[i])
				}
			}
		}
	}
	if good < 200 {
		t.Errorf("only %d of %d selections were valid", good, len(questions))
	}
}

func TestTextIsNumPys(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var questions []question
	for k := range 60 {
		shape := [][]int{{5}, {40}, {4, 3}, {2, 3, 4}, {2000}, {30, 40, 3}, {1}, {1, 1}, {2, 300}, {60, 60}}[k%10]
		q := question{Shape: shape, DType: []string{"float64", "int32", "float64", "int16", "float32"}[k%5]}
		q.Data = make([]float64, product(shape))
		for i := range q.Data {
			switch k / 10 {
			case 0:
				q.Data[i] = float64(i) / 4
			case 1:
				q.Data[i] = float64(rng.IntN(2000)-1000) / 8
			case 2:
				q.Data[i] = float64(rng.IntN(100))
			default:
				q.Data[i] = math.Round(rng.NormFloat64() * 10000)
			}
			if strings.HasPrefix(q.DType, "float") && k/10 == 4 {
				q.Data[i] = rng.NormFloat64()
			}
			if q.DType == "float64" && k/10 == 5 {
				q.Data[i] = math.Exp(20 * rng.NormFloat64())
			}
		}
		questions = append(questions, q)
	}
	for k, want := range askNumPy(t, questions) {
		if got := questions[k].array(t).String(); got != want.Text {
			t.Errorf("%v of %s:\n%s\nNumPy:\n%s", questions[k].Shape, questions[k].DType, got, want.Text)
		}
	}
}
