package display_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/mime"
	"github.com/galago-hpc/galago/lib/display"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type page struct{}

func (page) HTML() string { return "<i>own</i>" }

// What a notebook shows of the data, whichever function it came from.
func TestForms(t *testing.T) {
	pixels := picture(t)
	encoded := base64.StdEncoding.EncodeToString(pixels)
	file := filepath.Join(t.TempDir(), "picture")
	if err := os.WriteFile(file, pixels, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data         display.Data
		kind, form   string
		text         string
		withMetadata bool
	}{
		"html":       {display.HTML("<b>x</b>"), "text/html", "<b>x</b>", "<b>x</b>", false},
		"markdown":   {display.Markdown("* x"), "text/markdown", "* x", "* x", false},
		"latex":      {display.Latex("$e^x$"), "text/latex", "$e^x$", "$e^x$", false},
		"math":       {display.Math("e^x"), "text/latex", "$$e^x$$", "e^x", false},
		"svg":        {display.SVG("<svg/>"), "image/svg+xml", "<svg/>", "<svg/>", false},
		"javascript": {display.JavaScript("f()"), "application/javascript", "f()", "f()", false},
		"json":       {display.JSON(map[string]any{"a": 1}), "application/json", `{"a":1}`, "map[a:1]", false},
		"png":        {display.PNG(pixels), "image/png", encoded, "image/png, 3x2 pixels, ", false},
		"jpeg":       {display.JPEG([]byte("j")), "image/jpeg", "ag==", "image/jpeg, 1 byte", false},
		"pdf":        {display.PDF([]byte("p")), "application/pdf", "cA==", "application/pdf, 1 byte", false},
		"image":      {display.Image(image.NewGray(image.Rect(0, 0, 3, 2))), "image/png", encoded, "*image.Gray (image/png, 3x2 pixels, ", true},
		"auto image": {display.Auto(image.NewGray(image.Rect(0, 0, 3, 2))), "image/png", encoded, "*image.Gray (image/png, 3x2 pixels, ", true},
		"auto bytes": {display.Auto(pixels), "image/png", encoded, "image/png, 3x2 pixels, ", false},
		"auto text":  {display.Auto("text"), "text/plain", "text", "text", false},
		"auto value": {display.Auto(page{}), "text/html", "<i>own</i>", "{}", false},
		"reader":     {display.Any("text/html", strings.NewReader("<b>")), "text/html", "<b>", "text/html, 3 bytes", false},
		"writer":     {display.Any("", bytes.NewBuffer(pixels)), "image/png", encoded, "image/png, 3x2 pixels, ", false},
		"file":       {display.File("image/png", file), "image/png", encoded, "image/png, 3x2 pixels, ", false},
		"bytes":      {display.Bytes("image/png", pixels), "image/png", encoded, "image/png, 3x2 pixels, ", false},
		"string":     {display.String("text/html", "<b>x</b>"), "text/html", "<b>x</b>", "<b>x</b>", false},
		"mime":       {display.MIME(display.MIMEMap{"text/html": "<b>", "text/plain": "b"}, display.MIMEMap{"k": 1}), "text/html", "<b>", "b", true},
	} {
		b, metadata := mime.Shown(c.data)
		form := b[c.kind]
		if s, ok := form.(interface{ MarshalJSON() ([]byte, error) }); ok {
			text, _ := s.MarshalJSON()
			form = string(text)
		}
		if form != c.form {
			t.Errorf("%s: %.200v, want %.200v", name, form, c.form)
		}
		if text, _ := b["text/plain"].(string); !strings.HasPrefix(text, c.text) {
			t.Errorf("%s: text %q, want %q", name, text, c.text)
		}
		if (metadata != nil) != c.withMetadata {
			t.Errorf("%s: metadata %v", name, metadata)
		}
	}
	_, metadata := mime.Shown(display.Image(image.NewGray(image.Rect(0, 0, 3, 2))))
	if want := map[string]any{"image/png": map[string]any{"width": 3, "height": 2}}; !reflect.DeepEqual(metadata, want) {
		t.Errorf("metadata of an image: %v", metadata)
	}
}

func TestWhatCannotBeShown(t *testing.T) {
	for name, show := range map[string]func(){
		"a number":        func() { display.Auto(7) },
		"no file":         func() { display.File("image/png", "/nonexistent/file") },
		"a broken reader": func() { display.Any("text/html", (*os.File)(nil)) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.HasPrefix(err.Error(), "show ") {
					t.Errorf("%s: %v", name, err)
				}
			}()
			show()
			t.Errorf("%s is shown", name)
		}()
	}
}
