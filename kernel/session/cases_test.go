package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A caseSpec is a session and what Go demands of it. The format is described
// in testdata/README.md.
type caseSpec struct {
	name  string
	cells []string
	want  string
}

func readCases(t *testing.T, path string) []caseSpec {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []caseSpec
	for _, block := range strings.Split("\n"+string(data), "\n### ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		code, want, ok := strings.Cut("\n"+rest, "\n=== ")
		if !ok {
			t.Fatalf("%s: case %s has no expectation", path, name)
		}
		cases = append(cases, caseSpec{name, strings.Split(strings.TrimPrefix(code, "\n"), "\n---\n"), strings.TrimRight(want, "\n")})
	}
	return cases
}

// outcome runs a case and writes what happened in the form of its expectation.
func outcome(s *Session, c caseSpec) (got string, errors []string) {
	var out strings.Builder
	value := ""
	for i, code := range c.cells {
		r := &record{}
		// A cell that waits for ever must not hold up the other cases.
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		f := s.Execute(ctx, code, r.emit)
		cancel()
		out.WriteString(r.out.String())
		if f != nil {
			errors = append(errors, fmt.Sprintf("%d: %s", i+1, f.Message))
		}
		if i == len(c.cells)-1 {
			value = r.value
		}
	}
	got = strings.TrimRight(out.String(), "\n ")
	if value != "" {
		got = strings.TrimLeft(got+"\nVALUE "+value, "\n")
	}
	return got, errors
}

// met compares an outcome with what the case demands.
func met(c caseSpec, got string, errors []string) error {
	var lines []string
	var demanded [][2]string
	for line := range strings.SplitSeq(c.want, "\n") {
		if rest, ok := strings.CutPrefix(line, "ERROR "); ok {
			number, text, _ := strings.Cut(rest, ": ")
			demanded = append(demanded, [2]string{number, text})
			continue
		}
		lines = append(lines, line)
	}
	if want := strings.TrimRight(strings.Join(lines, "\n"), "\n "); got != want {
		return fmt.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(errors) != len(demanded) {
		return fmt.Errorf("errors %q, want %q", errors, demanded)
	}
	for i, d := range demanded {
		number, text, _ := strings.Cut(errors[i], ": ")
		if number != d[0] || !strings.Contains(text, d[1]) {
			return fmt.Errorf("error %q, want one of cell %s with %q", errors[i], d[0], d[1])
		}
	}
	return nil
}

func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		file := strings.TrimSuffix(filepath.Base(path), ".txt")
		for _, c := range readCases(t, path) {
			t.Run(file+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				got, errors := outcome(open(t), c)
				if err := met(c, got, errors); err != nil {
					t.Errorf("%v\nerrors: %s", err, strings.Join(errors, "\n"))
				}
			})
		}
	}
}
