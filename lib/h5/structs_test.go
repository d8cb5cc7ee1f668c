package h5

import (
	"fmt"
	"math"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

type colour int8

const (
	red  colour = 0
	blue colour = 7
)

func init() {
	if _, err := NameEnum(map[string]colour{"RED": red, "BLUE": blue}); err != nil {
		panic(err)
	}
}

// Kinds of struct: numbers only, which HDF5 fills in place, and with everything.
type point struct{ X, Y float64 }

type star struct {
	ID     int64   `h5:"id"`
	Mass   float32 `h5:"mass"`
	_      int16
	Active bool   `h5:"active"`
	Pos    point  `h5:"pos"`
	Kind   colour `h5:"kind"`
	Grid   [2][3]uint16
	Amp    complex64
}

type observation struct {
	star
	Name    string    `h5:"name"`
	Samples []float32 `h5:"samples"`
	Tags    []string  `h5:"tags"`
	Track   []point   `h5:"track"`
	Deep    [][]int16 `h5:"deep"`
	Pair    [2]string `h5:"pair"`
	When    time.Time `h5:"when"`
	Parent  Ref       `h5:"parent"`
	Nested  struct {
		A int8
		B []string
	} `h5:"nested"`
	secret int
	Skip   chan int `h5:"-"`
}

func stars() []star {
	var all []star
	for i := range 5 {
		f := float64(i)
		all = append(all, star{ID: int64(i) << 40, Mass: float32(i) / 3, Active: i%2 == 1, Pos: point{f, math.Inf(-i)}, Kind: []colour{red, blue}[i%2],
			Grid: [2][3]uint16{{1, 2, 3}, {4, 5, uint16(i)}}, Amp: complex(float32(i), -1)})
	}
	return all
}

func observations(f *File, t *testing.T) []observation {
	var all []observation
	for i, s := range stars() {
		o := observation{star: s, Name: strings.Repeat("Grüße", i), Pair: [2]string{"a", fmt.Sprint(i)}, When: time.Date(2026, 3, i+1, 12, 0, 0, i*1000, time.UTC), Parent: must[Ref](t)(f.Ref())}
		o.Samples, o.Tags, o.Track, o.Deep, o.Nested.B = []float32{}, []string{}, []point{}, [][]int16{}, []string{}
		for k := range i {
			o.Samples = append(o.Samples, float32(k))
			o.Tags = append(o.Tags, fmt.Sprint("tag ", k))
			o.Track = append(o.Track, point{float64(k), 1})
			o.Deep = append(o.Deep, slices.Repeat([]int16{int16(k)}, k))
			o.Nested.B = append(o.Nested.B, "", "x")
		}
		all = append(all, o)
	}
	return all
}

func TestStructsThereAndBack(t *testing.T) {
	path, f := temporary(t)
	plain, full := stars(), observations(f, t)
	c := must[*codec](t)(codecFor(reflect.TypeFor[star](), must[*Type](t)(TypeFor[star]()), reading))
	if !c.plain {
		t.Error("a struct of numbers is copied")
	}
	if c := must[*codec](t)(codecFor(reflect.TypeFor[observation](), must[*Type](t)(TypeFor[observation]()), reading)); c.plain {
		t.Error("a struct of strings is handed to HDF5")
	}
	for name, options := range map[string][]DatasetOption{"contiguous": nil, "gzip": {Chunks{2}, Gzip(4), Shuffle}} {
		must[*Dataset](t)(f.CreateDatasetFrom("plain/"+name, plain, options...))
		must[*Dataset](t)(f.CreateDatasetFrom("full/"+name, full, options...))
	}
	must[*Dataset](t)(f.CreateDatasetFrom("one", full[3]))
	must[*Dataset](t)(f.CreateDatasetFrom("grid", [2][2]star{{plain[0], plain[1]}, {plain[2], plain[3]}}))
	check(t, f.Attrs().Set("plain", plain))
	check(t, f.Attrs().Set("full", full))
	check(t, f.Close())

	f = must[*File](t)(Open(path))
	defer f.Close()
	for _, name := range []string{"contiguous", "gzip"} {
		d := must[*Dataset](t)(f.Dataset("plain/" + name))
		if got := must[[]star](t)(ReadAs[[]star](d)); !reflect.DeepEqual(got, plain) {
			t.Errorf("%s: %v", name, got)
		}
		used := make([]star, 9)
		first := &used[0]
		check(t, d.ReadInto(&used, "1:3"))
		if !reflect.DeepEqual(used, plain[1:3]) || first != &used[0] {
			t.Errorf("%s, a part: %v", name, used)
		}
		// What was read before does not show between the fields.
		for i, block := 0, scratch(1<<10); i < len(block); i++ {
			block[i] = 0x55
		}
		if got := must[[]star](t)(ReadAs[[]star](d, "::-2")); !reflect.DeepEqual(got, []star{plain[4], plain[2], plain[0]}) {
			t.Errorf("%s, backwards: %v", name, got)
		}
		if got := must[star](t)(ReadAs[star](d, 2)); !reflect.DeepEqual(got, plain[2]) {
			t.Errorf("%s, one: %v", name, got)
		}
		e := must[*Dataset](t)(f.Dataset("full/" + name))
		if got := must[[]observation](t)(ReadAs[[]observation](e)); !reflect.DeepEqual(got, full) {
			t.Errorf("%s: %+v\nwant\n%+v", name, got, full)
		}
		if got := must[[2]observation](t)(ReadAs[[2]observation](e, "3:1:-1")); !reflect.DeepEqual(got, [2]observation{full[3], full[2]}) {
			t.Errorf("%s, backwards: %+v", name, got)
		}
	}
	if got := must[observation](t)(ReadAs[observation](must[*Dataset](t)(f.Dataset("one")))); !reflect.DeepEqual(got, full[3]) {
		t.Errorf("one: %+v", got)
	}
	if got := must[[][]star](t)(ReadAs[[][]star](must[*Dataset](t)(f.Dataset("grid")))); !reflect.DeepEqual(got, [][]star{plain[:2], plain[2:4]}) {
		t.Errorf("grid: %v", got)
	}
	if got := must[[]star](t)(Attr[[]star](f, "plain")); !reflect.DeepEqual(got, plain) {
		t.Errorf("attribute: %v", got)
	}
	if got := must[[]observation](t)(Attr[[]observation](f, "full")); !reflect.DeepEqual(got, full) {
		t.Errorf("attribute: %v", got)
	}
	out := h5py3(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "r") as f:
    d = f["plain/gzip"]
    print(d.dtype.names, h5py.check_enum_dtype(d.dtype["kind"]), d[3]["pos"].tolist(), d["active"].tolist(), d["Grid"][4].tolist(), d["Amp"][2])
    e = f["full/contiguous"]
    print(e[2]["name"].decode(), e[3]["samples"], f[e[1]["parent"]].name, e[4]["when"].decode(), e[1]["pair"])
    # Sequences of strings and of compounds h5py does not read; h5dump does.
`, path)
	want := "('id', 'mass', 'active', 'pos', 'kind', 'Grid', 'Amp') {'RED': 0, 'BLUE': 7} (3.0, -inf) [False, True, False, True, False] [[1, 2, 3], [4, 5, 4]] (2-1j)\n" +
		"GrüßeGrüße [0. 1. 2.] / 2026-03-05T12:00:00.000004Z [b'a' b'1']\n"
	if out != want {
		t.Errorf("h5py sees\n%s\nwant\n%s", out, want)
	}
	dump := output(t, exec.Command("h5dump", "-d", "/full/contiguous", path))
	for _, part := range []string{`"tag 0", "tag 1", "tag 2"`, "H5T_VLEN { H5T_VLEN { H5T_STD_I16LE}} \"deep\"", "H5T_VLEN { H5T_COMPOUND"} {
		if !strings.Contains(strings.Join(strings.Fields(dump), " "), part) {
			t.Errorf("h5dump does not see %s:\n%s", part, dump)
		}
	}
}

func TestStructsOfOtherShape(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", stars()))
	type turnedRound struct {
		Kind int
		ID   uint64
		POS  struct {
			Y float32
		}
		Weight float64 `h5:"mass"`
		note   string
	}
	got := []turnedRound{{note: "a"}, {note: "b"}, {note: "c"}, {note: "d"}, {note: "e"}}
	check(t, d.ReadInto(&got))
	if len(got) != 5 || got[1].Kind != 7 || got[3].ID != 3<<40 || !math.IsInf(float64(got[2].POS.Y), -1) || got[3].Weight != 1 || got[4].note != "e" {
		t.Errorf("%+v", got)
	}
	// Fields that the struct lacks keep their values.
	type some struct {
		Mass float64 `h5:"mass"`
		Grid [2][3]int
	}
	check(t, d.Write([]some{{5, [2][3]int{}}, {6, [2][3]int{{9}}}}, "1:3"))
	want := stars()
	want[1].Mass, want[1].Grid, want[2].Mass, want[2].Grid = 5, [2][3]uint16{}, 6, [2][3]uint16{{9}}
	if all := must[[]star](t)(ReadAs[[]star](d)); !reflect.DeepEqual(all, want) {
		t.Errorf("%v\nwant\n%v", all, want)
	}
	for says, dst := range map[string]any{
		`has the field Nothing, and the file has no field "Nothing" but id, mass, active`: new([]struct{ Nothing int }),
		`no field "no" but id`: new([]struct {
			A int `h5:"no"`
		}),
		"are for":            nil,
		"no exported fields": new([]struct{ a int }),
		"float32 go with float32 in Go": new([]struct {
			Mass string `h5:"mass"`
		}),
		`two fields for "id"`:          new([]struct{ ID, Id int }),
		"[3][3]int has another length": new([]struct{ Grid [3][3]int }),
		"field id: 1099511627776 does not fit": new([]struct {
			ID   int8    `h5:"id"`
			Mass float64 `h5:"mass"`
		}),
		"is not exported": new([]struct {
			id int `h5:"id"`
		}),
		"only a name can be there": new([]struct {
			ID int `h5:"id,omitempty"`
		}),
	} {
		if dst != nil {
			wantError(t, says, d.ReadInto(dst), "read /d in", says)
		}
	}
	for says, v := range map[string]any{
		"8 is no value of enum int8 {RED=0, BLUE=7}": []struct {
			Kind int8 `h5:"kind"`
		}{{0}, {8}, {0}, {0}, {0}},
		"does not fit uint16":                         struct{ Grid [2][3]float64 }{[2][3]float64{{0.5}}},
		"the values have shape (2) and the selection": stars()[:2],
	} {
		wantError(t, says, d.Write(v), "write /d in", says)
	}
	if all := must[[]star](t)(ReadAs[[]star](d)); !reflect.DeepEqual(all, want) {
		t.Error("a refused write changed something")
	}
	_, err := f.CreateDatasetFrom("bad", []struct{ C chan int }{{}})
	wantError(t, "channel", err, "field C", "a chan int has no type in a file")
	type loop struct{ Next []loop }
	_, err = f.CreateDatasetFrom("bad", loop{})
	wantError(t, "recursive", err, "contains itself")
	if f.Has("bad") {
		t.Error("something was created")
	}
}

func TestFields(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", stars()))
	if a := must[*nd.Array](t)(d.Field("mass").Read("1:4")); a.DType() != Float32 || a.At(2) != 1 || a.Len() != 3 {
		t.Errorf("%v", a)
	}
	if a := must[*nd.Array](t)(d.Field("Grid").Read("::-1")); !slices.Equal(a.Shape(), []int{5, 2, 3}) || a.At(0, 1, 2) != 4 {
		t.Errorf("%v", a)
	}
	var masses []float64
	check(t, d.Field("mass").ReadInto(&masses))
	if !slices.Equal(masses, []float64{0, float64(float32(1) / 3), float64(float32(2) / 3), 1, float64(float32(4) / 3)}) {
		t.Errorf("%v", masses)
	}
	if v, ok := must[any](t)(d.Field("active").Value()).(*nd.Array); !ok || v.DType() != nd.Bool || v.At(1) != 1 || v.Sum().Item() != 2 {
		t.Errorf("%v", v)
	}
	check(t, d.Field("mass").Write(2.5, "::2"))
	check(t, d.Field("kind").Write([]colour{blue, blue}, "0:2"))
	want := stars()
	want[0].Mass, want[2].Mass, want[4].Mass, want[0].Kind, want[1].Kind = 2.5, 2.5, 2.5, blue, blue
	if all := must[[]star](t)(ReadAs[[]star](d)); !reflect.DeepEqual(all, want) {
		t.Errorf("%v\nwant\n%v", all, want)
	}
	table := must[any](t)(d.Fields("active", "mass", "pos").Value("0:2")).(*Records)
	wantText := "   active        mass              pos\n0   false         2.5  {X: 0, Y: +Inf}\n1    true  0.33333334  {X: 1, Y: -Inf}"
	if got := table.String(); got != wantText || !slices.Equal(table.Names(), []string{"active", "mass", "pos"}) || table.Len() != 2 {
		t.Errorf("got\n%s\nwant\n%s", got, wantText)
	}
	if html := table.HTML(); !strings.Contains(html, "<th>mass</th>") || !strings.Contains(html, "<td>2.5</td>") {
		t.Errorf("HTML %s", html)
	}
	_, err := d.Field("size").Read()
	wantError(t, "no field", err, "read /d in", `there is no field "size"; there are id, mass`)
	_, err = d.Fields("id", "id").Value()
	wantError(t, "twice", err, "named twice")
	_, err = d.Field("pos").Read()
	wantError(t, "no numbers", err, "struct{X float64; Y float64}")
	wantError(t, "write", d.Field("mass").Write("text"), "write /d in", "float32 in Go, not with string")
	x := must[*Dataset](t)(f.CreateDatasetFrom("x", []int{1}))
	_, err = x.Field("a").Value()
	wantError(t, "no compound", err, "int64 have no fields")
}

func TestRecords(t *testing.T) {
	_, f := temporary(t)
	full := observations(f, t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", full))
	table := must[any](t)(d.Value()).(*Records)
	if a, ok := table.Column("Grid").(*nd.Array); !ok || !slices.Equal(a.Shape(), []int{5, 2, 3}) {
		t.Errorf("column Grid: %v", table.Column("Grid"))
	}
	if names, ok := table.Column("name").([]string); !ok || names[1] != "Grüße" {
		t.Errorf("column name: %v", table.Column("name"))
	}
	if table.Column("nothing") != nil || table.At(2).Get("nothing") != nil || table.At(2).Get("mass") != full[2].Mass {
		t.Error("columns")
	}
	// What was read as a table can be written.
	e := must[*Dataset](t)(f.CreateDatasetFrom("e", table))
	check(t, e.Write(table.At(4), 0))
	check(t, e.Write(table.At(0).Map(), 4))
	full[0], full[4] = full[4], full[0]
	if got := must[[]observation](t)(ReadAs[[]observation](e)); !reflect.DeepEqual(got, full) {
		t.Errorf("%+v\nwant\n%+v", got, full)
	}
	var maps []map[string]any
	check(t, e.ReadInto(&maps, "1:2"))
	if maps[0]["mass"] != full[1].Mass || !reflect.DeepEqual(maps[0]["tags"], []string{"tag 0"}) {
		t.Errorf("%v", maps)
	}
	wantError(t, "missing keys", e.Write(map[string]any{"mass": 1}, 0), "the map has 1 keys and the file the fields id, mass")
	one := must[any](t)(e.Value(1))
	if r, ok := one.(Record); !ok || !strings.HasPrefix(r.String(), `{id: 1099511627776, mass: 0.33333334, active: true, pos: {X: 1, Y: -Inf}, kind: 7,`) {
		t.Errorf("%v", one)
	}
}
