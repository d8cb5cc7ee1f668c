package mime

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/png"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

type point struct {
	X, y int
	Next *point
}

type celsius float64

func (c celsius) String() string { return fmt.Sprintf("%.1f °C", float64(c)) }

type name string

func TestPlainIsWhatFmtPrints(t *testing.T) {
	var nilError error
	var nilPoint *point
	for _, v := range []any{
		42, -1.5, 3 + 4i, true, 'x', []int{1, 2}, []string{"a", "b c"}, [2]bool{true}, map[string]int{"b": 2, "a": 1},
		point{1, 2, nil}, &point{X: 1}, []any{nil, 1, "x", point{}}, celsius(3), []celsius{1, 2}, struct{ T celsius }{4},
		errors.New("some error"), fmt.Errorf("outer: %w", errors.New("inner")), time.Second, []byte("abc"), nilPoint, nilError,
		map[point]string{{X: 2}: "two", {X: 1}: "one"}, [][]float64{{1, 2}, {3}}, struct{}{}, uint8(7), json.Number("12"),
		reflect.TypeFor[int](), image.Pt(1, 2),
	} {
		got := Of(v)
		if want := fmt.Sprintf("%+v", v); got[Plain] != want {
			t.Errorf("%T: %v, want %s", v, got, want)
		}
	}
}

func TestStringsAreQuoted(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{"", `""`}, {"a\tb", `"a\tb"`}, {"Größe", `"Größe"`}, {name("n"), `"n"`}, {[]string{"a"}, "[a]"},
	} {
		if got := Of(c.v)[Plain]; got != c.want {
			t.Errorf("%v: %v, want %s", c.v, got, c.want)
		}
	}
}

