package interpret

import (
	"os"
	"strings"
	"testing"
)

func TestOne(t *testing.T) {
	data, _ := os.ReadFile(os.Getenv("ONE"))
	n := newNotebook(t)
	for _, c := range strings.Split(string(data), "\n---\n") {
		got, err := n.run(c)
		t.Logf("%s\n%v", got, err)
	}
}
