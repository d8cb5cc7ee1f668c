package nd

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// SaveNPZ writes arrays by name to a .npz file, as numpy.savez does: a zip archive
// of .npy files, not compressed.
func SaveNPZ(path string, arrays map[string]*Array) error { return saveNPZ(path, arrays, zip.Store) }

// SaveNPZCompressed is SaveNPZ with compression, as numpy.savez_compressed does.
func SaveNPZCompressed(path string, arrays map[string]*Array) error {
	return saveNPZ(path, arrays, zip.Deflate)
}

func saveNPZ(path string, arrays map[string]*Array, method uint16) error {
	fail := func(err error) error { return fmt.Errorf("save arrays to %s: %w", path, err) }
	for name, a := range arrays {
		if err := made(a); err != nil {
			return fail(fmt.Errorf("%q: %w", name, err))
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		if err == nil {
			err = arrays[name].WriteNPY(w)
		}
		if err != nil {
			return fail(fmt.Errorf("%q: %w", name, err))
		}
	}
	if err := z.Close(); err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	return nil
}

// LoadNPZ reads all arrays of a .npz file, by name.
func LoadNPZ(path string) (map[string]*Array, error) {
	fail := func(err error) (map[string]*Array, error) {
		return nil, fmt.Errorf("load arrays from %s: %w", path, err)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return fail(err)
	}
	defer z.Close()
	arrays := map[string]*Array{}
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			return fail(err)
		}
		buffered := bufio.NewReaderSize(r, 1<<16)
		a, err := ReadNPY(buffered)
		if err == nil {
			// The end must be reached for the checksum to be compared.
			_, err = io.Copy(io.Discard, buffered)
		}
		r.Close()
		if err != nil {
			return fail(fmt.Errorf("%q: %w", file.Name, err))
		}
		arrays[strings.TrimSuffix(file.Name, ".npy")] = a
	}
	return arrays, nil
}
