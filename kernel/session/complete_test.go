package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// offers returns what completes a cell in which | is the cursor.
func offers(s *Session, text string) (items []string, c Completion) {
	before, after, _ := strings.Cut(text, "|")
	c = s.Complete(before+after, len([]rune(before)))
	for _, i := range c.Items {
		items = append(items, i.Text)
	}
	return items, c
}

// explains returns what is told about the place | in a cell.
func explains(s *Session, text string, detail int) string {
	before, after, _ := strings.Cut(text, "|")
	found := s.Inspect(before+after, len([]rune(before)), detail)
	plain, _ := found.Data["text/plain"].(string)
	return plain
}

const assistCell = `
import "image/color"
// A star is far away.
type star struct { mass float64; next *star }
// shine returns W.
func (s star) shine() float64 { return 2 * s.mass }
type pair[A, B any] struct { First A; Second B }
func open(path string) (*star, error) { return nil, nil }
sun := star{mass: 2}
stars := []star{sun, sun}
both := pair[string, star]{"ä", sun}
table := map[string][]float64{"x": {1, 2}}
wait := 90 * time.Second
red := color.RGBA{R: 255}
`

// assistCases are completions that a session gives whether it is busy or not:
// the first items that are offered.
var assistCases = []struct{ text, want string }{
	{"sun.|", "mass next shine"},
	{"stars[0].sh|", "shine"},
	{"both.Second.ma|", "mass"},
	{"must(open(\"x\")).next.|", "mass next shine"},
	{"for _, v := range stars {\n\tv.|", "mass next shine"},
	{"go func(a star) {\n\ta.m|", "mass"},
	{"star{ma|", "mass"},
	{"st|", "star stars"},
	{"fmt.Sprint|", "Sprint Sprintf Sprintln"},
	{"color.RG|", "RGBA RGBA64 RGBA64Model RGBAModel"},
	{"strconv.Ato|", "Atoi"},
	{"table[\"x\"|", ""},
	{"ä := both.Fir|", "First"},
	{"import \"gonum.org/v1/p|", "gonum.org/v1/plot"},
	{"os.ReadFile(\"da|", "data.csv"},
	{"open(\"da|", "data.csv"},
	{"!cat da|", "data.csv"},
	{"%ti|", "%time %timeit"},
	{"%%srun --la|", "--label"},
	{"%%srun -n 2 --part|", "--partition"},
	{"%%mpi -n 2\nsun.sh|", "shine"},
	{"wait.Sec|", "Seconds"},
	{"notebook.Prog|", "Progress"},
	{"defe|", "defer"},
}

func checkAssist(t *testing.T, s *Session) {
	t.Helper()
	for _, test := range assistCases {
		items, _ := offers(s, test.text)
		if got := strings.Join(items, " "); got != test.want && !strings.HasPrefix(got, test.want+" ") || test.want == "" && got != "" {
			t.Errorf("%s offers %.200q, want %q", test.text, got, test.want)
		}
	}
	for text, want := range map[string]string{
		"sun.shi|ne()":      "func (s star) shine() float64\n\nshine returns W.\n\ncell 1, line 6",
		"star|{}":           "A star is far away.",
		"fmt.Printl|n(sun)": "Println formats using the default formats",
		"open(|)":           "func open(path string) (*star, error)",
		"%timei|t f()":      "measure how long",
	} {
		if got := explains(s, text, 0); !strings.Contains(got, want) {
			t.Errorf("%s is explained by\n%s\nwant\n%s", text, got, want)
		}
	}
	if got := explains(s, "sun.shine|", 1); !strings.Contains(got, "{ return 2 * s.mass }") {
		t.Errorf("the source of a method:\n%s", got)
	}
}

