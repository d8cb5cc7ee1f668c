package h5

import (
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// Independent transfers beyond 2 GiB failed with "can't convert from size to
// size_i". Splitting them must not change what goes where.
func TestLargeTransfersAreSplit(t *testing.T) {
	defer func(size int) { pieceSize = size }(pieceSize)
	pieceSize = 16
	_, f := temporary(t)
	// What decides is whether the file is parallel; the pieces are the same.
	model := nd.New(Int32, 7, 5, 3)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", model))
	f.parallel = true
	defer func() { f.parallel = false }()
	for k, selection := range []string{"", "1:6:2, ::-1, 0", "::-3", "2, 1:, ::2", "-1, -1", "..., 1"} {
		part := must[*nd.Array](t)(model.Sel(selection))
		values := nd.New(Int32, part.Shape()...)
		data := must[[]int32](t)(nd.Data[int32](values))
		for i := range data {
			data[i] = int32(1000*k + i)
		}
		check(t, part.Assign(values))
		check(t, d.Write(values, selection))
		if got := must[*nd.Array](t)(d.Read()); !got.Equal(model) {
			t.Errorf("[%s] writes\n%v\nwant\n%v", selection, got, model)
		}
		if got := must[*nd.Array](t)(d.Read(selection)); !got.Equal(part) {
			t.Errorf("[%s] reads\n%v\nwant\n%v", selection, got, part)
		}
	}
}
