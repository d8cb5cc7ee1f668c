package h5

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestEveryTypeThereAndBack(t *testing.T) {
	path, f := temporary(t)
	values := []any{
		int8(-8), int16(-16), int32(-32), int64(math.MinInt64), uint8(8), uint16(16), uint32(32), uint64(math.MaxUint64), float32(1.5), 2.5, int(-1), uint(1),
		[]int8{-1, 2}, []int16{-1, 2}, []int32{-1, 2}, []int64{-1, 2}, []uint8{1, 2}, []uint16{1, 2}, []uint32{1, 2}, []uint64{1, 2}, []float32{1, 2}, []float64{1, 2},
		[2][3]float64{{1, 2, 3}, {4, 5, 6}}, [][]int32{{1, 2}, {3, 4}, {5, 6}}, [][2]uint8{{1, 2}, {3, 4}}, [][][]float32{{{1}, {2}}},
	}
	for i, v := range values {
		must[*Dataset](t)(f.CreateDatasetFrom(fmt.Sprintf("types/%d", i), v))
	}
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	for i, v := range values {
		d := must[*Dataset](t)(f.Dataset(fmt.Sprintf("types/%d", i)))
		want := must[*nd.Array](t)(nd.From(v))
		got := must[*nd.Array](t)(d.Read())
		if !got.Equal(want) || d.DType() != want.DType() || !slices.Equal(d.Shape(), want.Shape()) {
			t.Errorf("%T: got %v %v %v, want %v", v, d.DType(), d.Shape(), got, want)
		}
		back := reflect.New(reflect.TypeOf(v))
		check(t, d.ReadInto(back.Interface()))
		if !reflect.DeepEqual(back.Elem().Interface(), v) {
			t.Errorf("%T: %v came back as %v", v, v, back.Elem())
		}
	}
}

func TestLayouts(t *testing.T) {
	_, f := temporary(t)
	values := nd.New(Int32, 60, 50)
	for i := range 60 {
		for j := range 50 {
			values.Set(float64(i*50+j), i, j)
		}
	}
	for name, options := range map[string][]DatasetOption{
		"contiguous": nil,
		"chunks":     {Chunks{7, 11}},
		"gzip":       {Gzip(4)},
		"all":        {Chunks{60, 1}, Shuffle, Gzip(9), Fill(-1)},
	} {
		d := must[*Dataset](t)(f.CreateDataset(name, Int32, append(options, Shape{60, 50})...))
		check(t, d.Write(values))
		if got := must[*nd.Array](t)(d.Read()); !got.Equal(values) {
			t.Errorf("%s: other values came back", name)
		}
		if (d.Chunks() == nil) != (options == nil) {
			t.Errorf("%s: chunks %v", name, d.Chunks())
		}
	}
	fill := must[*Dataset](t)(f.CreateDataset("fill", Uint8, Shape{3}, Fill(7)))
	if got := must[*nd.Array](t)(fill.Read()).String(); got != "[7 7 7]" {
		t.Errorf("fill value: %s", got)
	}
	scalar := must[*Dataset](t)(f.CreateDataset("scalar", Float64))
	check(t, scalar.Write(2.5))
	if got := must[*nd.Array](t)(scalar.Read()).Item(); got != 2.5 {
		t.Errorf("scalar: %v", got)
	}
	matrix := must[*Dataset](t)(f.CreateDatasetFrom("reshaped", []int16{1, 2, 3, 4}, Shape{2, -1}))
	if !slices.Equal(matrix.Shape(), []int{2, 2}) {
		t.Errorf("reshaped: %v", matrix.Shape())
	}
}

// Selections are nd's; here it is made sure that the file sees them the same way.
func TestSelectionsAreThoseOfArrays(t *testing.T) {
	_, f := temporary(t)
	rng := rand.New(rand.NewPCG(5, 6))
	number := func(n int) string {
		if rng.IntN(3) == 0 {
			return ""
		}
		return fmt.Sprint(rng.IntN(2*n+3) - n - 1)
	}
	for round := range 300 {
		shape := make(Shape, 1+rng.IntN(3))
		for axis := range shape {
			shape[axis] = rng.IntN(7)
		}
		model := nd.New(Float64, shape...)
		for i := range must[[]float64](t)(nd.Data[float64](model)) {
			must[[]float64](t)(nd.Data[float64](model))[i] = rng.NormFloat64()
		}
		var options []DatasetOption
		if round%2 == 1 {
			chunks := make(Chunks, len(shape))
			for axis, n := range shape {
				chunks[axis] = 1 + rng.IntN(max(n, 1))
			}
			options = append(options, chunks)
		}
		d := must[*Dataset](t)(f.CreateDatasetFrom(fmt.Sprint("d", round), model, options...))
		for range 4 {
			var words []string
			for axis := range rng.IntN(len(shape) + 1) {
				n := shape[axis]
				switch k := rng.IntN(4); {
				case k == 0 && n > 0:
					words = append(words, fmt.Sprint(rng.IntN(2*n)-n))
				default:
					step := rng.IntN(7) - 3
					if step == 0 {
						step = 1
					}
					words = append(words, fmt.Sprintf("%s:%s:%d", number(n), number(n), step))
				}
			}
			selection := strings.Join(words, ", ")
			want := must[*nd.Array](t)(model.Sel(selection))
			got := must[*nd.Array](t)(d.At(selection))
			if !got.Equal(want) {
				t.Fatalf("%v[%s] reads\n%v\nwant\n%v", shape, selection, got, want)
			}
			values := nd.New(Float64, want.Shape()...)
			for i := range must[[]float64](t)(nd.Data[float64](values)) {
				must[[]float64](t)(nd.Data[float64](values))[i] = rng.NormFloat64()
			}
			check(t, want.Assign(values))
			check(t, d.Write(values, selection))
			if got := must[*nd.Array](t)(d.Read()); !got.Equal(model) {
				t.Fatalf("%v[%s] writes\n%v\nwant\n%v", shape, selection, got, model)
			}
		}
	}
}

