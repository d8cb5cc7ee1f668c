package jupyter

import "testing"

func TestQuestionsAreTold(t *testing.T) {
	for code, want := range map[string]struct {
		name   string
		detail int
	}{
		"?fmt.Println": {"fmt.Println", 0}, "fmt.Println?": {"fmt.Println", 0}, " ?? x \n": {"x", 1}, "größe ??": {"größe", 1},
		"%cd?": {"%cd", 0}, "?%%mpi": {"%%mpi", 0},
	} {
		if name, detail, asked := question(code); !asked || name != want.name || detail != want.detail {
			t.Errorf("%q: %q, %d, %v", code, name, detail, asked)
		}
	}
	for _, code := range []string{"", "?", "x", "x???", "?x?", "f(x)?", "x\ny?", "!ls ?", "// why?", `"a?`, "5?"} {
		if name, _, asked := question(code); asked {
			t.Errorf("%q asks for %q", code, name)
		}
	}
}
