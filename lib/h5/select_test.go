package h5

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/galago-hpc/galago/lib/nd"
)

// A question is put to NumPy; see testdata/selections.py.
type question struct {
	Array   int    `json:"array"`
	Text    string `json:"text"`
	Outer   bool   `json:"outer,omitempty"`
	Shape   *[]int `json:"shape,omitempty"` // of values that are written
	Seed    int    `json:"seed"`
	Compare bool   `json:"compare,omitempty"`
	List    bool   `json:"list,omitempty"`
	Last    bool   `json:"last,omitempty"`
}

type answer struct {
	Error, Text, DType, Data string
	Shape                    []int
}

// A selector is a file and the NumPy that knows what is in it.
type selector struct {
	path   string
	in     io.WriteCloser
	out    *bufio.Reader
	shapes [][]int
	dtypes []string
}

func startSelector(t *testing.T) *selector {
	t.Helper()
	s := &selector{path: filepath.Join(t.TempDir(), "selections.h5")}
	cmd := exec.Command(newPython(t), "testdata/selections.py", s.path)
	cmd.Stderr = os.Stderr
	s.in = must[io.WriteCloser](t)(cmd.StdinPipe())
	s.out = bufio.NewReaderSize(must[io.ReadCloser](t)(cmd.StdoutPipe()), 1<<20)
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = s.in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	var kinds [][2]json.RawMessage
	check(t, json.Unmarshal([]byte(s.ask(t, question{List: true})[0].Text), &kinds))
	for _, k := range kinds {
		var shape []int
		var dtype string
		check(t, json.Unmarshal(k[0], &shape))
		check(t, json.Unmarshal(k[1], &dtype))
		s.shapes, s.dtypes = append(s.shapes, shape), append(s.dtypes, dtype)
	}
	return s
}

