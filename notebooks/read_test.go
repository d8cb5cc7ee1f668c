package notebooks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadTellsWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":          {"", "the file is empty"},
		"text":           {"package main\n", "not JSON (line 1)"},
		"cut short":      {"{\n \"cells\": [\n  {\"cell_type\": \"code\"", "not JSON (line 3)"},
		"two values":     {`{"nbformat": 4, "cells": []} {}`, "not JSON: 2 bytes follow"},
		"list":           {"[]", "not a notebook: the JSON value is not an object"},
		"other JSON":     {`{"name": "x"}`, `there is no "nbformat" number`},
		"format 3":       {`{"nbformat": 3, "worksheets": []}`, "notebook format 3 is too old; convert"},
		"format 5":       {`{"nbformat": 5, "cells": []}`, "notebook format 5 is not known"},
		"cells":          {`{"nbformat": 4, "cells": {}}`, `"cells" is an object, not a list`},
		"cell":           {`{"nbformat": 4, "cells": [1]}`, "cell 1: not a JSON object"},
		"cell type":      {`{"nbformat": 4, "cells": [{"cell_type": "heading", "source": ""}]}`, `cell 1: cell_type "heading" is not known`},
		"no source":      {`{"nbformat": 4, "cells": [{"cell_type": "code"}]}`, `cell 1: "source" is missing, not text`},
		"source":         {`{"nbformat": 4, "cells": [{"cell_type": "raw", "source": [1]}]}`, `cell 1: "source" is a list, not text`},
		"count":          {`{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "execution_count": 1.5}]}`, `"execution_count" is 1.5, not a count`},
		"output":         {`{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "pyout"}]}]}`, `cell 1: output 1: output_type "pyout" is not known`},
		"metadata":       {`{"nbformat": 4, "metadata": "x", "cells": []}`, `"metadata" is text, not an object`},
		"nothing at all": {" \n", "the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.ipynb")
			if err := os.WriteFile(path, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got error %v, want one with %q and the path", err, test.want)
			}
		})
	}
}

func TestReadMissingFile(t *testing.T) {
	if _, err := Read("nowhere.ipynb"); !os.IsNotExist(unwrap(err)) {
		t.Errorf("got %v, want a file that does not exist", err)
	}
}

func unwrap(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok || os.IsNotExist(err) {
			return err
		}
		err = inner.Unwrap()
	}
}

func TestParseKeepsWhatItDoesNotKnow(t *testing.T) {
	nb, err := Read("testdata/foreign.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	text, err := nb.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"future": {`, `2.50`, `1e-3`, `"widgets": {`, `"slide_type": "slide"`, `"attachments": {`, `"collapsed": false`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is lost", want)
		}
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := again.Encode(); string(second) != string(text) {
		t.Error("writing, reading and writing again changes the text")
	}
}

func TestParseTakesByteOrderMark(t *testing.T) {
	if _, err := Parse([]byte("\ufeff{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": []}")); err != nil {
		t.Error(err)
	}
}

// Two cells with one id are invalid, and front ends mix them up.
func TestParseGivesIDs(t *testing.T) {
	nb, err := Parse([]byte(`{"nbformat": 4, "cells": [
		{"cell_type": "raw", "source": "", "id": "same"}, {"cell_type": "raw", "source": "", "id": "same"},
		{"cell_type": "raw", "source": "", "id": "not valid!"}, {"cell_type": "raw", "source": "", "id": "cell-3"},
		{"cell_type": "raw", "source": ""}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, cell := range nb.Cells {
		ids = append(ids, cell.ID)
	}
	if got, want := strings.Join(ids, " "), "same cell-2 cell-3-2 cell-3 cell-5"; got != want {
		t.Errorf("got ids %s, want %s", got, want)
	}
}

func TestLanguage(t *testing.T) {
	for metadata, want := range map[string]string{
		`{}`: "",
		`{"kernelspec": {"name": "gophernotes", "language": "go"}}`:                     "go",
		`{"language_info": {"name": "Python"}, "kernelspec": {"language": "python3"}}`:  "python",
		`{"language_info": {}, "kernelspec": {"display_name": "R", "language": "R"}}`:   "r",
		`{"language_info": [], "kernelspec": {"display_name": "x", "language": false}}`: "",
	} {
		nb, err := Parse([]byte(`{"nbformat": 4, "cells": [], "metadata": ` + metadata + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := nb.Language(); got != want {
			t.Errorf("%s: got language %q, want %q", metadata, got, want)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for source, want := range map[string]string{
		"":                              "",
		"\n  x := 1\ny := 2":            "x := 1",
		"import \"fmt\"\nfmt.Println()": "fmt.Println()",
		"import (\n\t\"fmt\"\n\t\"os\"\n)\n\nfmt.Println()": "fmt.Println()",
		"import (\"fmt\"; \"os\")\nfmt.Println()":           "fmt.Println()",
		"import \"fmt\"":                             `import "fmt"`,
		"import (\n\t\"fmt\"\n\t\"os\"\n)":           `import ( "fmt" "os" )`,
		"const (\n\tG = 6.673e-11\n)":                "const ( G = 6.673e-11",
		"%%mpi -n 8\nimport \"fmt\"\nfmt.Println(1)": "%%mpi -n 8",
		"var (":                          "var (",
		"func f() {\n}":                  "func f() {",
		"// Mass of the host.\nm := 1.0": "// Mass of the host.",
	} {
		if got := (&Cell{Source: source}).FirstLine(); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}
