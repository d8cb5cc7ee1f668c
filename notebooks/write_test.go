package notebooks

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python runs a program with the interpreter that `make deps-test` sets up.
func python(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("../.venv/bin/python", append([]string{"-c", program}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python (set up by `make deps-test`): %v\n%s", err, stderr.Bytes())
	}
	return out
}

// What is written is valid, and saving it with nbformat changes no byte.
func TestWriteAgreesWithNbformat(t *testing.T) {
	nb, err := Read("testdata/foreign.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	delete(nb.extra, "future") // the schema allows no other field, and Python respells its numbers
	path := filepath.Join(t.TempDir(), "a.ipynb")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	theirs := python(t, `
import sys, nbformat
nb = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(nb)
sys.stdout.buffer.write(nbformat.writes(nb).encode() + b"\n")
`, path)
	if !bytes.Equal(ours, theirs) {
		t.Errorf("nbformat writes this notebook differently\nours:\n%s\ntheirs:\n%s", ours, theirs)
	}
}

func TestWriteKeepsPermissionsAndLinks(t *testing.T) {
	folder := t.TempDir()
	real, link := filepath.Join(folder, "real.ipynb"), filepath.Join(folder, "link.ipynb")
	if err := os.WriteFile(real, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.ipynb", link); err != nil {
		t.Fatal(err)
	}
	if err := New().Write(link); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the symbolic link has become %v (%v)", info.Mode(), err)
	}
	info, err = os.Stat(real)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("the file has permissions %v and %d bytes (%v)", info.Mode(), info.Size(), err)
	}
	if names, _ := filepath.Glob(filepath.Join(folder, "*")); len(names) != 2 {
		t.Errorf("the folder holds %v", names)
	}
}

func TestWritableSaysWhyNot(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(folder, "none", "a.ipynb"): "its folder takes no new file",
		folder:                                   "not a regular file",
		"/proc/a.ipynb":                          "its folder takes no new file",
	} {
		if err := Writable(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Writable(%s) = %v, want %q", path, err, want)
		}
	}
	if err := Writable(filepath.Join(folder, "a.ipynb")); err != nil {
		t.Error(err)
	}
	if names, _ := filepath.Glob(filepath.Join(folder, "*")); len(names) != 0 {
		t.Errorf("asking left %v", names)
	}
}

const fullDisk = "GALAGO_TEST_FULL_DISK"

// A real file system of 64 kB is mounted in a namespace of its own, and this
// test runs again inside.
func TestFullDiskLeavesTheFile(t *testing.T) {
	if folder := os.Getenv(fullDisk); folder != "" {
		writeUntilFull(t, folder)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	args := []string{"--mount", "sh", "-ec",
		`mount -t tmpfs -o size=64k galago "$1"; exec "$2" -test.run '^TestFullDiskLeavesTheFile$' -test.v`, "sh", folder, self}
	if os.Getuid() != 0 { // root may mount, others in a user namespace of their own
		args = append([]string{"--map-root-user"}, args...)
	}
	cmd := exec.Command("unshare", args...)
	cmd.Env = append(os.Environ(), fullDisk+"="+folder)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func writeUntilFull(t *testing.T, folder string) {
	path := filepath.Join(folder, "a.ipynb")
	nb := New()
	nb.Add(Markdown, "small")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	nb.Add(Markdown, strings.Repeat("much text ", 20_000))
	err = nb.Write(path)
	if err == nil || !strings.Contains(err.Error(), "no space left on device") || !strings.Contains(err.Error(), "the file is as it was") {
		t.Errorf("got error %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed (%v)", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
}
