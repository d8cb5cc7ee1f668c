package carry_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
)

// Two programs, in which the same type is compiled under different paths.
func TestFromProgramToProgram(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"sender", "receiver"} {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, name), "./testdata/"+name)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	data, err := exec.Command(filepath.Join(dir, "sender")).Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(dir, "receiver"))
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.CombinedOutput()
	const want = "Sirius A [1 2 3] 2026-11-23 07:30:00 +0000 UTC [1 bright 1099511627776 1s] sky.Label catalogue: EOF true true true\n"
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s", err, out)
	}
}