type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func (s *selector) ask(t fataler, questions ...question) []answer {
	t.Helper()
	var lines []byte
	for k, q := range questions {
		q.Last = k == len(questions)-1
		line, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	wrong := make(chan error, 1)
	go func() {
		_, err := s.in.Write(lines)
		wrong <- err
	}()
	answers := make([]answer, len(questions))
	for k := range answers {
		line, err := s.out.ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &answers[k])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := <-wrong; err != nil {
		t.Fatal(err)
	}
	return answers
}

// array returns what NumPy has answered.
func (a answer) array(t fataler) *nd.Array {
	data, err := base64.StdEncoding.DecodeString(a.Data)
	if err != nil {
		t.Fatal(err)
	}
	for dtype := nd.DType(1); dtype < 32; dtype++ {
		if dtype.Size() == 0 || dtype.String() != a.DType {
			continue
		}
		v := nd.New(dtype, a.Shape...)
		copy(v.Bytes(), data)
		return v
	}
	t.Fatalf("NumPy answers with %s", a.DType)
	return nil
}

// drawSelection draws a selection as text: mostly one that is valid.
func drawSelection(t *rapid.T, shape []int, outer bool) string {
	bad := rapid.IntRange(0, 29).Draw(t, "bad") == 0
	place := func(n int) string {
		if bad {
			return fmt.Sprint(rapid.IntRange(-n-1, n).Draw(t, "place"))
		}
		return fmt.Sprint(rapid.IntRange(-n, n-1).Draw(t, "place"))
	}
	bound := func(n int) string {
		if rapid.Bool().Draw(t, "open") {
			return ""
		}
		return fmt.Sprint(rapid.IntRange(-n-3, n+3).Draw(t, "bound"))
	}
	places := func(n, k int) string {
		list := make([]string, k)
		for i := range list {
			list[i] = place(n)
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	length := rapid.IntRange(0, 6).Draw(t, "length")
	var words []string
	axis, ellipsis := 0, false
	for axis < len(shape) || rapid.IntRange(0, 9).Draw(t, "more") == 0 {
		n := 3
		if axis < len(shape) {
			n = shape[axis]
		}
		switch kind := rapid.IntRange(0, 14).Draw(t, "kind"); {
		case kind <= 1 && n > 0:
			words = append(words, place(n))
			axis++
		case kind <= 5:
			step := rapid.SampledFrom([]string{"", ":", ":1", ":2", ":-1", ":3", ":-2", ":-7", ":11"}).Draw(t, "step")
			words = append(words, bound(n)+":"+bound(n)+step)
			axis++
		case kind == 6:
			words = append(words, "None")
		case kind == 7 && (!ellipsis || bad):
			words = append(words, "...")
			ellipsis = true
			axis += rapid.IntRange(0, 2).Draw(t, "skipped")
		case kind <= 10 && n > 0:
			words = append(words, places(n, rapid.SampledFrom([]int{length, length, length, 1}).Draw(t, "members")))
			axis++
		case kind == 11 && n > 0 && !outer:
			rows := []string{places(n, max(length, 1))}
			for rapid.Bool().Draw(t, "row") && len(rows) < 3 {
				rows = append(rows, places(n, max(length, 1)))
			}
			words = append(words, "["+strings.Join(rows, ", ")+"]")
			axis++
		case kind >= 12 && axis < len(shape) && n > 0 && n < 100:
			last := axis + 1
			if kind == 13 {
				last = min(axis+2, len(shape))
			}
			if slices.Contains(shape[axis:last], 0) || product(shape[axis:last]) > 300 {
				last = axis + 1
			}
			words = append(words, drawMask(t, shape[axis:last]))
			axis = last
		default:
			words = append(words, ":")
			axis++
		}
		if rapid.IntRange(0, 9).Draw(t, "end") == 0 {
			break
		}
	}
	return strings.Join(words, ", ")
}

func drawMask(t *rapid.T, shape []int) string {
	seed := rapid.Uint64().Draw(t, "mask")
	return maskText(rand.New(rand.NewPCG(seed, 1)), shape, rapid.IntRange(1, 10).Draw(t, "share"))
}

// maskText writes a mask of which about every so manieth bool is true.
func maskText(rng *rand.Rand, shape []int, every int) string {
	if len(shape) == 0 {
		if rng.IntN(every) == 0 {
			return "True"
		}
		return "False"
	}
	words := make([]string, shape[0])
	for i := range words {
		words[i] = maskText(rng, shape[1:], every)
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// duplicates reports whether a selection takes an element twice.
func duplicates(c *nd.Choice) bool {
	for _, p := range c.Picks {
		sorted := slices.Clone(p.List)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) < len(p.List) {
			return true
		}
	}
	return false
}

// A drawn is a selection for an array, to be read or written.
type drawn struct {
	q    question
	mode int
}

func (s *selector) draw(t *rapid.T, write bool) drawn {
	k := rapid.IntRange(0, len(s.shapes)-1).Draw(t, "array")
	d := drawn{mode: rapid.IntRange(0, 3).Draw(t, "mode")}
	outer := !write && d.mode == 3
	d.q = question{Array: k, Outer: outer, Text: drawSelection(t, s.shapes[k], outer)}
	if !write {
		return d
	}
	// Values of a shape that is broadcast to that of the selection.
	d.q.Seed = rapid.IntRange(0, 100).Draw(t, "seed")
	shape := []int{}
	if sel, err := nd.Parse(d.q.Text); err == nil {
		if c, err := sel.Choose(s.shapes[k]); err == nil && !duplicates(c) {
			shape = c.Shape()
			shape = shape[rapid.IntRange(0, len(shape)).Draw(t, "missing"):]
			for axis := range shape {
				if rapid.IntRange(0, 3).Draw(t, "one") == 0 {
					shape[axis] = 1
				}
			}
			if rapid.IntRange(0, 9).Draw(t, "more") == 0 && len(shape) == len(c.Shape()) && len(shape) > 0 && !strings.Contains(d.q.Text, "e") { // NumPy wants no more axes for a mask
				shape = append([]int{1}, shape...)
			}
		}
	}
	d.q.Shape = &shape
	return d
}

// do reads or writes here what NumPy has been asked about, and compares.
func (s *selector) do(t fataler, f *File, c drawn, want answer) (valid, lists bool) {
	d, err := f.Dataset(fmt.Sprintf("d%d", c.q.Array))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var got *nd.Array
	if c.q.Shape != nil {
		v := nd.New(nd.Int64, *c.q.Shape...)
		data, _ := nd.Data[int64](v)
		for i := range data {
			data[i] = int64(i*3+c.q.Seed) % 101
		}
		if err = d.Write(v.Convert(d.DType()), c.q.Text); err == nil || want.Error == "" {
			got, _ = d.Read()
		}
	} else {
		got, err = s.read(d, c)
	}
	if err != nil || want.Error != "" {
		// NumPy lets places outside their axis pass if nothing is selected at all.
		var outside *nd.IndexError
		lax := errors.As(err, &outside) && want.Error == "" && (c.q.Shape != nil || slices.Contains(want.Shape, 0))
		if (err != nil) != (want.Error != "") && !lax {
			t.Fatalf("%v of %s[%s] %+v: error %v, NumPy: %q", s.shapes[c.q.Array], s.dtypes[c.q.Array], c.q.Text, c, err, want.Error)
		}
		return false, false
	}
	if w := want.array(t); !slices.Equal(w.Shape(), got.Shape()) || !w.Equal(got.Convert(w.DType())) {
		t.Fatalf("%v of %s[%s] %+v, %v:\n%v %v\nNumPy:\n%v %v", s.shapes[c.q.Array], s.dtypes[c.q.Array], c.q.Text, c, c.q.Shape, got.Shape(), got, w.Shape(), w)
	}
	return true, strings.Contains(c.q.Text, "[")
}

// read reads in several ways.
func (s *selector) read(d *Dataset, c drawn) (*nd.Array, error) {
	numbers := isNumber(d.DType())
	switch {
	case c.mode == 3:
		return d.Read(c.q.Text, Outer)
	case c.mode == 1 && numbers:
		// Into slices of another type.
		sel, err := nd.Parse(c.q.Text)
		if err != nil {
			return nil, err
		}
		choice, err := sel.Choose(d.Shape())
		if err != nil {
			return nil, err
		}
		var into any
		switch len(choice.Shape()) {
		case 0:
			into = new(float64)
		case 1:
			into = new([]float64)
		case 2:
			into = new([][]float64)
		case 3:
			into = new([][][]float64)
		default:
			a := nd.New(Float64, choice.Shape()...)
			return a, d.ReadInto(a, sel)
		}
		if err := d.ReadInto(into, sel); err != nil || choice.Len() == 0 {
			return nd.New(d.DType(), choice.Shape()...), err
		}
		return nd.From(reflect.ValueOf(into).Elem().Interface())
	case c.mode == 2 && numbers && !strings.Contains(d.Type().String(), "big"):
		// In parts, as text and as what is typed.
		sel, err := nd.Parse(c.q.Text)
		if err != nil {
			return nil, err
		}
		var parts []any
		for _, x := range sel {
			parts = append(parts, x)
		}
		return d.Read(parts...)
	}
	return d.Read(c.q.Text)
}

// 100,000 random selections, 10,000 of them written to, give what NumPy gives on the
// same array, or fail where it fails, by every way in which a selection is carried
// out; and in the end h5py finds in the file what NumPy has in memory.
func TestRandomSelections(t *testing.T) {
	s := startSelector(t)
	const batch = 100
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		t.Fatal(err)
	}
	tile := tileSize
	defer func() { preferred, tileSize = cutAny, tile }()
	valid, lists, all := 0, 0, 0
	for _, kind := range []struct {
		way     cutWay
		tile, n int
		options []Option
	}{
		{cutAny, tile, 25000, []Option{ReadWrite}},
		{cutBoxes, 200, 15000, []Option{ReadWrite}},
		{cutUnion, tile, 10000, []Option{ReadWrite}},
		{cutCalls, tile, 10000, []Option{ReadWrite}},
		{cutPoints, tile, 10000, []Option{ReadWrite}},
		{cutAny, tile, 15000, nil},
		{cutBoxes, 200, 15000, nil},
	} {
		preferred, tileSize = kind.way, kind.tile
		f := must[*File](t)(Open(s.path, kind.options...))
		if err := flag.Set("rapid.checks", strconv.Itoa(kind.n/batch)); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			cases, questions := make([]drawn, batch), make([]question, batch)
			for k := range cases {
				cases[k] = s.draw(rt, k%8 == 0 && kind.options != nil)
				questions[k] = cases[k].q
			}
			for k, want := range s.ask(rt, questions...) {
				ok, has := s.do(rt, f, cases[k], want)
				all++
				if ok {
					valid++
				}
				if has {
					lists++
				}
			}
		})
		check(t, f.Close())
		if t.Failed() {
			return
		}
	}
	if !testing.Short() && (all < 100000 || valid < 60000 || lists < 20000) { // rapid does less with -short
		t.Errorf("of %d selections only %d were valid, %d of them with lists", all, valid, lists)
	}
	if a := s.ask(t, question{Compare: true})[0]; a.Error != "" || a.Text != "" {
		t.Errorf("h5py finds other values in %s %s", a.Text, a.Error)
	}
}
