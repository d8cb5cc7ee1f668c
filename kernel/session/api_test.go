package session

import "testing"

// TestAPI types what the documentation shows, line by line.
func TestAPI(t *testing.T) {
	s := open(t)
	for _, step := range []struct{ code, value string }{
		{"g := must(h5.Create(\"galaxy.hdf5\"))\nmust0(must(g.CreateDataset(\"pos_pt\", h5.Float64, h5.Shape{20, 300, 3})).Attrs().Set(\"unit\", \"km\"))", ""},
		{"d := must(g.CreateDataset(\"test\", h5.Int32, h5.Shape{42}, h5.Chunks{6}, h5.Gzip(4)))\nd.Chunks()", "(6)"},
		{"matrix := [][]float64{{1, 2}, {3, 4}}\nw := must(g.CreateDatasetFrom(\"w\", matrix))\nmust(w.Read())", "[[1. 2.]\n [3. 4.]]"},
		{"must0(g.Close())", ""},
		{"f := must(h5.Open(\"galaxy.hdf5\", h5.ReadWrite))\nf.Keys()", "[pos_pt test w]"},
		{"pos := must(f.Dataset(\"pos_pt\"))\npos.Shape(); pos.DType(); pos.Chunks(); must(pos.Attrs().Get(\"unit\"))", `"km"`},
		{"values := make([][3]float64, 300)\nfor i := range values { values[i] = [3]float64{float64(i), 0, 2} }\nmust0(pos.Write(values, \"5, :, :\")); must0(pos.Attrs().Set(\"unit\", \"m\"))", ""},
		{"a := must(pos.At(\"0:10, ::100, 2\"))\na.Shape()", "[10 3]"},
		{"a.Equal(must(pos.Slice(nd.R(0, 10), nd.Step(100), nd.I(2))))", "true"},
		{"all := must(pos.Read()); a.Mean(0); all.At(5, 7, 0)", "7"},
		{"a.Mean(0)", "[0.2 0.2 0.2]"},
		{"var stars [][3]float64; must0(pos.ReadInto(&stars, \":, 7, :\"))\nstars[5]", "[7 0 2]"},
		{"must(f.Get(\"w\")); f.Has(\"nothing\")", "false"},
		{"names := []string{}\nfor name, node := range f.All() { names = append(names, fmt.Sprintf(\"%s %T\", name, node)) }\nnames", "[pos_pt *h5.Dataset test *h5.Dataset w *h5.Dataset]"},
		{"pos.At(\"99, 0, 0\")\n", "error"},
		{"must0(f.Close())", ""},
	} {
		if step.value == "error" {
			t.Log(fails(t, s, step.code).Message)
			continue
		}
		if r := run(t, s, step.code); r.value != step.value {
			t.Errorf("%s\nshows %q, want %q", step.code, r.value, step.value)
		}
	}
}
