package nd

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/galago-hpc/galago/internal/carry"
)

func TestBinaryForm(t *testing.T) {
	type result struct {
		Name string
		Data *Array
	}
	for dtype := Int8; dtype <= Complex128; dtype++ {
		a := iota64(3, 4, 2).Convert(dtype)
		view, _ := a.Sel("::-2, 1:, 0")
		for _, want := range []*Array{a, view, New(dtype), New(dtype, 0, 3)} {
			var buffer bytes.Buffer
			var got result
			if err := gob.NewEncoder(&buffer).Encode(result{"x", want}); err != nil {
				t.Fatal(err)
			}
			if err := gob.NewDecoder(&buffer).Decode(&got); err != nil || !got.Data.Equal(want) {
				t.Errorf("gob: %v as %v: %v", want, got.Data, err)
			}
			// Session variables reach ranks this way.
			data, err := carry.Encode(result{"y", want})
			if err != nil {
				t.Fatal(err)
			}
			var carried result
			if err := carry.Decode(data, &carried); err != nil || !carried.Data.Equal(want) || carried.Name != "y" {
				t.Errorf("carry: %v as %v: %v", want, carried.Data, err)
			}
		}
	}
}

func TestBinaryFormThatIsDamaged(t *testing.T) {
	good, err := iota64(2, 3).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	kept := iota64(2)
	for n := range good {
		if err := kept.UnmarshalBinary(good[:n]); err == nil {
			t.Errorf("%d of %d bytes were enough", n, len(good))
		}
	}
	for _, bad := range [][]byte{nil, append(bytes.Clone(good), 0), []byte("GND1\x0a\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), []byte("GND1\x0a\xff\xff\xff\xff\x0f"), []byte("GND1\x00\x00"), []byte("GND1\xff\x00")} {
		if err := kept.UnmarshalBinary(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if kept.String() != "[0. 1.]" {
		t.Errorf("a refused form changed the array: %v", kept)
	}
	if _, err := (&Array{}).MarshalBinary(); err == nil {
		t.Error("an array made of nothing was encoded")
	}
}
