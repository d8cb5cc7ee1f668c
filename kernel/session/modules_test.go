package session

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openIn begins a session in a folder, with additions to the environment.
func openIn(t *testing.T, dir string, env ...string) *Session {
	t.Helper()
	s, err := New(Options{Dir: dir, Env: append(os.Environ(), env...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the session: %v", err)
		}
	})
	return s
}

// write makes a file and the folders that it lies in.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// demandFailure executes a cell whose failure has to say certain things.
func demandFailure(t *testing.T, s *Session, code string, parts ...string) {
	t.Helper()
	f := fails(t, s, code)
	for _, part := range parts {
		if !strings.Contains(f.Message, part) {
			t.Errorf("%s\nfails with %s: %s\nwhich does not say %q", code, f.Name, f.Message, part)
		}
	}
}

func demandValue(t *testing.T, s *Session, code, want string) {
	t.Helper()
	if r := run(t, s, code); r.value != want {
		t.Errorf("%s\nshows %s, want %s", code, r.value, want)
	}
}

func TestGetModule(t *testing.T) {
	s := open(t)
	const use = "import \"github.com/google/uuid\"\n"
	demandFailure(t, s, use, "cell 1, line 1", "no module of this session provides github.com/google/uuid; %get github.com/google/uuid adds it")
	run(t, s, "%get github.com/google/uuid@v1.6.0")
	demandValue(t, s, use+`uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8").Version()`, "VERSION_1")
	r := run(t, s, "%%mpi -n 2 --label\n"+use+"fmt.Println(uuid.NameSpaceDNS.String()[:8])")
	if got := r.out.String(); strings.Count(got, "6ba7b810") != 2 {
		t.Errorf("the ranks print %q", got)
	}
	if r := run(t, s, "%get"); r.out.String() != "github.com/google/uuid v1.6.0\n" {
		t.Errorf("%%get lists %q", r.out.String())
	}

	// What is loaded stays what it is.
	demandFailure(t, s, "%get github.com/google/uuid@v1.5.0", "v1.6.0 would become v1.5.0", "restart the kernel")
	demandFailure(t, s, "%get golang.org/x/sys@v0.40.0", "Galago's libraries require golang.org/x/sys", "v0.40.0 cannot take its place")
	demandFailure(t, s, "%get example.invalid/nothing", "example.invalid/nothing")
	demandFailure(t, s, "%get -t github.com/google/uuid", "does not know the option -t")
	demandValue(t, s, `uuid.NameSpaceDNS.Version()`, "VERSION_1")

	// Several at once, as GoNB spells it.
	run(t, s, "!*go get github.com/google/uuid@v1.6.0 github.com/pkg/errors@v0.9.1")
	demandValue(t, s, "import perrors \"github.com/pkg/errors\"\nperrors.Cause(perrors.Wrap(io.EOF, \"read\")) == io.EOF && uuid.Nil.Version() == 0", "true")
	demandFailure(t, s, "!*go mod tidy", "there is go get only")
}

func TestModulesStayInTheirSession(t *testing.T) {
	first, second := open(t), open(t)
	run(t, first, "%get github.com/pkg/errors@v0.9.1\nimport \"github.com/pkg/errors\"\nfmt.Println(errors.New(\"mine\"))")
	demandFailure(t, second, "import \"github.com/pkg/errors\"", "no module of this session provides github.com/pkg/errors")
}

// TestGetFails lets go get meet a proxy that does not answer, and none.
func TestGetFails(t *testing.T) {
	asked := make(chan struct{}, 16)
	leave := make(chan struct{})
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-leave
	}))
	defer proxy.Close()
	defer close(leave)
	s := openIn(t, t.TempDir(), "GOPROXY="+proxy.URL)
	run(t, s, "x := 1")
	go func() {
		<-asked
		s.Interrupt()
	}()
	if f := fails(t, s, "%get example.com/silent@v1.0.0"); f.Name != "interrupt" {
		t.Errorf("failure %s: %s, want an interrupt", f.Name, f.Message)
	}
	demandValue(t, s, "x", "1")
	if r := run(t, s, "%get"); !strings.Contains(r.out.String(), "no modules but Galago's own") {
		t.Errorf("%%get lists %q", r.out.String())
	}
	none := openIn(t, t.TempDir(), "GOPROXY=http://127.0.0.1:1")
	demandFailure(t, none, "%get example.com/silent@v1.0.0", "example.com/silent@v1.0.0", "connection refused")
}

func TestLocalFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "shapes", "shapes.go")
	write(t, file, "// Package shapes measures.\npackage shapes\n\nimport \"gonum.org/v1/gonum/floats\"\n\ntype Box struct{ Sides []float64 }\n\nfunc (b Box) Volume() float64 { return floats.Prod(b.Sides) }\n")
	write(t, filepath.Join(dir, "shapes", "data.h5"), "not Go")
	s := openIn(t, dir)
	const use = "import \"./shapes\"\n"
	demandValue(t, s, use+"old := shapes.Box{[]float64{2, 3}}\nold.Volume()", "6")
	demandValue(t, s, `fmt.Sprintf("%T", old)`, `"shapes.Box"`)
	r := run(t, s, "%%mpi -n 2\n"+use+"if mpi.World().Rank() == 1 { fmt.Println(shapes.Box{[]float64{4, 5}}.Volume(), old.Volume()) }")
	if r.out.String() != "20 6\n" {
		t.Errorf("rank 1 prints %q", r.out.String())
	}

	write(t, file, "package shapes\n\nfunc Name() string {\n\treturn 7\n}\n")
	demandFailure(t, s, use+"shapes.Name()", "cell 4, line 1: could not import ./shapes", file+":4", "cannot use 7")
	write(t, file, "package shapes\n\ntype Box struct{ Side int }\n\nfunc (b Box) Volume() int { return b.Side * b.Side * b.Side }\n\nfunc Fail() { panic(\"no shape\") }\n")
	demandValue(t, s, use+"shapes.Box{3}.Volume()", "27")
	demandValue(t, s, "old.Volume()", "6")
	write(t, file, "package shapes\n\ntype Box struct{ Side int }\n\nfunc (b Box) Volume() int { return -b.Side }\n\nfunc Fail() { panic(\"no shape\") }\n")
	demandValue(t, s, use+"shapes.Box{3}.Volume()", "-3")
	if f := fails(t, s, "shapes.Fail()"); f.Message != "no shape" || len(f.Stack) == 0 || f.Stack[0].File != "cell 8" {
		t.Errorf("the panic is %s at %v, want it in cell 8", f.Message, f.Stack)
	}

	write(t, filepath.Join(dir, "program", "main.go"), "package main\n\nfunc main() {}\n")
	demandFailure(t, s, `import "./program"`, "cannot be imported")
	demandFailure(t, s, `import "./nothing"`, "nothing: no such file or directory")
	demandFailure(t, s, `import "C"`, "a cell cannot use C itself")
	run(t, s, "!mkdir empty")
	demandFailure(t, s, `import "./empty"`, "there are no Go files in")
	run(t, s, "%cd empty")
	demandValue(t, s, "import (\n\t\"strings\"\n\tsolids \"../shapes\"\n)\nstrings.Repeat(\"x\", -solids.Box{1}.Volume())", `"x"`)
}