func TestComplete(t *testing.T) {
	s := open(t)
	<-s.ready // the engine may have to be built
	if items, _ := offers(s, "strings.Fie|"); strings.Join(items, " ") != "Fields FieldsFunc FieldsFuncSeq FieldsSeq" {
		t.Errorf("before the first cell: %v", items)
	}
	run(t, s, assistCell)
	if err := os.WriteFile(filepath.Join(s.options.Dir, "data.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	checkAssist(t, s)
	_, c := offers(s, "ä := \"ö\"; sun.sh|")
	if c.Start != 14 || c.End != 16 || len(c.Items) != 1 || c.Items[0] != (Item{Text: "shine", Kind: "function", Signature: "() float64"}) {
		t.Errorf("places and kinds: %+v", c)
	}
	for name, want := range map[string]string{
		"sun|":   "var sun star\n\n= {mass:2 next:<nil>}\n\ncell 1, line 9",
		"stars|": "= [{mass:2 next:<nil>} {mass:2 next:<nil>}]",
		"both|":  "var both pair[string, star]\n\n= {First:\"ä\" Second:{mass:2 next:<nil>}}",
		"table|": `= map["x":[1 2]]`,
		"wait|":  "= 1m30s",
		"red|":   "= {R:255 G:0 B:0 A:0}",
	} {
		if got := explains(s, name, 0); !strings.Contains(got, want) {
			t.Errorf("%s is explained by\n%s\nwant\n%s", name, got, want)
		}
	}
	run(t, s, "table[\"two words\"], table[\"a \\\"quote\\\"\"] = nil, nil")
	for text, want := range map[string]string{"table[\"|": `a \"quote\"|two words|x`, "fmt.Println(table[\"tw|\"][0])": "two words", "table[`|": "two words|x", "stars[\"|": ""} {
		if items, _ := offers(s, text); strings.Join(items, "|") != want {
			t.Errorf("%s offers %q, want %s", text, items, want)
		}
	}
	// What a cell redefines or forgets is seen at once.
	run(t, s, "type star struct { age int }\nsun := star{age: 3}")
	if items, _ := offers(s, "sun.|"); strings.Join(items, " ") != "age" {
		t.Errorf("after a redefinition: %v", items)
	}
	run(t, s, "%rm wait")
	if items, _ := offers(s, "wai|"); len(items) != 0 {
		t.Errorf("a name that was forgotten: %v", items)
	}
	run(t, s, "!mkdir sub\n%cd sub\n!touch inner.txt")
	if items, _ := offers(s, "os.Open(\"|"); strings.Join(items, " ") != "inner.txt" {
		t.Errorf("in another folder: %v", items)
	}
}

func TestCompleteWhileBusy(t *testing.T) {
	for name, cell := range map[string]string{
		"loop":  "fmt.Println(\"go\")\nfor { n++ }",
		"sleep": "fmt.Println(\"go\")\ntime.Sleep(time.Hour)",
		"ranks": "%%mpi -n 1\nfmt.Println(\"go\")\nfor { time.Sleep(time.Second) }",
		"shell": "!echo go; sleep 3600",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			run(t, s, assistCell+"n := 0")
			if err := os.WriteFile(filepath.Join(s.options.Dir, "data.csv"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			started, ended := make(chan struct{}, 1), make(chan *event.Failure, 1)
			go func() {
				ended <- s.Execute(context.Background(), cell, func(e event.Event) {
					if e.Kind == event.Stdout && strings.Contains(e.Text, "go") {
						started <- struct{}{}
					}
				})
			}()
			select {
			case <-started:
			case f := <-ended:
				t.Fatalf("the cell has ended: %v", f)
			case <-time.After(2 * time.Minute):
				t.Fatal("the cell does not begin")
			}
			checkAssist(t, s)
			if got := explains(s, "sun|", 0); !strings.HasPrefix(got, "var sun star") || strings.Contains(got, "=") != (name == "ranks" || name == "shell") {
				t.Errorf("a variable: %s", got)
			}
			s.Interrupt()
			if f := <-ended; f == nil || f.Name != "interrupt" {
				t.Errorf("the cell ends with %v", f)
			}
		})
	}
}

func TestCompletePathsInHDF5(t *testing.T) {
	s := open(t)
	run(t, s, strings.Join([]string{
		`f := must(h5.Create("a.h5"))`,
		`g := must(f.CreateGroup("run"))`,
		`_ = must(g.CreateDatasetFrom("pos", []float64{1, 2}))`,
		`_ = must(g.CreateGroup("parts"))`,
		`_ = must(f.CreateDatasetFrom("räume", []int{1}))`,
		`_ = must(f.CreateDatasetFrom("rest", []int{1}))`,
	}, "\n"))
	for text, want := range map[string]string{
		`f.Dataset("|`:                         "rest räume run/",
		`f.Dataset("r|")`:                      "rest räume run/",
		`x := f.Dataset("run/|`:                "run/pos run/parts/",
		`f.Group("ru|`:                         "run run/",
		`f.Group("run/|`:                       "run/parts run/parts/",
		`must(g.Get("p|"))`:                    "parts pos parts/",
		`f.Dataset("nowhere/|`:                 "",
		`f := 1; f.Dataset("r|`:                "",
		`must(must(f.Group("run")).Dataset("|`: "pos parts/",
		`fmt.Println("r|`:                      "",
		`must(h5.Open("a.|`:                    "a.h5",
		`g := f; g.Dataset("ru|`:               "", // the cell's own variable has no value yet
	} {
		if items, _ := offers(s, text); strings.Join(items, " ") != want {
			t.Errorf("%s offers %v, want %s", text, items, want)
		}
	}
	if got := explains(s, "f|", 0); !strings.Contains(got, `= h5.File "`) {
		t.Errorf("a file is explained by\n%s", got)
	}
	run(t, s, "must0(f.Close())")
	if items, _ := offers(s, `f.Dataset("|`); len(items) != 0 {
		t.Errorf("a closed file offers %v", items)
	}
	if r := run(t, s, "1 + 1"); r.value != "2" {
		t.Errorf("afterwards 1 + 1 is %s", r.value)
	}
}

// A value is looked at by nobody while a goroutine of a cell may write it.
func TestInspectBesideGoroutines(t *testing.T) {
	s := open(t)
	run(t, s, "m := map[int]int{}\nstop := make(chan bool)\ngo func() { for i := 0; ; i++ { select { case <-stop: return; default: m[i%100] = i } } }()")
	for range 20 {
		if got := explains(s, "m|", 0); !strings.HasPrefix(got, "var m map[int]int") || strings.Contains(got, "= map") {
			t.Fatalf("while a goroutine writes: %s", got)
		}
	}
	run(t, s, "stop <- true")
	if got := explains(s, "m|", 0); !strings.Contains(got, "= map[0:") {
		t.Errorf("afterwards: %s", got)
	}
}

func TestInspectDirective(t *testing.T) {
	s := open(t)
	run(t, s, "// double doubles.\nfunc double(n int) int { return 2 * n }\nx := double(4)")
	for code, want := range map[string]string{
		"double?":           "double doubles.",
		"?double":           "func double(n int) int",
		"double??":          "{ return 2 * n }",
		"%inspect -s x":     "x := double(4)",
		"x := 9\nx?":        "= 9",
		"strings.Fields?":   "Fields splits the string",
		"%cd?":              "%cd FOLDER",
		"%%mpi?":            "%%mpi -n RANKS",
		"//galago:?double ": "double doubles.",
	} {
		text, page := shown(t, s, code)
		if !strings.Contains(text, want) || page == "" {
			t.Errorf("%s shows\n%s\nwant\n%s", code, text, want)
		}
	}
	if f := fails(t, s, "nobody?"); !strings.Contains(f.Message, "nobody means nothing here") {
		t.Errorf("an unknown name: %s", f.Message)
	}
	if f := fails(t, s, "%inspect"); !strings.Contains(f.Hint, "usage: %inspect [-s] NAME") {
		t.Errorf("without a name: %s", f.Hint)
	}
}
