package h5

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// sample writes a small file and returns its path and content.
func sample(t *testing.T) (string, []byte) {
	t.Helper()
	path, f := temporary(t)
	must[*Dataset](t)(f.CreateDatasetFrom("x", []float64{1, 2, 3}))
	check(t, f.Close())
	return path, must[[]byte](t)(os.ReadFile(path))
}

func unchanged(t *testing.T, what, path string, content []byte) {
	t.Helper()
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
		t.Errorf("%s: the file that was there has changed (%v)", what, err)
	}
}

func TestFilesThatCannotBeOpened(t *testing.T) {
	folder := t.TempDir()
	good, content := sample(t)
	write := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		check(t, os.WriteFile(path, data, 0o644))
		return path
	}
	for _, c := range []struct {
		what, path, says string
		is               error
	}{
		{"missing", filepath.Join(folder, "nothing.h5"), "no such file; check the path", fs.ErrNotExist},
		{"folder", folder, "it is a folder, not a file", syscall.EISDIR},
		{"under a file", filepath.Join(good, "x.h5"), "a part of the path is not a folder", syscall.ENOTDIR},
		{"empty", write("empty.h5", nil), "the file is empty", nil},
		{"foreign", write("text.h5", []byte("step,x,y\n1,2,3\n")), "it is not an HDF5 file", nil},
		{"large and foreign", write("zeros.h5", make([]byte, 1<<16)), "it is not an HDF5 file", nil},
		{"truncated", write("short.h5", content[:len(content)-100]), "the file is truncated", nil},
		{"only a signature", write("signature.h5", content[:16]), "", nil},
		{"no path", "", "is not a path", nil},
		{"NUL", "a\x00b", "is not a path", nil},
	} {
		for _, options := range [][]Option{nil, {ReadWrite}} {
			_, err := Open(c.path, options...)
			wantError(t, c.what, err, "open "+c.path, c.says)
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s: %v is not %v", c.what, err, c.is)
			}
		}
	}
	unchanged(t, "opened under a file", good, content)
	unchanged(t, "truncated", filepath.Join(folder, "short.h5"), content[:len(content)-100])
}

func TestFilesThatCannotBeCreated(t *testing.T) {
	good, content := sample(t)
	opened := must[*File](t)(Open(good))
	defer opened.Close()
	for _, c := range []struct {
		what, path, says string
		options          []Option
		is               error
	}{
		{"exists", good, "it exists already", []Option{Exclusive}, fs.ErrExist},
		{"open in this process", good, "it is open in this process; close it first", nil, nil},
		{"folder", filepath.Dir(good), "it is a folder", nil, syscall.EISDIR},
		{"under a file", filepath.Join(good, "x.h5"), "not a directory", nil, syscall.ENOTDIR},
		{"folder missing", filepath.Join(filepath.Dir(good), "no", "x.h5"), "there is no folder", nil, fs.ErrNotExist},
		{"folder that takes nothing", "/proc/x.h5", "nothing can be created in /proc", nil, nil},
		{"full device", "/dev/full", "the disk is full", nil, syscall.ENOSPC},
		{"no communicator", good, "communicator for h5.MPIO is nil", []Option{MPIO(nil)}, nil},
		{"no path", "", "is not a path", nil, nil},
	} {
		_, err := Create(c.path, c.options...)
		wantError(t, c.what, err, "create "+c.path, c.says)
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v is not %v", c.what, err, c.is)
		}
	}
	_, err := Open(good, ReadWrite)
	wantError(t, "open for reading and writing", err, "it is open in this process in another mode")
	unchanged(t, "create", good, content)
	check(t, opened.Close())
	check(t, must[*File](t)(Create(good)).Close())
}

func init() {
	// hold opens a file and keeps it open until its input ends.
	children["hold"] = func(args []string) error {
		f, err := Open(args[0], ReadWrite)
		if err != nil {
			return err
		}
		fmt.Println("open")
		_, _ = os.Stdin.Read(make([]byte, 1))
		return f.Close()
	}
}

func TestFileOpenInAnotherProcess(t *testing.T) {
	good, _ := sample(t)
	other := child(t, "hold", good)
	stdin := must[interface{ Close() error }](t)(other.StdinPipe())
	stdout := must[interface{ Read([]byte) (int, error) }](t)(other.StdoutPipe())
	check(t, other.Start())
	line := make([]byte, 64)
	n, _ := stdout.Read(line)
	if string(line[:n]) != "open\n" {
		t.Fatalf("the other process says %q", line[:n])
	}
	content := must[[]byte](t)(os.ReadFile(good))
	who := fmt.Sprintf("process %d (", other.Process.Pid)
	_, err := Create(good)
	wantError(t, "create", err, who, "has it open", "HDF5_USE_FILE_LOCKING")
	unchanged(t, "create over a locked file", good, content)
	_, err = Open(good)
	wantError(t, "open", err, who, "has it open", "h5.Locking")
	check(t, stdin.Close())
	check(t, other.Wait())
}