func TestLocalModule(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/stars\n\ngo 1.26\n\nrequire (\n\texample.com/units v1.0.0\n\tgithub.com/galago-hpc/galago v0.1.0\n\tgithub.com/pkg/errors v0.9.1\n)\n\nreplace example.com/units => ./units\n")
	write(t, filepath.Join(dir, "go.sum"), "github.com/pkg/errors v0.9.1 h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=\ngithub.com/pkg/errors v0.9.1/go.mod h1:bwawxfHBFNV+L2hUp1rHADufV3IMtnDRdf1r5NINEl0=\n")
	write(t, filepath.Join(dir, "units", "go.mod"), "module example.com/units\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "units", "units.go"), "package units\n\nconst Parsec = 3.0857e16\n")
	write(t, filepath.Join(dir, "orbit", "orbit.go"), "package orbit\n\nimport (\n\t_ \"embed\"\n\n\t\"example.com/stars/internal/body\"\n\t\"example.com/units\"\n\t\"github.com/galago-hpc/galago/lib/nd\"\n\t\"github.com/pkg/errors\"\n)\n\n//go:embed name.txt\nvar Name string\n\nfunc Far() float64 { return body.Count * units.Parsec }\n\nfunc Lost() error { return errors.New(\"lost\") }\n\nfunc Zero() *nd.Array { return nd.Zeros(2) }\n")
	write(t, filepath.Join(dir, "orbit", "name.txt"), "ellipse")
	write(t, filepath.Join(dir, "internal", "body", "body.go"), "package body\n\nconst Count = 2\n")
	write(t, filepath.Join(dir, "other", "other.go"), "package other\n\nconst Answer = 1\n")
	s := openIn(t, filepath.Join(dir, "orbit"))
	demandValue(t, s, "import \"../orbit\"\norbit.Far()", "6.1714e+16")
	demandValue(t, s, "orbit.Name + orbit.Lost().Error()", `"ellipselost"`)

	// A package that nothing has loaded may change, one that is loaded may not.
	write(t, filepath.Join(dir, "other", "other.go"), "package other\n\nconst Answer = 42\n")
	demandValue(t, s, "import \"example.com/stars/orbit\"\nimport \"../other\"\nother.Answer + len(orbit.Name)", "49")
	demandValue(t, s, "fmt.Sprintf(\"%T\", orbit.Zero())", `"*nd.Array"`)
	write(t, filepath.Join(dir, "internal", "body", "body.go"), "package body\n\nconst Count = 3\n")
	demandFailure(t, s, "import \"../orbit\"", "has changed since a cell imported it", "restart the kernel")
	demandValue(t, s, "orbit.Far()", "6.1714e+16")
	write(t, filepath.Join(dir, "units", "units.go"), "package units\n\nconst Parsec = 1.0\n")
	again := openIn(t, dir)
	demandValue(t, again, "import \"./orbit\"\norbit.Far()", "3")
}

// TestEngineKeepsItsModules asks for another build of a package of which the
// engine itself is made.
func TestEngineKeepsItsModules(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/odd\n\ngo 1.26\n\nreplace golang.org/x/sys => ./sys\n")
	write(t, filepath.Join(dir, "odd.go"), "package odd\n")
	write(t, filepath.Join(dir, "sys", "go.mod"), "module golang.org/x/sys\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "sys", "unix", "unix.go"), "package unix\n")
	s := openIn(t, dir)
	demandFailure(t, s, "import \".\"", "golang.org/x/sys", "the engine is built with v")
	demandValue(t, s, "1 + 1", "2")
}

func TestRankCellsUseC(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/cgo")); err != nil {
		t.Fatal(err)
	}
	s := openIn(t, dir, "GOFLAGS=-tags=mpi", "GALAGO_MPI=openmpi")
	run(t, s, "%%mpi -n 1\nimport \"./h5write\"\nmust0(h5write.Write(\"c.h5\", \"squares\", []float64{1, 4, 9}))")
	demandValue(t, s, "f := must(h5.Open(\"c.h5\"))\nmust(must(f.Dataset(\"squares\")).Read())", "[1. 4. 9.]")

	r := run(t, s, "%%mpi -n 2\nimport \"./ompi\"\nmust0(ompi.Init())\ntotal := must(ompi.Sum([]float64{1, float64(ompi.Rank())}))\nif ompi.Rank() == 0 { fmt.Println(total) }\nmust0(ompi.Finalize())")
	if r.out.String() != "[2 1]\n" {
		t.Errorf("the ranks print %q", r.out.String())
	}
	// Whoever begins MPI, it begins once, and whoever has begun it ends it.
	for name, code := range map[string][2]string{
		"C":      {"must0(ompi.Init())\ncomm := mpi.World()", "must0(ompi.Finalize())"},
		"Galago": {"comm := mpi.World()\nif !ompi.Initialized() { panic(\"two MPIs\") }", ""},
	} {
		r := run(t, s, "%%mpi -n 2\nimport \"./ompi\"\n"+code[0]+"\nsum := make([]float64, 1)\nmust0(mpi.Allreduce(comm, []float64{1}, sum, mpi.Sum))\ntotal := must(ompi.Sum(sum))\nif comm.Rank() == 0 { fmt.Println(comm.Size(), total) }\n"+code[1])
		if r.out.String() != "2 [4]\n" {
			t.Errorf("%s begins MPI: the ranks print %q", name, r.out.String())
		}
	}
}

func TestCellsUseCxx(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "twice", "twice.go"), "package twice\n\n// int twice(int);\nimport \"C\"\n\nfunc Of(n int) int { return int(C.twice(C.int(n))) }\n")
	write(t, filepath.Join(dir, "twice", "twice.cc"), "#include <vector>\nextern \"C\" int twice(int n) { std::vector<int> v(2, n); return v[0] + v[1]; }\n")
	s := openIn(t, dir)
	demandValue(t, s, "import \"./twice\"\ntwice.Of(4)", "8")
	run(t, s, "func four(n int) int { return twice.Of(twice.Of(n)) }")
	if r := run(t, s, "%%mpi -n 1\nfmt.Println(four(3))"); r.out.String() != "12\n" {
		t.Errorf("the rank prints %q", r.out.String())
	}
	// The same in a module with one of the names that only toys have.
	if err := os.CopyFS(filepath.Join(dir, "toys", "twice"), os.DirFS(filepath.Join(dir, "twice"))); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "toys", "go.mod"), "module toys/v2\n")
	demandValue(t, openIn(t, dir), "import \"./toys/twice\"\ntwice.Of(5)", "10")

	write(t, filepath.Join(dir, "twice", "twice.cc"), "int twice(int n) { return m; }\n")
	demandFailure(t, s, "import \"./twice\"", "compile twice", "twice.cc:1:", "error")
}

