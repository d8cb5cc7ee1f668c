package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	given := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GALAGO_MPI=none", "SITE=a=b", "MY_TOKEN=swordfish"}
	s, err := New(Options{Dir: t.TempDir(), Env: given})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := run(t, s, "%env NEW=two words\n%env OTHER  'quoted'\n%env SITE\n%env NEW\n!echo \"$NEW\"\nfmt.Println(os.Getenv(\"NEW\"), os.Getenv(\"OTHER\"))")
	if want := "a=b\ntwo words\ntwo words\ntwo words 'quoted'\n"; r.out.String() != want {
		t.Errorf("printed %q, want %q", r.out.String(), want)
	}
	if r := run(t, s, "%%mpi -n 1\nfmt.Println(os.Getenv(\"NEW\"))"); r.out.String() != "two words\n" {
		t.Errorf("a rank prints %q", r.out.String())
	}
	run(t, s, "%env NEW = changed\n%env -u OTHER")
	if r := run(t, s, "%env"); !strings.Contains(r.out.String(), "NEW=changed\n") || strings.Contains(r.out.String(), "OTHER") || strings.Contains(r.out.String(), "swordfish") || !strings.Contains(r.out.String(), "MY_TOKEN=<hidden>\n") {
		t.Errorf("the list is\n%s", r.out.String())
	}
	fails(t, s, "must(os.FindProcess(os.Getpid())).Kill(); time.Sleep(time.Minute)")
	if r := run(t, s, "value, ok := os.LookupEnv(\"OTHER\")\nfmt.Println(os.Getenv(\"NEW\"), value, ok)"); r.out.String() != "changed  false\n" {
		t.Errorf("after a crash: %q", r.out.String())
	}
	for code, want := range map[string]string{
		"%env OTHER":  "the variable OTHER is not set",
		"%env -u":     "-u takes the name of one variable",
		"%env -x A=b": "it does not know the option -x",
		"%env =b":     "a variable needs a name",
	} {
		if f := fails(t, s, code); !strings.Contains(f.Message, want) {
			t.Errorf("%s: %s, want %s", code, f.Message, want)
		}
	}
	if strings.Join(given, " ") != strings.Join([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GALAGO_MPI=none", "SITE=a=b", "MY_TOKEN=swordfish"}, " ") {
		t.Error("the caller's environment was changed")
	}
}

