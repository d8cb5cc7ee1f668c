package cell

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"go only", "x := 1\nx", []string{"0@1 x := 1\nx"}},
		{"shell between go", "x := 1\n!ls -l\ny := 2\n", []string{"0@1 x := 1\n", "1@2 ls -l", "0@3 y := 2\n"}},
		{"directive", "%cd data\n", []string{"2@1 cd data"}},
		{"percent continues an expression", "x := 7 +\n  5\n", []string{"0@1 x := 7 +\n  5\n"}},
		{"bang inside a raw string", "s := `\n!ls\n`\n", []string{"0@1 s := `\n!ls\n`\n"}},
		{"bang inside brackets", "f(a,\n!b)\n", []string{"0@1 f(a,\n!b)\n"}},
		{"block", "\n%%mpi -n 8\nprintln()\n", []string{"3@2 mpi -n 8|println()\n"}},
		{"block in a comment", "//galago:%%srun -n 8\nf()\n", []string{"3@1 srun -n 8|f()\n"}},
		{"line directive in a comment", "x := 1\n  //galago:%who x*\nx", []string{"0@1 x := 1\n", "2@2 who x*", "0@3 x"}},
		{"shell line in a comment", "//galago:!ls -l\nx", []string{"1@1 ls -l", "0@2 x"}},
		{"other comments", "//galago: %who\n// %who\n//galago:who\n", []string{"0@1 //galago: %who\n// %who\n//galago:who\n"}},
		{"comment inside a raw string", "s := `\n//galago:!ls\n`\n", []string{"0@1 s := `\n//galago:!ls\n`\n"}},
		{"block later on", "x\n//galago:%%mpi -n 8\n", []string{"0@1 x\n//galago:%%mpi -n 8\n"}},
		{"text of a file", "%%writefile a.txt\n!ls `\n%cd", []string{"3@1 writefile a.txt|!ls `\n%cd"}},
		{"question", "?fmt.Println\nx := 1\nx?\ny ??\n?? %cd", []string{"2@1 inspect fmt.Println", "0@2 x := 1\n", "2@3 inspect x", "2@4 inspect -s y", "2@5 inspect -s %cd"}},
		{"question about a block", "%%mpi?\nx", []string{"2@1 inspect %%mpi", "0@2 x"}},
		{"no question", "x := `\ny?\n` // why?\n?x?\n", []string{"0@1 x := `\ny?\n` // why?\n?x?\n"}},
		{"gophernotes", ":import \"fmt\"\n$ ls\n  :import (\n\"os\"\n)", []string{"0@1  import \"fmt\"\n", "1@2  ls", "0@3    import (\n\"os\"\n)"}},
		{"no import", "s := `\n:import x\n$ y\n`", []string{"0@1 s := `\n:import x\n$ y\n`"}},
		{"empty", " \n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range Split(test.text) {
				text := fmt.Sprintf("%d@%d %s", s.Kind, s.Line, s.Text)
				if s.Kind == Block {
					text += "|" + s.Body
				}
				got = append(got, text)
			}
			if strings.Join(got, "\x00") != strings.Join(test.want, "\x00") {
				t.Errorf("Split(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestFragments(t *testing.T) {
	source := strings.Join([]string{
		`package main`,
		`import "fmt"; import m "math"`,
		`x := 1; y := 2`,
		`// area is documented.`,
		`func (p P) area() int { return 1 }`,
		`func (n int) { fmt.Println(n) }(3)`,
		`type P struct {`,
		`	a int`,
		`}`,
		`if x > 0 {`,
		`} else {`,
		`}`,
		`x;`,
	}, "\n")
	fragments, err := Fragments(source, 5)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`0 6:1 import "fmt"`, `0 6:15 import m "math"`, `5 7:1 x := 1`, `5 7:9 y := 2`,
		"1 8:1 // area is documented.\nfunc (p P) area() int { return 1 }",
		`5 10:1 func (n int) { fmt.Println(n) }(3)`, "2 11:1 type P struct {\n\ta int\n}",
		"5 14:1 if x > 0 {\n} else {\n}", `5 17:1 x`,
	}
	for i, f := range fragments {
		got := fmt.Sprintf("%d %d:%d %s", f.Kind, f.Line, f.Column, f.Text)
		if i >= len(want) || got != want[i] {
			t.Errorf("fragment %d is %q", i, got)
		}
	}
	if len(fragments) != len(want) {
		t.Fatalf("%d fragments, want %d", len(fragments), len(want))
	}
	if !fragments[8].Quiet || fragments[7].Quiet {
		t.Error("the typed semicolon after the last fragment was not noticed, or one was invented")
	}
}

