package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/notebooks"
)

// TestReadme executes the cells that README.md shows.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	nb := notebooks.New()
	for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		nb.Add(notebooks.Code, strings.TrimSuffix(block[1], "\n"))
	}
	path := filepath.Join(t.TempDir(), "readme.ipynb")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(built, "galago"), "run", path)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+shared)
	report, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(report), "[0 2 4 6]") {
		t.Errorf("%v\n%s", err, report)
	}
}
