package h5

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// corpus holds small files of all types, layouts, filters and formats, by name.
type corpus struct {
	names  []string
	images map[string][]byte
}

func (c *corpus) add(name string, image []byte) {
	c.names = append(c.names, name)
	c.images[name] = image
}

// makeCorpus writes the files, and has h5py write those that are its own.
func makeCorpus(t testing.TB) *corpus {
	t.Helper()
	c := &corpus{images: map[string][]byte{}}
	folder := t.TempDir()
	for name, fill := range corpusFiles {
		for _, format := range []LibVersion{Earliest, Latest} {
			path := filepath.Join(folder, name+".h5")
			f, err := Create(path, LibVer(format, Latest))
			if err == nil {
				err = fill(f)
			}
			if err == nil {
				err = f.Close()
			}
			var image []byte
			if err == nil {
				image, err = os.ReadFile(path)
			}
			if err != nil {
				t.Fatalf("corpus %s, %s: %v", name, format, err)
			}
			c.add(name+" "+string(format), image)
		}
	}
	slices.Sort(c.names)
	return c
}

type corpusRecord struct {
	Name  string
	Rows  [][]float64
	Count int16
	At    [2]float32
}

// all runs one step after the other, up to the first error.
func all(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

var corpusFiles = map[string]func(f *File) error{
	"numbers": func(f *File) error {
		for _, v := range []any{int8(1), []uint16{1, 2}, []int32{-1, 2, 3}, []uint64{1 << 60}, []float32{1.5, 2}, [][]float64{{1, 2}, {3, 4}}, []bool{true, false}, []complex64{1i, 2}} {
			if err := f.Set(fmt.Sprintf("%T", v), v); err != nil {
				return err
			}
		}
		return nil
	},
	"texts": func(f *File) error {
		return all(
			func() error { return f.Set("variable", []string{"a", "", "Grüße"}) },
			func() error {
				_, err := f.CreateDatasetFrom("fixed", []string{"abc", "de"}, Elements(FixedText(8)))
				return err
			},
			func() error { return f.Attrs().Set("title", "a file to be damaged") },
			func() error { return f.Attrs().Set("words", []string{"one", "two"}) },
		)
	},
	"compounds": func(f *File) error {
		return f.Set("records", []corpusRecord{{"a", [][]float64{{1}, {}, {2, 3}}, 4, [2]float32{5, 6}}, {"b", nil, 7, [2]float32{8, 9}}})
	},
	"types": func(f *File) error {
		enum, err := EnumOf(map[string]int8{"red": 0, "green": 1})
		if err != nil {
			return err
		}
		array, err := ArrayOf(Int16, 2, 3)
		if err != nil {
			return err
		}
		for name, t := range map[string]AnyType{"enum": enum, "array": array, "half": Float16, "big": BigEndian(Int32)} {
			if _, err := f.CommitType("types/"+name, t); err != nil {
				return err
			}
			if _, err := f.CreateDataset(name, t, Shape{3}, Chunks{2}); err != nil {
				return err
			}
		}
		return nil
	},
	"layouts": func(f *File) error {
		numbers := make([]int32, 60)
		for i := range numbers {
			numbers[i] = int32(i * i)
		}
		for name, options := range map[string][]DatasetOption{
			"compact": {Compact}, "contiguous": nil, "chunks": {Chunks{4, 5}}, "resizable": {Resizable, Chunks{4, 5}}, "unlimited": {MaxShape{Unlimited, 10}, Chunks{3, 3}},
			"fill": {Fill(7), Chunks{6, 10}},
		} {
			if _, err := f.CreateDatasetFrom(name, numbers, append(options, Shape{6, 10})...); err != nil {
				return err
			}
		}
		return nil
	},
	"filters": func(f *File) error {
		numbers := make([]int32, 240)
		for i := range numbers {
			numbers[i] = int32(i / 7)
		}
		for name, options := range map[string][]DatasetOption{
			"gzip": {Gzip(6)}, "shuffle": {Shuffle, Gzip(1)}, "lzf": {Lzf}, "fletcher32": {Fletcher32}, "scaleoffset": {ScaleOffset(0)}, "nbit": {NBit},
		} {
			if _, err := f.CreateDatasetFrom(name, numbers, append(options, Shape{12, 20}, Chunks{6, 10})...); err != nil {
				return err
			}
		}
		return nil
	},
	"references": func(f *File) error {
		d, err := f.CreateDatasetFrom("target", [][]float64{{1, 2, 3}, {4, 5, 6}})
		if err != nil {
			return err
		}
		ref, err := d.Ref()
		if err != nil {
			return err
		}
		region, err := d.RegionRef("1, ::2")
		if err != nil {
			return err
		}
		return all(
			func() error { return f.Set("refs", []Ref{ref, {}}) },
			func() error { return f.Set("regions", []RegionRef{region, region}) },
			func() error { return f.Attrs().Set("ref", ref) },
			func() error { return d.MakeScale("x") },
		)
	},
	"links": func(f *File) error {
		for i := range 12 {
			if err := f.Set(fmt.Sprintf("group %d/number", i%4*10+i), i); err != nil {
				return err
			}
		}
		g, err := f.CreateGroup("ordered", TrackOrder)
		if err != nil {
			return err
		}
		return all(
			func() error { return g.Set("z", 1) },
			func() error { return g.Set("a", 2) },
			func() error { return g.CreateLink("soft", SoftLink{Path: "/group 0"}) },
			func() error { return g.CreateLink("outside", ExternalLink{File: "nowhere.h5", Path: "/x"}) },
			func() error { return f.CreateLink("back", HardLink{Node: f.Root()}) },
		)
	},
	"attributes": func(f *File) error {
		for i := range 20 {
			if err := f.Attrs().Set(fmt.Sprint("number ", i), []float64{float64(i), 1}); err != nil {
				return err
			}
		}
		return all(
			func() error { return f.Attrs().Set("empty", Empty(Int16)) },
			func() error {
				return f.Attrs().Set("records", []corpusRecord{{"a", [][]float64{{1}}, 2, [2]float32{}}})
			},
			func() error { return f.Attrs().Set("large", bytes.Repeat([]byte("0123456789"), 100)) },
		)
	},
}
