package mime

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

type star struct {
	Name string
	mass float64
	At   [2]int
}

// textOf is the text and the tags of a page, so that tests need no styles.
func textOf(page any) string {
	s, _ := page.(string)
	return readable(s)
}

func TestShortTablesKeepTheirText(t *testing.T) {
	for _, c := range []struct {
		v    any
		page string
	}{
		{[]star{{"a", 1.5, [2]int{1, 2}}, {"b<c", -2, [2]int{}}}, "\tName\tmass\tAt\n0\ta\t1.5\t[1 2]\n1\tb<c\t-2\t[0 0]"},
		{[1]star{{"a", 1.5, [2]int{1, 2}}}, "\tName\tmass\tAt\n0\ta\t1.5\t[1 2]"},
		{[]map[string]any{{"b": 1}, {"a": "x", "b": nil}}, "\ta\tb\n0\t\t1\n1\tx\t<nil>"},
		{[]any{map[string]any{"x": 1.0}, map[string]any{"x": true}}, "\tx\n0\t1\n1\ttrue"},
		{map[string]int{"b": 2, "a": 1}, "a\t1\nb\t2"},
		{map[int]star{10: {"b", 2, [2]int{}}, 9: {"a", 1, [2]int{}}}, "\tName\tmass\tAt\n9\ta\t1\t[0 0]\n10\tb\t2\t[0 0]"},
		{map[any]celsius{"s": 1, 2: 2}, "2\t2.0 °C\ns\t1.0 °C"},
		{&[]star{{Name: "p"}}, "\tName\tmass\tAt\n0\tp\t0\t[0 0]"},
	} {
		got := Of(c.v)
		if want := fmt.Sprintf("%+v", c.v); got[Plain] != want {
			t.Errorf("%T: text %v, want %s", c.v, got[Plain], want)
		}
		if page := textOf(got[HTML]); page != c.page {
			t.Errorf("%T: page\n%s\nwant\n%s", c.v, page, c.page)
		}
	}
}

func TestNoTables(t *testing.T) {
	for _, v := range []any{
		[]star{}, map[string]int{}, []int{1}, []celsius{1}, []error{errors.New("x")}, []struct{}{{}}, []any{1, star{}}, []any{star{}, point{}},
		[]*star{nil}, []any{nil}, []map[int]string{{1: "x"}}, star{}, [][]star{{}},
	} {
		if got := Of(v); len(got) != 1 || got[Plain] != fmt.Sprintf("%+v", v) {
			t.Errorf("%T: %v", v, got)
		}
	}
}

func TestTablesAsText(t *testing.T) {
	pointers := Of([]*star{{"a", 1.5, [2]int{1, 2}}, {"long name", 10, [2]int{}}})
	want := strings.Join([]string{
		"   Name       mass  At",
		"0  a           1.5  [1 2]",
		"1  long name    10  [0 0]",
	}, "\n")
	if pointers[Plain] != want {
		t.Errorf("pointers:\n%v\nwant\n%s", pointers[Plain], want)
	}
	m := map[string]string{"key": strings.Repeat("x", 200), "second\nline": "short\ttext"}
	want = "key           " + strings.Repeat("x", 57) + "...\nsecond\\nline  short\\ttext"
	got := Of(m)
	if got[Plain] != want {
		t.Errorf("map:\n%v\nwant\n%s", got[Plain], want)
	}
	if page := got[HTML].(string); !strings.Contains(page, "<details>") || !strings.Contains(page, strings.Repeat("x", 200)) {
		t.Errorf("a long cell does not unfold: %s", page)
	}
}

func TestLongTablesAreFolded(t *testing.T) {
	rows := make([]struct{ N, Square int }, 1000)
	for i := range rows {
		rows[i].N, rows[i].Square = i, i*i
	}
	got := Of(rows)
	text := got[Plain].(string)
	lines := strings.Split(text, "\n")
	if len(lines) != 23 || lines[0] != "       N  Square" || lines[10] != "9      9      81" || lines[11] != "... 980 more" || lines[12] != "990  990  980100" || lines[22] != "(1000 rows, 2 columns)" {
		t.Errorf("text:\n%s", text)
	}
	if page := textOf(got[HTML]); !strings.Contains(page, "9\t9\t81\n⋮ 980 more\n990\t990\t980100") || !strings.HasSuffix(page, "\n1000 rows, 2 columns") {
		t.Errorf("page:\n%s", page)
	}
	m := map[int]string{}
	for i := range 500 {
		m[i] = "v"
	}
	got = Of(m)
	if page := textOf(got[HTML]); !strings.Contains(page, "9\tv\n⋮ 480 more\n490\tv") || !strings.HasSuffix(page, "\n500 entries") {
		t.Errorf("page of a map:\n%s", page)
	}
	wide := map[string]any{}
	for i := range 100 {
		wide[fmt.Sprintf("c%02d", i)] = i
	}
	got = Of([]map[string]any{wide})
	if page := textOf(got[HTML]); !strings.HasPrefix(page, "\tc00\tc01") || !strings.Contains(page, "c09\t...\tc90") || !strings.HasSuffix(page, "1 rows, 100 columns") {
		t.Errorf("wide page:\n%s", page)
	}
	if got := Of(make([]star, 40)); strings.Contains(got[Plain].(string), "more") {
		t.Errorf("40 rows are folded:\n%v", got[Plain])
	}
}

