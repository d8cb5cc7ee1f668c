package h5

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// withDeflate has all transfers of compressed datasets done past HDF5's filters, or none.
func withDeflate(t *testing.T, on bool, do func()) {
	t.Helper()
	least, chunk := deflateLeast, chunkLeast
	defer func() { deflateLeast, chunkLeast = least, chunk }()
	deflateLeast, chunkLeast = math.MaxInt, 0
	if on {
		deflateLeast = 0
	}
	do()
}

// What is compressed here HDF5 decompresses, and the other way round, for parts of any
// place and size.
func TestDeflate(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2)) // or there is nothing to gain
	random := rand.New(rand.NewPCG(1, 2))
	done := map[bool]int{} // by write
	for range 300 {
		rank := 1 + random.IntN(3)
		shape, chunks := make(Shape, rank), make(Chunks, rank)
		for axis := range rank {
			chunks[axis] = 1 + random.IntN(9)
			shape[axis] = chunks[axis] + random.IntN(20)
		}
		dtype := []DType{Int8, Uint16, Float32, Float64}[random.IntN(4)]
		unlimited := make(MaxShape, rank)
		for axis := range unlimited {
			unlimited[axis] = Unlimited
		}
		options := []DatasetOption{shape, chunks, unlimited, Gzip(random.IntN(10))}
		if random.IntN(2) == 0 {
			options = append(options, Shuffle)
		}
		fill := 0.0
		if random.IntN(3) == 0 {
			fill = 7
			options = append(options, Fill(fill))
		}
		_, f := temporary(t)
		d := must[*Dataset](t)(f.CreateDataset("x", dtype, options...))
		want := nd.New(dtype, shape...)
		want.Fill(fill)
		for range 3 {
			selection, region := randomPart(random, shape, chunks)
			values := nd.New(dtype, region.Shape()...)
			for i := range values.Bytes() {
				values.Bytes()[i] = byte(random.IntN(3))
			}
			withDeflate(t, random.IntN(2) == 0, func() {
				p := plan{region: region, raw: values.Bytes(), rawType: d.file.lib.native[dtype]}
				mu.Lock()
				if d.inflates(p, true) {
					done[true]++
				}
				mu.Unlock()
				if err := d.Write(values, selection); err != nil {
					t.Fatal(err)
				}
			})
			if err := want.Put(values, selection); err != nil {
				t.Fatal(err)
			}
			for _, on := range []bool{true, false} {
				withDeflate(t, on, func() {
					selection, region := randomPart(random, shape, nil)
					got := must[*nd.Array](t)(d.Read(selection))
					p := plan{region: region, raw: got.Bytes(), rawType: d.file.lib.native[dtype]}
					mu.Lock()
					if d.inflates(p, false) {
						done[false]++
					}
					mu.Unlock()
					if part := must[*nd.Array](t)(want.Slice(selection...)); !bytes.Equal(got.Bytes(), part.Contiguous().Bytes()) {
						t.Fatalf("of shape %v in chunks of %v, %v holds %v, want %v", shape, chunks, selection, got, part)
					}
				})
			}
		}
		// What lies beyond the edge is seen when the dataset grows.
		larger := slices.Clone(shape)
		for axis := range larger {
			larger[axis] += 5
		}
		if err := d.Resize(larger...); err != nil {
			t.Fatal(err)
		}
		grown := nd.New(dtype, larger...)
		grown.Fill(fill)
		inner := make(nd.Selection, rank)
		for axis, n := range shape {
			inner[axis] = nd.R(0, n)
		}
		if err := grown.Put(want, inner); err != nil {
			t.Fatal(err)
		}
		if got := must[*nd.Array](t)(d.Read()); !bytes.Equal(got.Bytes(), grown.Bytes()) {
			t.Fatalf("after it has grown from %v to %v, in chunks of %v, it holds %v, want %v", shape, larger, chunks, got, grown)
		}
		_ = f.Close()
	}
	if done[true] < 50 || done[false] < 200 {
		t.Errorf("only %d writes and %d reads were done past HDF5's filters", done[true], done[false])
	}
}

// randomPart selects ranges of an array: any, or, if there are chunks, mostly whole ones.
func randomPart(random *rand.Rand, shape Shape, chunks Chunks) (nd.Selection, nd.Region) {
	var selection nd.Selection
	var region nd.Region
	for axis, n := range shape {
		from := random.IntN(n)
		to := from + 1 + random.IntN(n-from)
		if chunks != nil && random.IntN(8) > 0 {
			from -= from % chunks[axis]
			to = min(n, to+chunks[axis]-1-(to-1)%chunks[axis])
		}
		selection = append(selection, nd.R(from, to))
		region = append(region, nd.Span{Start: from, Step: 1, Count: to - from})
	}
	return selection, region
}

// A chunk that is damaged is HDF5's error, and what has been written is there for others.
func TestDeflateDamaged(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("x", Float64, Shape{400, 1000}, Chunks{100, 1000}, Gzip(4), Shuffle))
	values := nd.New(Float64, 400, 1000)
	for i := range 400 {
		values.Set(float64(i), i, i)
	}
	check(t, d.Write(values))
	if got := must[*nd.Array](t)(d.Read()); !bytes.Equal(got.Bytes(), values.Bytes()) {
		t.Error("other values are read than were written")
	}
	if n := must[int](t)(d.NumChunks()); n != 4 {
		t.Errorf("there are %d chunks, want 4", n)
	}
	damaged := must[Chunk](t)(d.ChunkAt(200, 0))
	check(t, f.Close())
	text := must[[]byte](t)(os.ReadFile(path))
	for i := range damaged.Size / 2 {
		text[int(damaged.Address)+damaged.Size/4+i] ^= 0x55
	}
	check(t, os.WriteFile(path, text, 0o600))
	f = must[*File](t)(Open(path))
	defer f.Close()
	d = must[*Dataset](t)(f.Dataset("x"))
	if _, err := d.Read(); err == nil || !strings.Contains(err.Error(), "inflate") {
		t.Errorf("reading a damaged chunk: %v, want an error about inflate", err)
	}
	if got := must[*nd.Array](t)(d.Read("0:200")); !bytes.Equal(got.Bytes(), must[*nd.Array](t)(values.Slice(nd.R(0, 200))).Contiguous().Bytes()) {
		t.Error("the chunks that are whole do not hold what was written")
	}
}