func TestSeveralValues(t *testing.T) {
	got, _ := Values(1, "a", nil, errors.New("e"))
	if want := (event.Bundle{Plain: `1 "a" <nil> e`}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, _ := Values(); !reflect.DeepEqual(got, event.Bundle{Plain: ""}) {
		t.Errorf("no values: %v", got)
	}
	got, _ = Values(webPage{"<b>x</b>"}, "<tag>")
	if got[HTML] != "<b>x</b>\n<pre>&#34;&lt;tag&gt;&#34;</pre>" || got[Plain] != `{s:<b>x</b>} "<tag>"` {
		t.Errorf("with HTML: %v", got)
	}
	got, _ = Values(image.NewGray(image.Rect(0, 0, 2, 2)), 1)
	if s, _ := got[HTML].(string); !strings.HasPrefix(s, `<img src="data:image/png;base64,iVBOR`) {
		t.Errorf("with an image: %v", got)
	}
}

type webPage struct{ s string }

func (p webPage) HTML() string { return p.s }

type everything struct{}

func (*everything) HTML() (string, error) { return "<p>", nil }
func (*everything) Markdown() []byte      { return []byte("*m*") }
func (*everything) LaTeX() string         { return "$x$" }
func (*everything) SVG() ([]byte, error)  { return []byte("<svg/>"), nil }
func (*everything) PNG() ([]byte, error)  { return onePixel(), nil }
func (*everything) JPEG() []byte          { return []byte("jpeg") }
func (*everything) GIF() []byte           { return []byte("gif") }
func (*everything) PDF() ([]byte, error)  { return []byte("%PDF"), nil }
func (*everything) JavaScript() string    { return "alert()" }
func (*everything) JSON() map[string]any  { return map[string]any{"a": 1} }
func (*everything) String() string        { return "everything" }
func (*everything) MIMEBundle() map[string]any {
	return map[string]any{"text/x": "x", "image/bmp": []byte("bmp")}
}

func onePixel() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestMethods(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	want := event.Bundle{
		Plain: "everything", HTML: "<p>", Markdown: "*m*", LaTeX: "$x$", SVG: "<svg/>", PNG: b64(string(onePixel())),
		JPEG: b64("jpeg"), GIF: b64("gif"), PDF: b64("%PDF"), JavaScript: "alert()", JSON: json.RawMessage(`{"a":1}`),
		"text/x": "x", "image/bmp": b64("bmp"),
	}
	if got := Of(&everything{}); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	var none *everything
	if got := Of(none); !reflect.DeepEqual(got, event.Bundle{Plain: "everything"}) {
		t.Errorf("nil pointer: %v", got)
	}
	if got := Of(everything{}); !reflect.DeepEqual(got, event.Bundle{Plain: "{}"}) {
		t.Errorf("value without the pointer's methods: %v", got)
	}
}

// Methods of the right name that mean something else must not be called.
type other struct{}

func (other) HTML(depth int) string     { panic("called") }
func (other) PNG() (int, error)         { panic("called") }
func (other) SVG() (a, b string)        { panic("called") }
func (other) JSON() error               { panic("called") }
func (other) WriterTo(w, h int) []byte  { panic("called") }
func (other) Markdown()                 { panic("called") }
func (other) GIF() (string, error, int) { panic("called") }

func TestOtherSignatures(t *testing.T) {
	if got := Of(other{}); !reflect.DeepEqual(got, event.Bundle{Plain: "{}"}) {
		t.Errorf("%v", got)
	}
}

type failing struct{ N int }

func (failing) HTML() string         { panic("no page") }
func (failing) PNG() ([]byte, error) { return nil, errors.New("no picture") }
func (failing) SVG() string          { return "" }
func (failing) Markdown() string     { return "*fine*" }
func (failing) JSON() []byte         { return []byte("{") }

func TestFailingMethodsLoseTheirFormOnly(t *testing.T) {
	got := Of(failing{3})
	want := event.Bundle{Markdown: "*fine*", Plain: "{N:3}\n(HTML: panic: no page; SVG: returned nothing; PNG: no picture; JSON: returned 1 bytes that are not JSON)"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

type valueMethod struct{ s string }

func (v valueMethod) HTML() string { return v.s }

type panicky struct{}

func (panicky) String() string { panic("boom") }

func TestNothingCrashes(t *testing.T) {
	var p *valueMethod
	if got := Of(p); !reflect.DeepEqual(got, event.Bundle{Plain: "<nil>"}) {
		t.Errorf("nil pointer with a value method: %v", got)
	}
	if got := Of(panicky{})[Plain]; got != "%!v(PANIC=String method: boom)" {
		t.Errorf("panic in String: %v", got)
	}
	var img image.Image = (*image.RGBA)(nil)
	Of(img)
	Of(&gif.GIF{})
	Of(make(chan int))
	Of(func() {})
	loop := []any{1, nil}
	loop[1] = loop
	if got := Of(loop)[Plain].(string); !strings.HasPrefix(got, "[1 [1 [1 ") || len(got) > 2000 {
		t.Errorf("a slice that contains itself: %.100s", got)
	}
	m := map[string]any{}
	m["a"], m["b"] = m, m
	if got := Of(m)[Plain].(string); len(got) > 3*limit {
		t.Errorf("a map that contains itself: %d bytes", len(got))
	}
}

func TestLongTextIsFolded(t *testing.T) {
	long := make([]float64, 50e6)
	long[49999999] = 7
	for name, c := range map[string]struct {
		v            any
		short, whole string
	}{
		"string": {
			"first" + strings.Repeat("ä", 40000) + "last",
			`"first` + strings.Repeat("ä", 1021) + `" ... (76938 bytes more) ... "` + strings.Repeat("ä", 510) + `last"`,
			"first" + strings.Repeat("ä", 40000) + "last",
		},
		"slice":  {long, "[" + strings.Repeat("0 ", 20) + "..." + strings.Repeat(" 0", 19) + " 7] (50000000 elements)", "[0 0 0"},
		"array":  {&[5000]int8{}, "&[" + strings.Repeat("0 ", 20) + "..." + strings.Repeat(" 0", 20) + "] (5000 elements)", "&amp;[0 0 0"},
		"struct": {struct{ A []int }{make([]int, 10000)}, "{A:[" + strings.Repeat("0 ", 1022) + " ... (16933 bytes more) ... " + strings.Repeat(" 0", 511) + "]}", "{A:[0 0 0"},
	} {
		got := Of(c.v)
		if got[Plain] != c.short {
			t.Errorf("%s: %v\nwant %v", name, got[Plain], c.short)
		}
		page, _ := got[HTML].(string)
		if !strings.HasPrefix(page, "<details><summary") || !strings.Contains(page, ">"+c.whole) {
			t.Errorf("%s unfolds to %.300s", name, page)
		}
		if len(page) > 2*unfolded {
			t.Errorf("%s: a page of %d bytes", name, len(page))
		}
	}
	// A string of moderate length unfolds, and is whole as text.
	if got := Of(strings.Repeat("x", 10000)); got[Plain] != `"`+strings.Repeat("x", 10000)+`"` || !strings.HasPrefix(got[HTML].(string), "<details>") {
		t.Errorf("10000 bytes: %.300v", got)
	}
	// What speaks for itself is not folded before it is a nuisance.
	got := Of(speech(strings.Repeat("x", limit-1)))
	if s := got[Plain].(string); len(s) != limit-1 || len(got) != 1 {
		t.Errorf("a Stringer: %d bytes", len(s))
	}
	got = Of(speech(strings.Repeat("x", limit+5)))
	if s := got[Plain].(string); !strings.HasSuffix(s, "x... (5 bytes more)") {
		t.Errorf("a Stringer of %d bytes: %q", limit+5, s[len(s)-40:])
	}
}

type speech string

func (s speech) String() string { return string(s) }

// Large values are printed by a printer of its own: its notation must be fmt's.
func TestHeavyValuesLookTheSame(t *testing.T) {
	s := "text"
	long := make([]int8, heavy)
	for _, v := range []any{
		&point{1, 2, &point{}}, []any{1, "a", nil, celsius(2), errors.New("e"), &s, []byte{1}, map[string]int{"k": 1}, 1 + 2i, struct{}{}},
		struct {
			long []int8
			C    celsius
			c    celsius
			M    map[int]string
			P    *int
			Q    *string
			E    error
		}{long, 1, 2, map[int]string{1: "x"}, nil, &s, nil},
		[][]int8{long, {1, 2}}, &[]int8{1}, &map[string]bool{"x": true}, [3]celsius{}, map[string][]int8{"long": long},
		&s, []*point{nil, {X: 1}}, []error{nil, errors.New("x")}, []any{[]int(nil), map[int]int(nil), (*point)(nil), (func())(nil)},
	} {
		p := printer{most: 64 << 20}
		p.print(reflect.ValueOf(v), 0)
		if want := fmt.Sprintf("%+v", v); p.b.String() != want {
			t.Errorf("%T:\n%.300s\nwant\n%.300s", v, p.b.String(), want)
		}
	}
}

func TestPictures(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 30, 20))
	img.Set(3, 4, color.RGBA{255, 0, 0, 255})
	got := Of(img)
	if s := got[Plain].(string); !strings.HasPrefix(s, "*image.RGBA (image/png, 30x20 pixels, ") {
		t.Errorf("text of an image: %q", s)
	}
	back, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(got[PNG].(string))))
	if err != nil || back.Bounds() != img.Bounds() || color.RGBAModel.Convert(back.At(3, 4)) != (color.RGBA{255, 0, 0, 255}) {
		t.Errorf("the PNG is another picture: %v", err)
	}
	frame := image.NewPaletted(image.Rect(0, 0, 8, 8), palette.Plan9)
	got = Of(&gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}})
	anim, err := gif.DecodeAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(got[GIF].(string))))
	if err != nil || len(anim.Image) != 2 || !strings.HasPrefix(got[Plain].(string), "*gif.GIF (image/gif, 8x8 pixels, ") {
		t.Errorf("GIF: %v %v", err, got[Plain])
	}
}

