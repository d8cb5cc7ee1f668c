package nd

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNPYIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(35, 36))
	folder := t.TempDir()
	for k, shape := range [][]int{{}, {1}, {17}, {2, 3}, {0, 3}, {2, 3, 4, 5}} {
		for dtype := Int8; dtype <= Complex128; dtype++ {
			a := sample(rng, dtype, shape)
			// What we write NumPy reads, and writes the same bytes.
			path := filepath.Join(folder, fmt.Sprintf("%d-%v.npy", k, dtype))
			if err := a.Save(path); err != nil {
				t.Fatal(err)
			}
			q := about(fmt.Sprintf("np.load(%q)", path), map[string]*Array{"a": a})
			q.Exec = fmt.Sprintf("np.save(%q, a)", path+".numpy.npy")
			r := p.ask(t, q)[0]
			if r.Error != "" {
				t.Fatalf("%v %v: %s", dtype, shape, r.Error)
			}
			if w := r.array(t); w.dtype != dtype || differ(a, w, 0) >= 0 {
				t.Errorf("%v %v: NumPy reads %v", dtype, shape, w)
			}
			ours, _ := os.ReadFile(path)
			numpys, err := os.ReadFile(path + ".numpy.npy")
			if err != nil || !bytes.Equal(ours, numpys) {
				t.Errorf("%v %v: the files differ: %v\n%.100q\n%.100q", dtype, shape, err, ours, numpys)
			}
			back, err := Load(path)
			if err != nil || back.dtype != dtype || fmt.Sprint(back.Shape()) != fmt.Sprint(a.Shape()) || differ(a, back, 0) >= 0 {
				t.Errorf("%v %v: read back %v, %v", dtype, shape, back, err)
			}
		}
	}
}

// The forms that NumPy writes and this package does not.
func TestNPYOfOthers(t *testing.T) {
	p := startPeer(t)
	path := filepath.Join(t.TempDir(), "x.npy")
	for _, expr := range []string{
		"np.asfortranarray(np.arange(24.).reshape(2, 3, 4))", "np.arange(6, dtype='>i4').reshape(2, 3)", "np.arange(5, dtype='>f8')", "(np.arange(5) * 2j).astype('>c16')",
		"np.array([0, 1, -1.5, 6e-8, 65504, np.inf, -np.inf, np.nan, 0.1, -0.0], dtype='f2')", "np.arange(7, dtype='>f2')", "np.arange(4, dtype='=u2')", "np.array([True, False])",
	} {
		for _, version := range []string{"(1, 0)", "(2, 0)", "(3, 0)"} {
			q := ask{Expr: "np.asarray(x).astype(x.dtype.newbyteorder('=') if x.dtype != np.float16 and x.dtype != np.dtype('>f2') else 'f4')", Exec: fmt.Sprintf("x = %s\nwith open(%q, 'wb') as f: np.lib.format.write_array(f, x, %s)", expr, path, version)}
			r := p.ask(t, q)[0]
			if r.Error != "" {
				t.Fatalf("%s: %s", expr, r.Error)
			}
			got, err := Load(path)
			if w := r.array(t); err != nil || got.dtype != w.dtype || fmt.Sprint(got.Shape()) != fmt.Sprint(w.Shape()) || differ(got, w, 0) >= 0 {
				t.Errorf("%s version %s: %v of %v, %v; NumPy: %v of %v", expr, version, got, got.DType(), err, w, w.DType())
			}
		}
	}
	for _, expr := range []string{"np.array(['a'])", "np.array([(1, 2.)], dtype=[('x', 'i4'), ('y', 'f8')])", "np.array([1], dtype='M8[s]')", "np.array([1], dtype='f16')"} {
		if r := p.ask(t, ask{Expr: "'done'", Exec: fmt.Sprintf("np.save(%q, %s)", path, expr)})[0]; r.Text != "done" {
			t.Fatal(r.Error)
		}
		if a, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s is read as %v, %v", expr, a, err)
		}
	}
	if _, err := Load(path + ".none"); err == nil {
		t.Error("a file that is not there")
	}
	if err := New(Int8).Save(filepath.Join(path, "under a file")); err == nil {
		t.Error("a file below a file")
	}
}

func TestDamagedNPYIsRefused(t *testing.T) {
	var b bytes.Buffer
	if err := iota64(3, 4).WriteNPY(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	for n := range good {
		if _, err := ReadNPY(bytes.NewReader(good[:n])); err == nil {
			t.Errorf("%d of %d bytes were enough", n, len(good))
		}
	}
	// Whatever byte is changed, there is an array or an error.
	for i := range 128 {
		for _, v := range []byte{0, '9', '\'', '(', ')', 255} {
			bad := bytes.Clone(good)
			bad[i] = v
			if a, err := ReadNPY(bytes.NewReader(bad)); err == nil {
				_ = a.String()
			}
		}
	}
	huge := bytes.Replace(good, []byte("(3, 4)"), []byte("(9999999999999,)"), 1)
	if _, err := ReadNPY(bytes.NewReader(huge)); err == nil {
		t.Error("a shape that is not there was accepted")
	}
}

func TestNPZIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(37, 38))
	folder := t.TempDir()
	arrays := map[string]*Array{"x": sample(rng, Float64, []int{3, 5}), "mask": sample(rng, Bool, []int{17}), "z": sample(rng, Complex64, nil)}
	for name, save := range map[string]func(string, map[string]*Array) error{"plain.npz": SaveNPZ, "small.npz": SaveNPZCompressed} {
		path := filepath.Join(folder, name)
		if err := save(path, arrays); err != nil {
			t.Fatal(err)
		}
		for key, a := range arrays {
			r := p.ask(t, ask{Expr: fmt.Sprintf("np.load(%q)[%q]", path, key)})[0]
			if r.Error != "" {
				t.Fatal(r.Error)
			}
			if w := r.array(t); w.dtype != a.dtype || differ(a, w, 0) >= 0 {
				t.Errorf("%s: NumPy reads %v for %v", key, w, a)
			}
		}
	}
	path := filepath.Join(folder, "numpys.npz")
	q := about("'done'", arrays)
	q.Exec = fmt.Sprintf("np.savez_compressed(%q, x=x, mask=mask, z=z)", path)
	if r := p.ask(t, q)[0]; r.Text != "done" {
		t.Fatal(r.Error)
	}
	got, err := LoadNPZ(path)
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	for key, a := range arrays {
		if differ(got[key], a.Copy(), 0) >= 0 {
			t.Errorf("%s: %v, want %v", key, got[key], a)
		}
	}
	data, _ := os.ReadFile(path)
	for n := 0; n < len(data); n += 37 {
		if err := os.WriteFile(path, data[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadNPZ(path); err == nil {
			t.Errorf("%d of %d bytes were enough", n, len(data))
		}
	}
}

// FuzzReadNPY: no file crashes the reader.
func FuzzReadNPY(f *testing.F) {
	var b bytes.Buffer
	if err := iota64(2, 2).WriteNPY(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	old, _ := base64.StdEncoding.DecodeString("k05VTVBZAgAAAAAA")
	f.Add(old)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadNPY(bytes.NewReader(data))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := a.WriteNPY(&out); err != nil {
			t.Fatal(err)
		}
		if back, err := ReadNPY(&out); err != nil || !back.Equal(a) {
			t.Errorf("%v is read back as %v, %v", a, back, err)
		}
	})
}