func TestMissingC(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "header", "header.go"), "package header\n\n// #include \"hdf5_of_nobody.h\"\nimport \"C\"\n\nconst One = C.One\n")
	write(t, filepath.Join(dir, "config", "config.go"), "package config\n\n// #cgo pkg-config: ompi-of-nobody\nimport \"C\"\n\nconst One = C.One\n")
	s := openIn(t, dir, "CGO_ENABLED=0") // which is not asked
	demandFailure(t, s, "import \"./header\"", "uses C: the header hdf5_of_nobody.h is not there", "libhdf5-dev")
	demandFailure(t, s, "import \"./config\"", "uses C: pkg-config does not know ompi-of-nobody", "libopenmpi-dev")
	write(t, filepath.Join(dir, "fine", "fine.go"), "package fine\n\n// enum { Two = 2 };\nimport \"C\"\n\nconst Two = C.Two\n")
	if r := run(t, s, "%%mpi -n 1\nimport \"./fine\"\nfmt.Println(fine.Two)"); r.out.String() != "2\n" {
		t.Errorf("the rank prints %q", r.out.String())
	}
}

// TestPublishedModulesUseC takes the C libraries' best-known Go packages, as
// they are published.
func TestPublishedModulesUseC(t *testing.T) {
	s := openIn(t, t.TempDir(), "GOFLAGS=-tags=mpi", "GALAGO_MPI=openmpi")
	run(t, s, "%get gonum.org/v1/hdf5@v0.0.0-20210714002203-8c5d23bc6946 github.com/emer/empi@v1.0.22")
	run(t, s, `%%mpi -n 1
import "gonum.org/v1/hdf5"
f := must(hdf5.CreateFile("c.h5", hdf5.F_ACC_TRUNC))
space := must(hdf5.CreateSimpleDataspace([]uint{3}, nil))
d := must(f.CreateDataset("squares", hdf5.T_NATIVE_DOUBLE, space))
must0(d.Write(&[]float64{1, 4, 9}))
must0(d.Close())
must0(f.Close())`)
	demandValue(t, s, "f := must(h5.Open(\"c.h5\"))\nmust(must(f.Dataset(\"squares\")).Read())", "[1. 4. 9.]")

	r := run(t, s, `%%mpi -n 2
import empi "github.com/emer/empi/mpi"
empi.Init()
comm := must(empi.NewComm(nil))
sum := make([]float64, 1)
must0(comm.AllReduceF64(empi.OpSum, sum, []float64{float64(comm.Rank() + 1)}))
if comm.Rank() == 0 { fmt.Println(comm.Size(), sum) }
empi.Finalize()`)
	if r.out.String() != "2 [3]\n" {
		t.Errorf("the ranks print %q", r.out.String())
	}
}
