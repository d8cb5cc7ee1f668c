package nd

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawSelection draws a selection for a shape, as text for Python and for Parse:
// mostly one that is valid.
func drawSelection(t *rapid.T, shape []int) string {
	bad := rapid.IntRange(0, 19).Draw(t, "bad") == 0
	place := func(n int) int {
		if bad {
			return rapid.IntRange(-n-1, n).Draw(t, "place")
		}
		return rapid.IntRange(-n, n-1).Draw(t, "place")
	}
	bound := func(n int) string {
		if rapid.Bool().Draw(t, "open") {
			return ""
		}
		return fmt.Sprint(rapid.IntRange(-n-3, n+3).Draw(t, "bound"))
	}
	length := rapid.IntRange(0, 4).Draw(t, "length")
	var words []string
	axis, ellipsis := 0, false
	for axis < len(shape) || rapid.IntRange(0, 9).Draw(t, "more") == 0 {
		n := 3
		if axis < len(shape) {
			n = shape[axis]
		}
		switch kind := rapid.IntRange(0, 14).Draw(t, "kind"); {
		case kind <= 1 && (n > 0 || bad):
			words = append(words, fmt.Sprint(place(n)))
			axis++
		case kind <= 5:
			step := rapid.SampledFrom([]string{"", ":", ":1", ":2", ":-1", ":3", ":-2", ":-7"}).Draw(t, "step")
			words = append(words, bound(n)+":"+bound(n)+step)
			axis++
		case kind == 6:
			words = append(words, "None")
		case kind == 7 && (!ellipsis || bad):
			words = append(words, "...")
			ellipsis = true
			axis += rapid.IntRange(0, 2).Draw(t, "skipped")
		case kind <= 10 && (n > 0 || bad):
			k := rapid.SampledFrom([]int{length, length, length, 1}).Draw(t, "members")
			list := make([]string, k)
			for i := range list {
				list[i] = fmt.Sprint(place(n))
			}
			words = append(words, "["+strings.Join(list, ", ")+"]")
			axis++
		case kind == 11 && n > 0:
			rows := make([]string, rapid.IntRange(1, 2).Draw(t, "rows"))
			for i := range rows {
				rows[i] = fmt.Sprintf("[%d]", place(n))
				if rapid.Bool().Draw(t, "wide") && len(rows) == 1 {
					rows[i] = fmt.Sprintf("[%d, %d]", place(n), place(n))
				}
			}
			words = append(words, "["+strings.Join(rows, ", ")+"]")
			axis++
		case kind >= 12 && axis < len(shape) && n > 0:
			// A mask of one axis or two.
			last := axis + 1
			if kind == 13 {
				last = min(axis+2, len(shape))
			}
			if slices.Contains(shape[axis:last], 0) {
				last = axis + 1
			}
			words = append(words, maskText(t, shape[axis:last]))
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

func maskText(t *rapid.T, shape []int) string {
	if len(shape) == 0 {
		return rapid.SampledFrom([]string{"True", "False"}).Draw(t, "truth")
	}
	words := make([]string, shape[0])
	for i := range words {
		words[i] = maskText(t, shape[1:])
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// A drawn is a case: a selection for an array of a shape that holds 0, 1, 2 ...
type drawn struct {
	shape []int
	text  string
	put   bool // values are put to what is selected
}

func drawCase(t *rapid.T, put bool) drawn {
	shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
	return drawn{shape, drawSelection(t, shape), put}
}

func (d drawn) question() ask {
	python := d.text
	if python == "" {
		python = "..."
	}
	q := ask{Expr: "a[" + python + "]", Arrays: map[string]peerArray{"a": {Shape: d.shape}}}
	if d.put {
		q.Exec = fmt.Sprintf("a = a.copy(); v = a[%[1]s]; a[%[1]s] = np.arange(v.size).reshape(v.shape) + 1000", python)
		q.Expr = "a"
	}
	return q
}

// check compares with what NumPy says, and reports whether the selection is valid
// and whether it has lists.
func (d drawn) check(t *rapid.T, want reply) (valid, lists bool) {
	a := iota64(d.shape...)
	got, err := a.Sel(d.text)
	if err != nil || want.Error != "" {
		// NumPy lets places outside their axis pass if nothing is selected at all.
		var outside *IndexError
		lax := errors.As(err, &outside) && want.Error == "" && (d.put || slices.Contains(want.Shape, 0))
		if (err != nil) != (want.Error != "") && !lax {
			t.Fatalf("%v[%s]: error %v, NumPy: %q", d.shape, d.text, err, want.Error)
		}
		return false, false
	}
	s, err := Parse(d.text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Choose(d.shape)
	if err != nil {
		t.Fatal(err)
	}
	if d.put && duplicates(c) {
		return true, true // NumPy does not say which of the values stays
	}
	if d.put {
		values := New(Float64, got.Shape()...)
		for i := range values.Len() {
			values.buf.put(i, float64(1000+i))
		}
		if err := a.Put(values, d.text); err != nil {
			t.Fatalf("put to %v[%s]: %v", d.shape, d.text, err)
		}
		got = a
	}
	if w := want.array(t); !slices.Equal(w.Shape(), got.Shape()) || !w.Equal(got) {
		t.Fatalf("%v[%s]:\n%v %v\nNumPy:\n%v %v", d.shape, d.text, got.Shape(), got, w.Shape(), w)
	}
	return true, c.Lists
}

// 100,000 random selections give what NumPy gives on the same array, or fail where
// it does; and what is put to them goes where NumPy puts it.
func TestRandomSelectionsAreNumPys(t *testing.T) {
	p := startPeer(t)
	const batch = 100
	if err := flag.Set("rapid.checks", strconv.Itoa(100000/batch)); err != nil {
		t.Fatal(err)
	}
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		t.Fatal(err)
	}
	valid, lists := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		cases := make([]drawn, batch)
		questions := make([]ask, batch)
		for k := range cases {
			cases[k] = drawCase(rt, k%10 == 0)
			questions[k] = cases[k].question()
		}
		for k, want := range p.ask(t, questions...) {
			ok, hasLists := cases[k].check(rt, want)
			valid += int(truth(ok))
			lists += int(truth(hasLists))
		}
	})
	if valid < 60000 || lists < 20000 {
		t.Errorf("only %d selections were valid, %d of them with lists", valid, lists)
	}
}

// duplicates reports whether a selection takes an element twice.
func duplicates(c *Choice) bool {
	for _, p := range c.Picks {
		sorted := slices.Clone(p.List)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) < len(p.List) {
			return true
		}
	}
	return false
}

func TestTypedListsAreTheText(t *testing.T) {
	a := iota64(5, 4, 3)
	mask, err := Of([]bool{true, false, false, true})
	if err != nil {
		t.Fatal(err)
	}
	places, err := From([][]int32{{0}, {4}})
	if err != nil {
		t.Fatal(err)
	}
	for text, typed := range map[string][]any{
		"[1, 3, -1], ..., ::2":               {List(1, 3, -1), Ellipsis, Step(2)},
		":, [True, False, False, True]":      {All, Mask(mask)},
		"..., [True, False, False, True], 1": {Ellipsis, []bool{true, false, false, true}, 1},
		"None, 0, None":                      {NewAxis, 0, NewAxis},
		"[[0], [4]], [1, 2]":                 {Places(places), []int{1, 2}},
		"[0, 1], [2, 3], [1, 0]":             {Points([]int{0, 2, 1}, []int{1, 3, 0})},
		"[]":                                 {List()},
		"2, 1:3, -1":                         {uint8(2), "1:3", int64(-1)},
	} {
		want, err := a.Sel(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got, err := a.Sel(typed...)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; typed %v", text, want, err, got)
		}
		s, err := Select(typed...)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q is written %q and that read as %v, %v", text, s, again, err)
		}
	}
	for _, bad := range []any{2.5, []float64{1}, true, nil, "x", List(5), List(-6), Mask(nil), Places(nil), Places(a), Mask(a), Mask(New(Bool)), Mask(mask), Points([]int{1}, []int{1, 2}), "[1, [2]]", "[[1], 2]", "[1, True]", "[[1], [1, 2]]", "[1", "1]", "[1.5]", "[0, 1], [0, 1, 2]", []string{"a"}} {
		if v, err := a.Sel(bad); err == nil {
			t.Errorf("%v selects %v", bad, v)
		}
	}
}

// Who reads a selection from a file wants to know what it takes of each axis.
func TestChoice(t *testing.T) {
	s, err := Parse("[3, 1], None, 1:4, [[True, False], [True, True]], -1")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Choose([]int{4, 5, 2, 2, 6})
	if err == nil {
		t.Fatalf("lists of 2 and 3 places go together: %v", c)
	}
	s, _ = Parse("[3, 1, -1], None, 1:4, [[True, False], [True, True]], -1")
	if c, err = s.Choose([]int{4, 5, 2, 2, 6}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Shape(), []int{3, 1, 3}) || !slices.Equal(c.Block, []int{3}) || c.BlockAxis != 0 || len(c.Picks) != 6 {
		t.Fatalf("%+v", c)
	}
	if p := c.Picks[0]; p.Axis != 0 || !slices.Equal(p.List, []int{3, 1, 3}) {
		t.Errorf("%+v", p)
	}
	if p, q := c.Picks[3], c.Picks[4]; p.Index != 3 || q.Index != 3 || !slices.Equal(p.List, []int{0, 1, 1}) || !slices.Equal(q.List, []int{0, 0, 1}) {
		t.Errorf("mask: %+v %+v", p, q)
	}
	if p := c.Picks[5]; !p.Drop || p.Start != 5 || p.Axis != 4 {
		t.Errorf("%+v", p)
	}
	if _, err := s.Resolve([]int{4, 5, 2, 2, 6}); err == nil || !strings.Contains(err.Error(), "lists") {
		t.Errorf("a region of lists: %v", err)
	}
}

// The gathers have paths for long rows and for single points.
func TestLargeGathers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	a := iota64(40, 50, 60)
	places := make([]int, 70)
	for i := range places {
		places[i] = rng.IntN(40)
	}
	turned, _ := a.Transpose(2, 0, 1)
	for axis, of := range []*Array{a, turned} {
		index := []Index{List(places...)}
		if axis == 1 {
			index = []Index{All, List(places...)}
		}
		got, err := of.Slice(index...)
		if err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			k, i, j := rng.IntN(70), rng.IntN(50), rng.IntN(60)
			want := a.At(places[k], i, j)
			if axis == 0 && got.At(k, i, j) != want || axis == 1 && got.At(j, k, i) != want {
				t.Fatalf("axis %d: element %d %d %d", axis, k, i, j)
			}
		}
	}
}
