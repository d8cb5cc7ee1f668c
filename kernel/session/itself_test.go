package session

import (
	"strings"
	"testing"
)

// In a rank program the session's variable and the cell's are the same.
func TestRankCellAssignsAVariableFromItself(t *testing.T) {
	s := open(t)
	run(t, s, "x := 20\nrows := []struct { n int; s string }{{1, \"a\"}}")
	r := run(t, s, "%%mpi -n 2\nx := x + 1\nif mpi.World().Rank() == 0 { rows = append(rows, struct { n int; s string }{x, \"b\"}); fmt.Println(rows, x) }")
	if got := r.out.String(); got != "[{1 a} {21 b}] 21\n" {
		t.Errorf("printed %q", got)
	}
	if f := fails(t, s, "%%mpi -n 2\nx, y := x + 1, 2\nfmt.Println(x, y)"); !strings.Contains(f.Message, "a cell that runs on ranks cannot define x from itself") {
		t.Errorf("failed with %s", f.Message)
	}
	if r := run(t, s, "x"); r.value != "20" {
		t.Errorf("x is %s in the session, want 20", r.value)
	}
}

// A function that used a variable which an engine crash has lost sees the one
// that takes its name.
func TestFunctionsSeeVariablesThatReplaceLostOnes(t *testing.T) {
	s := open(t)
	run(t, s, "n := 1\nfunc f() int { return n }")
	fails(t, s, "go panic(\"lost\")\nselect {}")
	run(t, s, "n := 5")
	if r := run(t, s, "f()"); r.value != "5" {
		t.Errorf("f() is %s, want 5", r.value)
	}
}

// What does not fit a variable's new type goes on with the former one, and
// the user is told.
func TestFunctionThatDoesNotFitIsNoted(t *testing.T) {
	s := open(t)
	run(t, s, "x := 1\nfunc next() int { x++; return x }")
	r := run(t, s, "x := \"text\"")
	if got := r.notes.String(); !strings.Contains(got, "next goes on with the former variables") {
		t.Errorf("notes %q", got)
	}
}
