package h5

import (
	"slices"
	"testing"
)

// Structs and strings are compressed, appended, viewed, and shown in virtual datasets.
func TestStructsAreStoredLikeNumbers(t *testing.T) {
	path, f := temporary(t)
	type event struct {
		Time float64 `h5:"time"`
		Hits int32   `h5:"hits"`
	}
	d := must[*Dataset](t)(f.CreateDataset("events", must[*Type](t)(TypeFor[event]()), Shape{0}, MaxShape{Unlimited}, Lzf, Shuffle))
	check(t, d.Append([]event{{1.5, 1}, {2.5, 2}}, 0))
	check(t, d.Append(event{3.5, 3}, 0))
	if got := must[[]event](t)(As[event](d).Slice(1, 3)); !slices.Equal(got, []event{{2.5, 2}, {3.5, 3}}) {
		t.Error(got)
	}
	n := 0
	for e, err := range As[event](d).All() {
		check(t, err)
		n += int(e.Hits)
	}
	if n != 6 {
		t.Error(n)
	}
	wantError(t, "a string among structs", d.Append([]string{"x"}, 0), "/events")
	if d.Len() != 3 {
		t.Errorf("%d events after one that could not be written", d.Len())
	}
	words := must[*Dataset](t)(f.CreateDataset("words", Text, Shape{0}, Resizable))
	check(t, words.Append([]string{"a", "ß"}, 0))
	check(t, words.Append("c", 0))
	layout := NewVirtualLayout(must[*Type](t)(TypeFor[event]()), Shape{2})
	check(t, layout.Map(NewVirtualSource(".", "events", Shape{3}).Sel("1:")))
	must[*Dataset](t)(f.CreateVirtualDataset("last", layout))
	check(t, f.Close())
	var seen struct {
		Hits, Last []int
		Words      []string
	}
	h5py(t, &seen, `f = h5py.File(path)
print(json.dumps(dict(Hits=f['events']['hits'].tolist(), Last=f['last']['hits'].tolist(), Words=[w.decode() for w in f['words'][...]])))`, path)
	if !slices.Equal(seen.Hits, []int{1, 2, 3}) || !slices.Equal(seen.Last, []int{2, 3}) || !slices.Equal(seen.Words, []string{"a", "ß", "c"}) {
		t.Errorf("h5py sees %+v", seen)
	}
}