func TestWritesThatCannotBe(t *testing.T) {
	good, content := sample(t)
	f := must[*File](t)(Open(good))
	d := must[*Dataset](t)(f.Dataset("x"))
	_, created := f.CreateDataset("y", Int32)
	_, from := f.CreateDatasetFrom("y", 1)
	_, group := f.CreateGroup("g")
	for what, err := range map[string]error{
		"write": d.Write(1), "create": created, "from": from, "group": group, "delete": f.Delete("x"), "attribute": d.Attrs().Set("a", 1),
	} {
		wantError(t, what+" in a read-only file", err, "reading only", "h5.ReadWrite", good)
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v is not fs.ErrPermission", what, err)
		}
	}
	check(t, f.Close())
	check(t, f.Close())
	unchanged(t, "read-only", good, content)
	_, read := d.Read()
	_, dataset := f.Dataset("x")
	_, get := d.Attrs().Get("a")
	for what, err := range map[string]error{
		"write": d.Write(1), "read": read, "read into": d.ReadInto(new([]float64)), "dataset": dataset, "get": get, "flush": f.Flush(),
	} {
		if what != "write" {
			wantError(t, what+" after close", err, "the file is closed", good)
		}
		if !errors.Is(err, fs.ErrClosed) && what != "write" {
			t.Errorf("%s: %v is not fs.ErrClosed", what, err)
		}
	}
	if f.Keys() != nil || f.Len() != 0 || f.Has("x") || d.Attrs().Keys() != nil {
		t.Error("a closed file has something in it")
	}
}

func TestSelectionsThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", make([]float64, 12), Shape{4, 3}))
	for _, c := range []struct {
		says      string
		selection []any
	}{
		{"index 4 is outside axis 0 of length 4 in shape (4, 3)", []any{4}},
		{"index -4 is outside axis 1 of length 3", []any{0, -4}},
		{"index 42 is outside axis 0", []any{"42, :"}},
		{"3 indices for 2 axes", []any{0, 0, 0}},
		{"3 indices for 2 axes", []any{":, :, :"}},
		{"the step in \"::0\" is 0", []any{"::0"}},
		{"\"x\" is not an integer", []any{"x"}},
		{"a float64 does not select anything", []any{1.0}},
		{"a []string does not select anything", []any{[]string{"1"}}},
		{"a <nil> does not select anything", []any{nil}},
	} {
		_, err := d.Read(c.selection...)
		wantError(t, "read", err, "read /d in", c.says)
		wantError(t, "read into", d.ReadInto(new([]float64), c.selection...), "read /d in", c.says)
		wantError(t, "write", d.Write(1, c.selection...), "write /d in", c.says)
	}
	for _, c := range []struct {
		values any
		says   string
	}{
		{[]float64{1, 2}, "the values have shape (2) and the selection has (4, 3)"},
		{[][]float64{{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}}, "the values have shape (3, 4) and the selection has (4, 3)"},
		{[][]float64{{1, 2, 3}, {1}}, "all must be equally long"},
		{"text", "float64 in Go, not with string"}, {nil, "nil is no value"}, {struct{ X float64 }{1}, "float64 in Go, not with struct"},
	} {
		wantError(t, "write", d.Write(c.values), "write /d in", c.says)
	}
	var number float64
	var slice []float64
	var array [2][3]float64
	var text []string
	for _, c := range []struct {
		dst  any
		says string
	}{
		{&number, "the selection has shape (4, 3)"}, {&slice, "1 levels for 2 axes"}, {&array, "length 2 for axis 0 of length 4"},
		{&text, "float64 in Go, not with string"}, {slice, "a pointer to it is needed"}, {nil, "a pointer to it is needed"}, {(*[]float64)(nil), "a pointer"},
		{nd.New(Float64, 3, 4), "the selection has shape (4, 3) and the array (3, 4)"},
	} {
		wantError(t, fmt.Sprintf("read into %T", c.dst), d.ReadInto(c.dst), "read /d in", c.says)
	}
}

func TestLayoutsThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	for _, c := range []struct {
		says    string
		dtype   DType
		options []DatasetOption
	}{
		{"invalid is not an element type", nd.Invalid, nil},
		{"invalid is not an element type", DType(77), nil},
		{"length -1 of axis 0", Int32, []DatasetOption{Shape{-1}}},
		{"have 1 axes and the shape (4, 4) has 2", Int32, []DatasetOption{Shape{4, 4}, Chunks{2}}},
		{"do not fit shape", Int32, []DatasetOption{Shape{4}, Chunks{5}}},
		{"do not fit shape", Int32, []DatasetOption{Shape{4}, Chunks{0}}},
		{"gzip level 10", Int32, []DatasetOption{Shape{4}, Gzip(10)}},
		{"a single number cannot be compressed", Int32, []DatasetOption{Gzip(4)}},
		{"fill value: 300 does not fit int8", Int8, []DatasetOption{Shape{4}, Fill(300)}},
		{"33 axes are more than HDF5's 32", Int8, []DatasetOption{make(Shape, 33)}},
		{"larger than any file can be", Int64, []DatasetOption{Shape{1 << 40, 1 << 40}}},
	} {
		_, err := f.CreateDataset("bad", c.dtype, c.options...)
		wantError(t, c.says, err, "create dataset /bad in", c.says)
	}
	_, err := f.CreateDatasetFrom("bad", make(chan int))
	wantError(t, "from a channel", err, "a chan int has no type in a file")
	_, err = f.CreateDatasetFrom("bad", []float64{1, 2, 3}, Shape{2})
	wantError(t, "from with another shape", err, "(2)")
	if f.Has("bad") {
		t.Error("something was created")
	}
}
