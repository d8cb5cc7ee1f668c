package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

func init() {
	// crash writes a file of the newer format and is gone before it is closed.
	children["crash"] = func(args []string) error {
		f, err := Create(args[0], LibVer(V110, V110))
		if err != nil {
			return err
		}
		if err := f.Set("x", []int32{1, 2, 3}); err != nil {
			return err
		}
		if err := f.Flush(); err != nil {
			return err
		}
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	// unprivileged opens and creates as somebody else.
	children["unprivileged"] = func(args []string) error {
		_, read := Open(args[0])
		_, write := Open(args[1], ReadWrite)
		_, create := Create(args[1])
		_, inside := Create(filepath.Join(args[2], "new.h5"))
		for _, err := range []error{read, write, create, inside} {
			if !errors.Is(err, fs.ErrPermission) {
				return fmt.Errorf("not fs.ErrPermission: %v", err)
			}
			fmt.Println(err)
		}
		return nil
	}
}

// A file whose writer crashed says so, and how to go on.
func TestFileOfACrashedWriter(t *testing.T) {
	for _, how := range []string{"here", "h5clear"} {
		path := filepath.Join(t.TempDir(), "crashed.h5")
		if err := child(t, "crash", path).Run(); err == nil {
			t.Fatal("the child has not crashed")
		}
		for _, options := range [][]Option{nil, {ReadWrite}} {
			_, err := Open(path, options...)
			wantError(t, "open", err, "its writer has not closed it: it has crashed", "h5.ClearConsistency(\""+path+"\")")
			if !errors.Is(err, ErrNotClosed) {
				t.Errorf("%v is not ErrNotClosed", err)
			}
		}
		if how == "here" {
			check(t, ClearConsistency(path))
		} else {
			output(t, exec.Command("h5clear", "-s", path))
		}
		f := must[*File](t)(Open(path, ReadWrite))
		if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("x")).Read()).String(); got != "[1 2 3]" {
			t.Errorf("read %s", got)
		}
		wantError(t, "clear an open file", ClearConsistency(path), "it is open in this process")
		check(t, f.Close())
		check(t, ClearConsistency(path)) // harmless
		h5py(t, nil, `
with h5py.File(path) as f: assert f["x"][:].tolist() == [1, 2, 3]
`, path)
	}
	wantError(t, "clear nothing", ClearConsistency(filepath.Join(t.TempDir(), "no.h5")), "clear the marks of", "no such file")
}

func TestWrongPermissions(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("as an ordinary user; the files are made unreadable for their owner")
	}
	folder, err := os.MkdirTemp("", "galago-h5-*")
	check(t, err)
	defer os.RemoveAll(folder)
	check(t, os.Chmod(folder, 0o755))
	secret, fixed, closed := filepath.Join(folder, "secret.h5"), filepath.Join(folder, "fixed.h5"), filepath.Join(folder, "closed")
	for _, path := range []string{secret, fixed} {
		f := must[*File](t)(Create(path))
		check(t, f.Set("x", 1))
		check(t, f.Close())
	}
	check(t, os.Chmod(secret, 0))
	check(t, os.Chmod(fixed, 0o444))
	check(t, os.Mkdir(closed, 0o555))
	program := filepath.Join(folder, "program")
	content := must[[]byte](t)(os.ReadFile(must[string](t)(os.Executable())))
	check(t, os.WriteFile(program, content, 0o755))
	cmd := exec.Command(program, secret, fixed, closed)
	cmd.Env = append(os.Environ(), childVariable+"=unprivileged")
	owner := "chmod u+r"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		owner = "root"
	}
	out := output(t, cmd)
	wantError(t, "permissions", errors.New(out), "open "+secret+": permission denied: it belongs to", owner, "----------", "open "+fixed+": permission denied", "-r--r--r--", "create "+fixed+": permission denied", "nothing can be created in "+closed)
}

func TestFilesThatAreSomethingElse(t *testing.T) {
	folder := t.TempDir()
	// A pipe would be waited for.
	pipe := filepath.Join(folder, "pipe")
	check(t, syscall.Mkfifo(pipe, 0o644))
	_, opened := Open(pipe)
	_, created := Create(pipe)
	_, written := Open(pipe, ReadWrite)
	for _, err := range []error{opened, created, written} {
		wantError(t, "pipe", err, "it is a pipe, not a file")
	}
	if IsHDF5(pipe) {
		t.Error("a pipe is HDF5")
	}
	for name, c := range map[string]struct{ begin, says string }{
		"a.npy": {"\x93NUMPY\x01\x00", "a NumPy .npy file"}, "a.gz": {"\x1f\x8b\x08", "compressed with gzip"}, "a.nc": {"CDF\x01abcd", "a netCDF-3 file"},
		"a.zip": {"PK\x03\x04abcd", "a zip archive"}, "zeros": {string(make([]byte, 4096)), "it begins with zeros"}, "text": {"a,b,c\n1,2,3\n", "open them all with h5.Family"},
	} {
		path := filepath.Join(folder, name)
		check(t, os.WriteFile(path, []byte(c.begin), 0o644))
		_, err := Open(path)
		wantError(t, name, err, "it is not an HDF5 file", c.says)
	}
}

// A file that the program has lost is closed, and can be read.
func TestForgottenFile(t *testing.T) {
	folder := t.TempDir()
	forget := func(i int) string {
		path := filepath.Join(folder, fmt.Sprintf("%d.h5", i))
		f := must[*File](t)(Create(path))
		check(t, f.Set("x", []int32{1, 2, int32(i)}))
		return path
	}
	const n = 20
	var paths []string
	for i := range n {
		paths = append(paths, forget(i))
	}
	// What is still held keeps its file open.
	keep := func() *Dataset {
		f := must[*File](t)(Create(filepath.Join(folder, "kept.h5")))
		return must[*Dataset](t)(f.CreateDatasetFrom("x", []int32{4, 5}))
	}
	kept := keep()
	open := func() int {
		must[LibraryInfo](t)(Info())
		leave := kept.file.lib.enter() // as any call does
		defer leave()
		return len(opened)
	}
	for end := time.Now().Add(time.Minute); open() > 1 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		runtime.GC()
	}
	if got := open(); got != 1 {
		t.Errorf("%d files are open, want the one that is held", got)
	}
	if got := must[*nd.Array](t)(kept.Read()).String(); got != "[4 5]" {
		t.Errorf("kept: %s", got)
	}
	for i, path := range paths {
		f := must[*File](t)(Open(path))
		if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("x")).Read(2)).Item(); got != float64(i) {
			t.Errorf("%s: %v", path, got)
		}
		check(t, f.Close())
	}
	check(t, kept.File().Close())
}
