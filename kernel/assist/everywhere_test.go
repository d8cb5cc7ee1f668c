package assist

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/galago-hpc/galago/notebooks"
)

// cells returns the code cells of the example notebooks.
func cells(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	list := []string{session}
	for _, file := range files {
		n, err := notebooks.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range n.Cells {
			if c.Type == notebooks.Code {
				list = append(list, c.Source)
			}
		}
	}
	return list
}

// Wherever the cursor is, and whatever the cell looks like, there is an answer
// that fits the place.
func TestEveryPlace(t *testing.T) {
	b := open(t)
	b.run(t, session)
	random := rand.New(rand.NewPCG(1, 2))
	ask := func(code string, cursor int) {
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("at %d of\n%s\n%v", cursor, code, r)
			}
		}()
		c := b.Complete(code, cursor)
		if c.Start < 0 || c.Start > c.End || c.End != cursor {
			t.Fatalf("at %d of\n%s\nthe place is %d to %d", cursor, code, c.Start, c.End)
		}
		for _, i := range c.Items {
			if i.Text == "" || i.Kind == "" || strings.Contains(i.Text, mark) || strings.Contains(i.Signature, mark) {
				t.Fatalf("at %d of\n%s\nan item is %+v", cursor, code, i)
			}
		}
		if found := b.Inspect(code, cursor, random.IntN(2)); found.Found && found.Data["text/plain"] == "" {
			t.Fatalf("at %d of\n%s\nthe explanation is empty", cursor, code)
		}
	}
	for _, code := range cells(t) {
		for cursor := 0; cursor <= len(code); cursor += 1 + random.IntN(15) {
			if cursor < len(code) && !utf8.RuneStart(code[cursor]) {
				continue
			}
			ask(code, cursor)
			ask(code[:cursor], cursor)
			// Something is missing, or stands twice, elsewhere.
			from := random.IntN(len(code) + 1)
			to := min(from+random.IntN(20), len(code))
			broken := code[:from] + code[to:]
			if random.IntN(2) == 0 {
				broken = code[:to] + code[from:]
			}
			ask(broken, min(cursor, len(broken)))
		}
	}
	ask("\xff\xfe.\x00", 3)
	ask(strings.Repeat("(", 5000), 5000)
	ask(strings.Repeat("f(", 300)+"p.", 602)
}

func TestFoldersToImport(t *testing.T) {
	b := open(t)
	if err := os.MkdirAll(filepath.Join(b.Dir, "own", "part"), 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"import \"./o|": "./own/", "import \"./own/|": "./own/part/", "import \".|": "./ ../"} {
		c, _ := b.complete(text)
		if got := strings.Join(texts(c), " "); got != want {
			t.Errorf("%s offers %q, want %q", text, got, want)
		}
	}
}