func TestFragmentsKeepHeadersWhole(t *testing.T) {
	for _, source := range []string{
		"for i := 0; i < 2; i++ { f(i) }",
		"for ;; { break }",
		"outer: for i := 0; i < 2; i++ { continue outer }",
		"if v := f(); v > 0 { g() } else if w := h(); w { k() }",
		"switch x := f(); x { case 1: g(); default: h() }",
		"for x := []int{1, 2}; len(x) > 0; x = x[1:] { f(x) }",
		"if f := func() int { return 1 }; f() > 0 { g() }",
	} {
		fragments, err := Fragments(source+"; f()", 1)
		if err != nil || len(fragments) != 2 || fragments[0].Text != source {
			t.Errorf("Fragments(%q) = %v, %v", source, fragments, err)
		}
	}
}

func TestFragmentsErrors(t *testing.T) {
	for source, want := range map[string]string{
		"f(]":          "1:3: syntax error: unexpected ]",
		"if x {":       "1:6: syntax error: { is not closed",
		"s := \"abc\n": "1:6: string literal not terminated",
	} {
		_, err := Fragments(source, 1)
		if err == nil || err.Error() != want {
			t.Errorf("Fragments(%q): %v, want %s", source, err, want)
		}
	}
}

func TestComplete(t *testing.T) {
	for source, want := range map[string]Completeness{
		"x := 1":              IsComplete,
		"":                    IsComplete,
		"for {":               IsIncomplete,
		"f(1,":                IsIncomplete,
		"x := 1 +":            IsIncomplete,
		"s := `abc":           IsIncomplete,
		"func f() {\n\tx\n}":  IsComplete,
		"f(]":                 IsInvalid,
		"!ls":                 IsComplete,
		"%%mpi -n 2\nfor {\n": IsIncomplete,
		"i++":                 IsComplete,

		"x := 1\n%who":                  IsComplete,
		"//galago:!ls":                  IsComplete,
		"%timeit f(":                    IsComplete,
		"%%mpi -n 2":                    IsIncomplete,
		"%%mpi -n 2\n":                  IsIncomplete,
		"%%timeit x := 1\ng(":           IsIncomplete,
		"%%timeit x := 1\ng(x)":         IsComplete,
		"//galago:%%time\nif x {":       IsIncomplete,
		"%%writefile a.txt":             IsIncomplete,
		"%%writefile a.txt\nfor `(":     IsIncomplete,
		"%%writefile a.txt\nfor `(\n":   IsIncomplete,
		"%%writefile a.txt\nfor `(\n\n": IsComplete,
	} {
		if got, _ := Complete(source); got != want {
			t.Errorf("Complete(%q) = %s, want %s", source, got, want)
		}
	}
	if _, indent := Complete("for {\n\tif x {"); indent != "\t\t" {
		t.Errorf("indent %q", indent)
	}
}

func TestAt(t *testing.T) {
	tests := []struct {
		text string // | is the place
		want Spot
	}{
		{"x := 1\n!ls da|ta\ny", Spot{Kind: Shell, Before: "ls da"}},
		{"x := 1\n!|", Spot{Kind: Shell}},
		{"%|", Spot{Kind: Directive}},
		{"%cd a\n%ti|me f()", Spot{Kind: Directive, Before: "ti"}},
		{"%%sr|un -n 2\nf()", Spot{Kind: Block, Before: "sr"}},
		{"%|%", Spot{Kind: Block}},
		{"\n%%srun -n 2\nf|()", Spot{Kind: Go, Go: "\n           \nf()"}},
		{"%%writefile a\nx|", Spot{Kind: Block}},
		{"%cd ä\nx := 1\n!ls\nx|\n%who", Spot{Kind: Go, Go: "      \nx := 1\n   \nx\n    "}},
		{"x\n?fmt.P|", Spot{Kind: Directive, Before: "inspect fmt.P"}},
		{"f(`\n%|", Spot{Kind: Go, Go: "f(`\n%"}},
	}
	for _, test := range tests {
		offset := strings.IndexByte(test.text, '|')
		if got := At(strings.Replace(test.text, "|", "", 1), offset); got != test.want {
			t.Errorf("At(%q) = %+v, want %+v", test.text, got, test.want)
		}
	}
}
