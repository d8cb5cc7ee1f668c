package main

import (
	"encoding/json"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/notebooks"
)

// gophernotes is the version whose examples are executed.
const gophernotes = "github.com/gopherdata/gophernotes@v0.7.5"

// TestGophernotesNotebooks executes the examples of gophernotes as they were
// published, but for one that asks a service elsewhere. The pictures that they
// fetch come from here, and what gonum/plot has changed since is changed.
func TestGophernotesNotebooks(t *testing.T) {
	folder := filepath.Join(published(t), "examples")
	pictures := httptest.NewServer(http.HandlerFunc(picture))
	defer pictures.Close()
	for name, want := range map[string][]string{
		"Matrix_Operations": {"d = a + b = ⎡ 9  11  13⎤", "f = a c = ⎡ 5  34⎤", "h = sqrt(a) = ⎡    1  1.414  1.732⎤"},
		"Worker_Pools":      {"processing job 9"},
		"Display":           {"text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/svg+xml", "Hello again, world!", "G_{\\mu\\nu}"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &example{dir: t.TempDir(), env: append(os.Environ(), "XDG_CACHE_HOME="+shared)}
			nb := e.run(t, filepath.Join(folder, name+".ipynb"),
				"https://github.com/", pictures.URL+"/", "http://jupyter.org/", pictures.URL+"/", "https://upload.wikimedia.org/", pictures.URL+"/",
				"plot.New()", "plot.New(), error(nil)")
			text := printed(nb) + shown(t, nb)
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%q is not in\n%s", w, text)
				}
			}
		})
	}
}

// picture answers with a picture of the kind that the name asks for.
func picture(w http.ResponseWriter, r *http.Request) {
	small := image.NewGray(image.Rect(0, 0, 8, 8))
	switch path.Ext(r.URL.Path) {
	case ".png":
		_ = png.Encode(w, small)
	case ".jpg":
		_ = jpeg.Encode(w, small, nil)
	case ".svg":
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	}
}

// shown is all that the cells of a notebook have displayed.
func shown(t *testing.T, nb *notebooks.Notebook) string {
	t.Helper()
	var b strings.Builder
	for _, cell := range nb.Cells {
		for _, o := range cell.Outputs {
			var kinds []string
			for kind := range o.Data {
				kinds = append(kinds, kind)
			}
			slices.Sort(kinds)
			for _, kind := range kinds {
				data, err := json.Marshal(o.Data[kind])
				if err != nil {
					t.Fatal(err)
				}
				b.WriteString(kind + ": " + strings.ReplaceAll(string(data), `\\`, `\`) + "\n")
			}
		}
	}
	return b.String()
}

// published returns the folder of the module, which the go command fetches.
func published(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", gophernotes)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	return module.Dir
}