func TestWaysToSelect(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("d", Int32, Shape{4, 6}))
	for i := range 4 {
		check(t, d.Write([]int{0, 1, 2, 3, 4, 5}, i))
		check(t, d.Write(int32(10*i), i, 0))
		check(t, d.Write(10*i+1, uint8(i), 1, Collective))
	}
	check(t, d.Write(77, "-1, ::2"))
	for _, a := range []*nd.Array{
		must[*nd.Array](t)(d.At("3, :")),
		must[*nd.Array](t)(d.At("3", ":")),
		must[*nd.Array](t)(d.At(3)),
		must[*nd.Array](t)(d.At(3, nd.All, Independent)),
		must[*nd.Array](t)(d.Slice(nd.I(3))),
		must[*nd.Array](t)(d.Read(nd.Selection{nd.I(-1), nd.R(0, nd.End)})),
	} {
		if a.String() != "[77 31 77  3 77  5]" {
			t.Errorf("got %v", a)
		}
	}
	if got := must[*nd.Array](t)(d.At(2, 1)); got.NDim() != 0 || got.Item() != 21 {
		t.Errorf("one element: %v", got)
	}
	// Axes of length 1 do not count; views of arrays are written as they look.
	check(t, d.Write([][]int32{{1}, {2}, {3}, {4}}, ":, 5"))
	big := nd.New(Int32, 6, 4)
	big.Fill(9)
	turned := must[*nd.Array](t)(big.Transpose())
	check(t, d.Write(turned))
	if must[*nd.Array](t)(d.Read()).Sum().Item() != 9*24 {
		t.Error("a transposed view was not written")
	}
}

func TestReadIntoReusesMemory(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", []int32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, Shape{4, 3}))
	used := make([]float64, 100)
	first := &used[0]
	check(t, d.ReadInto(&used, ":, 0"))
	if !slices.Equal(used, []float64{1, 4, 7, 10}) || &used[0] != first {
		t.Errorf("%v", used)
	}
	var points [][3]int64
	check(t, d.ReadInto(&points, "::-2"))
	if !slices.Equal(points, [][3]int64{{10, 11, 12}, {4, 5, 6}}) {
		t.Errorf("%v", points)
	}
	var nested [][]uint8
	check(t, d.ReadInto(&nested, "1:3"))
	if !reflect.DeepEqual(nested, [][]uint8{{4, 5, 6}, {7, 8, 9}}) {
		t.Errorf("%v", nested)
	}
	var one float32
	check(t, d.ReadInto(&one, 3, 2))
	if one != 12 {
		t.Errorf("%v", one)
	}
	window := nd.New(Float64, 4, 6)
	part := must[*nd.Array](t)(window.Sel(":, ::2"))
	check(t, d.ReadInto(part))
	if window.Sum().Item() != 78 || window.At(3, 4) != 12 {
		t.Errorf("%v", window)
	}
	var none []float64
	check(t, d.ReadInto(&none, "0:0, 0"))
	if none == nil || len(none) != 0 {
		t.Errorf("%v", none)
	}
}

func TestOnlyWhatFits(t *testing.T) {
	_, f := temporary(t)
	small := must[*Dataset](t)(f.CreateDatasetFrom("small", []int8{1, 2, 3}))
	for _, bad := range []any{128, -129, 1.5, math.NaN(), math.Inf(1), []int{1, 2, 300}, []uint64{1 << 63, 0, 0}} {
		wantError(t, fmt.Sprint(bad), small.Write(bad), "write /small in", "does not fit int8")
	}
	if got := must[*nd.Array](t)(small.Read()).String(); got != "[1 2 3]" {
		t.Errorf("a refused write left %s", got)
	}
	check(t, small.Write([]float64{-128, 127, -0.0}))
	check(t, small.Write(uint64(5)))
	wide := must[*Dataset](t)(f.CreateDatasetFrom("wide", []float64{1, 2, 1e300}))
	var ints []int32
	wantError(t, "float64 as int32", wide.ReadInto(&ints), "1e+300 does not fit int32")
	check(t, wide.ReadInto(&ints, "0:2"))
	var floats []float32
	check(t, wide.ReadInto(&floats))
	if !math.IsInf(float64(floats[2]), 1) {
		t.Errorf("1e300 as float32 is %v", floats[2])
	}
	signed := must[*Dataset](t)(f.CreateDatasetFrom("signed", []int64{-1}))
	var unsigned []uint64
	wantError(t, "-1 as uint64", signed.ReadInto(&unsigned), "-1 does not fit uint64")
}

func TestNothingToTransfer(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("empty", Float64, Shape{0, 3}))
	if a := must[*nd.Array](t)(d.Read()); a.Len() != 0 || !slices.Equal(a.Shape(), []int{0, 3}) {
		t.Errorf("shape %v", a.Shape())
	}
	check(t, d.Write([][3]float64{}))
	must[*Dataset](t)(f.CreateDatasetFrom("from", []int32{}))
	x := must[*Dataset](t)(f.CreateDatasetFrom("x", []int32{1, 2, 3}))
	check(t, x.Write([]int32{}, "3:"))
	check(t, x.Write(7, "2:1"))
}
