package jupyter

import "testing"

func TestQuestionsAreTold(t *testing.T) {
	for _, code := range []string{"?fmt.Println", "fmt.Println?", " ?? x \n", "größe ??", "%cd?", "?%%mpi", "?math/rand"} {
		if !isQuestion(code) {
			t.Errorf("%q is no question", code)
		}
	}
	for _, code := range []string{"", "?", "x", "x???", "?x?", "f(x)?", "x\ny?", "!ls ?", "// why?", `"a?`, "5?"} {
		if isQuestion(code) {
			t.Errorf("%q is a question", code)
		}
	}
}
