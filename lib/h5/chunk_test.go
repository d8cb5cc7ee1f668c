package h5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestChunks(t *testing.T) {
	path, f := temporary(t)
	values := make([]int32, 20*30)
	for i := range values {
		values[i] = int32(i)
	}
	d := must[*Dataset](t)(f.CreateDataset("x", Int32, Shape{20, 30}, Chunks{8, 10}, Gzip(4)))
	if n := must[int](t)(d.NumChunks()); n != 0 || d.CompressionRatio() != 0 {
		t.Error(n)
	}
	check(t, d.Write(must[*nd.Array](t)(nd.Of(values[:8*30], 8, 30)), "0:8"))
	if got, slow := must[int](t)(d.NumChunks()), must[int](t)(d.countChunks()); got != 3 || slow != 3 {
		t.Errorf("%d and %d chunks", got, slow)
	}
	if c := must[Chunk](t)(d.ChunkAt(19, 29)); c.Size != 0 || c.Address != -1 || !slices.Equal(c.Offset, []int{16, 20}) {
		t.Errorf("a chunk that was not written: %+v", c)
	}
	check(t, d.Write(must[*nd.Array](t)(nd.Of(values, 20, 30))))
	if n := must[int](t)(d.NumChunks()); n != 9 {
		t.Error(n)
	}
	total := 0
	for i := range 9 {
		c := must[Chunk](t)(d.ChunkInfo(i))
		if at := must[Chunk](t)(d.ChunkAt(c.Offset...)); fmt.Sprint(at) != fmt.Sprint(c) {
			t.Errorf("%v and %v", at, c)
		}
		total += c.Size
	}
	if total != d.StorageSize() || d.CompressionRatio() != 9*8*10*4/float64(total) {
		t.Errorf("%d bytes in chunks, %d in all, ratio %v", total, d.StorageSize(), d.CompressionRatio())
	}
	if name, level := d.Compression(); name != "gzip" || level != 4 {
		t.Error(name, level)
	}
	// The bytes of a chunk are what zlib says.
	data, mask, err := d.ReadChunk(9, 12)
	check(t, err)
	plain := must[[]byte](t)(io.ReadAll(must[io.ReadCloser](t)(zlib.NewReader(bytes.NewReader(data)))))
	if mask != 0 || len(plain) != 320 || binary.LittleEndian.Uint32(plain) != 8*30+10 {
		t.Errorf("%d bytes, mask %d", len(plain), mask)
	}
	// One chunk by our own zlib, one without compression.
	for i := range plain {
		plain[i] = 0
	}
	plain[0] = 77
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(plain)
	_ = w.Close()
	check(t, d.WriteChunk(packed.Bytes(), 0, 0, 0))
	check(t, d.WriteChunk(plain, 1, 0, 10))
	wantError(t, "a plain chunk of another size", d.WriteChunk(plain[:100], 1, 0, 20), "320", "100")
	wantError(t, "no bytes", d.WriteChunk(nil, 0, 0, 20), "no bytes")
	wantError(t, "outside", d.WriteChunk(plain, 1, 20, 0), "index 20")
	_, _, err = d.ReadChunk(3)
	wantError(t, "axes", err, "1 indices", "2 axes")
	_, err = d.ChunkInfo(9)
	wantError(t, "no such chunk", err, "9")
	_, _, err = must[*Dataset](t)(f.CreateDataset("c", Int8, Shape{3})).ReadChunk(0)
	wantError(t, "contiguous", err, "not chunked")
	_, _, err = must[*Dataset](t)(f.CreateDataset("e", Int8, Shape{3}, Chunks{3})).ReadChunk(0)
	wantError(t, "not written", err, "not been written")
	check(t, f.Close())
	var seen []int
	h5py(t, &seen, `d = h5py.File(path)['x']
info = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())]
print(json.dumps([int(d[0, 0]), int(d[0, 10]), int(d[0, 1]), int(d[19, 29]), sum(i.size for i in info), [i.filter_mask for i in info if i.chunk_offset == (0, 10)][0]]))`, path)
	f = must[*File](t)(Open(path))
	defer f.Close()
	d = must[*Dataset](t)(f.Dataset("x"))
	if want := []int{77, 77, 0, 599, d.StorageSize(), 1}; !slices.Equal(seen, want) {
		t.Errorf("h5py sees %v, not %v", seen, want)
	}
	if c := must[Chunk](t)(d.ChunkAt(0, 10)); c.FilterMask != 1 || c.Size != 320 {
		t.Errorf("%+v", c)
	}
	wantError(t, "read-only", d.WriteChunk(plain, 1, 0, 10), "h5.ReadWrite")
}

func TestChunksInASelection(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("x", Int32, Shape{20, 30, 3}, Chunks{8, 10, 2}))
	selections := []string{"", "3:17, 5:25", "8:16, 10:20, 0:2", "7, 9:11", "5:5", "..., -1", "19:, 29:, 2:"}
	var got [][]string
	for _, s := range selections {
		texts := []string{}
		for chunk := range must[iter.Seq[nd.Selection]](t)(d.ChunksIn(s)) {
			region := must[nd.Region](t)(chunk.Resolve(d.Shape()))
			text := ""
			for _, span := range region {
				text += fmt.Sprintf("%d:%d ", span.Start, span.Start+span.Count)
			}
			texts = append(texts, text)
		}
		got = append(got, texts)
	}
	check(t, f.Close())
	var want [][]string
	h5py(t, &want, `
d = h5py.File(path)['x']
out = []
for s in [np.s_[:], np.s_[3:17, 5:25], np.s_[8:16, 10:20, 0:2], np.s_[7:8, 9:11], None, np.s_[..., 2:3], np.s_[19:, 29:, 2:]]:
    if s is None: out.append([]); continue
    s = (s,) if not isinstance(s, tuple) else s
    if s[0] is Ellipsis: s = (slice(0, 20), slice(0, 30), s[1])
    s = tuple(slice(*x.indices(n)) for x, n in zip(s + (slice(None),) * (3 - len(s)), d.shape))
    out.append([''.join('%d:%d ' % (x.start, x.stop) for x in c) for c in d.iter_chunks(s)])
print(json.dumps(out))`, path)
	for i, s := range selections {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%q: %v, not %v", s, got[i], want[i])
		}
	}
	f = must[*File](t)(Open(path))
	defer f.Close()
	_, err := must[*Dataset](t)(f.Dataset("x")).ChunksIn("::2")
	wantError(t, "a step", err, "step of 2")
	_, err = must[*Dataset](t)(f.Dataset("x")).ChunksIn("99")
	wantError(t, "outside", err, "99")
}