func TestWrappedErrors(t *testing.T) {
	err := fmt.Errorf("load stars: %w", errors.Join(&fs.PathError{Op: "open", Path: "a.h5", Err: fs.ErrNotExist}, errors.New("no <disk>")))
	got := Of(err)
	if got[Plain] != err.Error() {
		t.Errorf("text %v", got[Plain])
	}
	want := err.Error() + "\n*fmt.wrapError\n*errors.joinError open a.h5: file does not exist no <disk>\n*fs.PathError open a.h5: file does not exist\n*errors.errorString file does not exist\n*errors.errorString no <disk>"
	if page := textOf(got[HTML]); strings.ReplaceAll(page, "\n", " ") != strings.ReplaceAll(want, "\n", " ") {
		t.Errorf("page\n%s\nwant\n%s", page, want)
	}
	if got := Of(errors.New("alone")); len(got) != 1 {
		t.Errorf("an error that wraps none: %v", got)
	}
	if got := Of(badError{}); got[Plain] != "bad" || len(got) != 1 {
		t.Errorf("an Unwrap that panics: %v", got)
	}
}

type badError struct{}

func (badError) Error() string { return "bad" }
func (badError) Unwrap() error { panic("boom") }

type rendered struct{ s string }

func (r rendered) Render() Data {
	return Data{Data: map[string]any{HTML: r.s, PNG: onePixel()}, Metadata: map[string]any{PNG: map[string]any{"width": 2}}}
}

type simple struct{}

func (simple) SimpleRender() map[string]any { return map[string]any{Markdown: "*m*", Plain: "m"} }
func (simple) JPEG() []byte                 { return []byte("jpeg") }

func TestGophernotes(t *testing.T) {
	got, metadata := Shown(rendered{"<b>x</b>"})
	if got[HTML] != "<b>x</b>" || got[PNG] == nil || !reflect.DeepEqual(metadata, map[string]any{PNG: map[string]any{"width": 2}}) {
		t.Errorf("Render: %v, %v", got, metadata)
	}
	if got := Of(simple{}); !reflect.DeepEqual(got, event.Bundle{Markdown: "*m*", Plain: "m", JPEG: "anBlZw=="}) {
		t.Errorf("SimpleRender: %v", got)
	}
	got = Of(Data{Data: map[string]any{Plain: "p", JSON: map[string]any{"a": 1}}})
	if !reflect.DeepEqual(got, event.Bundle{Plain: "p", JSON: json.RawMessage(`{"a":1}`)}) {
		t.Errorf("Data: %v", got)
	}
	if _, metadata := Values(Data{Data: map[string]any{Plain: "p"}, Metadata: map[string]any{"k": 1}}); metadata["k"] != 1 {
		t.Errorf("the metadata of a value: %v", metadata)
	}
	if got := Of([]image.Image{image.NewGray(image.Rect(0, 0, 1, 1))}); got[Plain] == nil {
		t.Errorf("a slice of images: %v", got)
	}
}

type grid struct{ rows, columns int }

func (g *grid) Dims() (r, c int)    { return g.rows, g.columns }
func (g *grid) At(i, j int) float64 { return float64(i) + float64(j)/3 }

type brokenGrid struct{ grid }

func (*brokenGrid) At(i, j int) float64 { panic("no element") }

func TestMatrices(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{&grid{2, 3}, "[[         0 0.33333333 0.66666667]\n [         1  1.3333333  1.6666667]]"},
		{&grid{1, 1}, "[[0]]"},
		{&grid{}, "[]"},
		{(*grid)(nil), "<nil>"},
		{&brokenGrid{grid{1, 1}}, "&{grid:{rows:1 columns:1}}"},
	} {
		if got := Of(c.v)[Plain]; got != c.want {
			t.Errorf("%v:\n%v\nwant\n%s", c.v, got, c.want)
		}
	}
	lines := strings.Split(Of(&grid{1000, 900})[Plain].(string), "\n")
	if len(lines) != 7 || strings.Join(strings.Fields(lines[3]), " ") != "[ ... ... ... ... ... ... ...]" || !strings.HasSuffix(lines[6], "] (1000 x 900)") {
		t.Errorf("a large matrix:\n%s", strings.Join(lines, "\n"))
	}
}