func TestForm(t *testing.T) {
	for _, c := range []struct {
		kind, data, plain string
	}{
		{PNG, string(onePixel()), "image/png, 1x1 pixels, 71 bytes"},
		{JPEG, "not a picture", "image/jpeg, 13 bytes"},
		{SVG, "<svg/>", "image/svg+xml, 6 bytes"},
		{HTML, "<b>x</b>", "x"},
		{HTML, "<canvas></canvas>", "text/html, 17 bytes"},
		{Markdown, "*x*", "*x*"},
		{LaTeX, "$x$", "$x$"},
		{JSON, `{"a":1}`, `{"a":1}`},
	} {
		got := Form(c.kind, []byte(c.data))
		if got[Plain] != c.plain {
			t.Errorf("%s: %v, want %q", c.kind, got[Plain], c.plain)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain",
		"<h1>Title</h1><p>a &lt; b<br>c   d\n e</p>":                                       "Title\na < b\nc d e",
		"<table><tr><th>x<th>y</tr>\n<tr><td>1</td><td>2</td></tr></table>":                "x\ty\n1\t2",
		"<style>p { color: red }</style><script>if (a<b) alert('<p>')</script><i>text</i>": "text",
		"<!-- note > --><b>bold</b> and <a href='x>y'>link</a>":                            "bold and link",
		"unclosed <b":                  "unclosed",
		"1 < 2":                        "1 < 2",
		"<SCRIPT>x</SCRIPT>y":          "y",
		"<script>never ends":           "",
		"<ul><li>one<li>two</ul>after": "one\ntwo\nafter",
	} {
		if got := readable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