func TestFiles(t *testing.T) {
	s := open(t)
	dir := s.options.Dir
	for _, step := range []struct{ code, says, file, content string }{
		{"%%writefile notes.txt\nfor { `\n  !ls\n\n%cd x", "Writing notes.txt\n", "notes.txt", "for { `\n  !ls\n\n%cd x\n"},
		{"%%writefile notes.txt\nnew\n", "Overwriting notes.txt\n", "notes.txt", "new\n"},
		{"//galago:%%writefile -a notes.txt\nmore", "Appending to notes.txt\n", "notes.txt", "new\nmore\n"},
		{"%%writefile -a 'with space.txt'\nmore", "Writing with space.txt\n", "with space.txt", "more\n"},
		{"%%writefile empty", "Writing empty\n", "empty", ""},
	} {
		if r := run(t, s, step.code); r.out.String() != step.says {
			t.Errorf("%s says %q", step.code, r.out.String())
		}
		if data, err := os.ReadFile(filepath.Join(dir, step.file)); err != nil || string(data) != step.content {
			t.Errorf("%s: %q, %v", step.file, data, err)
		}
	}
	f := fails(t, s, "%%writefile none/notes.txt\nx")
	if !strings.Contains(f.Message, "there is no folder "+filepath.Join(dir, "none")) || !strings.Contains(f.Hint, "mkdir") {
		t.Errorf("%s; %s", f.Message, f.Hint)
	}
	fails(t, s, "%%writefile\nx")
	fails(t, s, "%%writefile two names\nx")

	run(t, s, "%%writefile shapes.go\n//go:build ignore\n\npackage shapes\n\nimport \"math\"\n\ntype disc struct{ r float64 }\n\nfunc (d disc) area() float64 { return math.Pi * d.r * d.r }\n\n//galago:!echo from the shell\nfunc at(i int) int {\n\treturn []int{1}[i]\n}\n\nfunc main() { println(at(0)) }")
	r := run(t, s, "first := 1\n%load shapes\nmath.Round(disc{2}.area())")
	if r.out.String() != "from the shell\n" || r.err.String() != "1\n" || r.value != "13" {
		t.Errorf("printed %q and %q, value %s", r.out.String(), r.err.String(), r.value)
	}
	f = fails(t, s, "x := 1\nat(x)")
	if len(f.Stack) != 2 || f.Stack[0].File != "shapes.go" || f.Stack[0].Line != 13 || f.Stack[0].Source != "return []int{1}[i]" || f.Stack[1].Line != 2 {
		t.Errorf("the stack is %+v", f.Stack)
	}
	// A second time the same code runs, and still knows its file.
	run(t, s, "%%writefile fails.go\nx = 2\n\nat(x)")
	for range 2 {
		f = fails(t, s, "// the first line\n%load fails.go")
		if len(f.Stack) != 2 || f.Stack[0].File != "shapes.go" || f.Stack[1].File != "fails.go" || f.Stack[1].Line != 3 || f.Stack[1].Source != "at(x)" {
			t.Errorf("the stack is %+v", f.Stack)
		}
	}
	run(t, s, "%%writefile wrong.go\npackage p\n\nvar a int = \"text\"")
	f = fails(t, s, "%load wrong.go")
	if want := "wrong.go, line 3: cannot use \"text\" (untyped string constant) as int value in variable declaration\n    var a int = \"text\"\n                ^"; f.Message != want {
		t.Errorf("%s, want %s", f.Message, want)
	}
	run(t, s, "%%writefile syntax.go\nfunc f(] {")
	if f = fails(t, s, "%load syntax.go"); !strings.HasPrefix(f.Message, "syntax.go, line 1: syntax error: unexpected ]") {
		t.Errorf("%s", f.Message)
	}
	run(t, s, "%%writefile again.go\n%load again.go")
	if f = fails(t, s, "%load again.go"); !strings.Contains(f.Message, "does one load itself?") {
		t.Errorf("%s", f.Message)
	}
	if f = fails(t, s, "%load nothing"); !strings.Contains(f.Message, "load nothing: open ") || !strings.Contains(f.Message, "no such file") {
		t.Errorf("%s", f.Message)
	}
	// After all these the cell knows its own lines again.
	if f = fails(t, s, "1\nundefinedthing"); !strings.Contains(f.Message, ", line 2: undefined: undefinedthing") || !strings.HasPrefix(f.Message, "cell ") {
		t.Errorf("%s", f.Message)
	}
	if r := run(t, s, "%pwd\n//galago:%cd ..\n//galago:!pwd\n%pwd"); r.out.String() != dir+"\n"+strings.Repeat(filepath.Dir(dir)+"\n", 2) {
		t.Errorf("printed %q", r.out.String())
	}
	fails(t, s, "%pwd x")
	for _, folder := range []string{"one", "two words"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if r := run(t, s, "%cd "+dir+"\n%cd one\n%cd '../two words'\n%cd ../two words\n%cd \"../two words\"\n%pwd"); r.out.String() != filepath.Join(dir, "two words")+"\n" {
		t.Errorf("printed %q", r.out.String())
	}
}

func TestHelp(t *testing.T) {
	s := open(t)
	all := run(t, s, "%help").out.String()
	for name, d := range lineDirectives {
		if !strings.Contains(all, strings.TrimSpace("\n%"+name+" "+d.usage)+"\n    "+d.summary) {
			t.Errorf("%%%s is missing in\n%s", name, all)
		}
	}
	for name, d := range blockDirectives {
		if !strings.Contains(all, strings.TrimSpace("\n%%"+name+" "+d.usage)+"\n    "+d.summary) {
			t.Errorf("%%%%%s is missing in\n%s", name, all)
		}
	}
	// What is explained exists.
	for name := range details {
		if r := run(t, s, "%help "+name); !strings.HasPrefix(r.out.String(), name) || !strings.Contains(r.out.String(), details[name]) {
			t.Errorf("%%help %s prints %q", name, r.out.String())
		}
	}
	if r := run(t, s, "%help timeit"); strings.Count(r.out.String(), "timeit [-n LOOPS]") != 2 {
		t.Errorf("%%help timeit prints %q", r.out.String())
	}
	for _, test := range []struct{ code, message, hint string }{
		{"%wo", "unknown directive %wo", "did you mean %who? "},
		{"%timit x", "unknown directive %timit", "%timeit"},
		{"%mpi -n 2", "unknown directive %mpi", "did you mean %%mpi? "},
		{"%%who", "unknown block directive %%who", "did you mean %who"},
		{"%%mip -n 2", "unknown block directive %%mip", "did you mean %%mpi"},
		{"%help nonsense", "unknown directive nonsense", "there are %cd, "},
		{"%writefile a", "unknown directive %writefile", "did you mean %%writefile? "},
		{"%%", "unknown block directive %%", "there are %cd, "},
	} {
		if f := fails(t, s, test.code); f.Message != test.message || !strings.Contains(f.Hint, test.hint) {
			t.Errorf("%s: %s; %s", test.code, f.Message, f.Hint)
		}
	}
}
