package session

import (
	"strings"
	"testing"
)

// Guarding a goroutine must not change what its go statement means.
func TestGoroutineCases(t *testing.T) {
	for _, c := range readCases(t, "testdata/goroutines.txt") {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, errors := outcome(open(t), c)
			if err := met(c, got, errors); err != nil {
				t.Errorf("%v\nerrors: %s", err, strings.Join(errors, "\n"))
			}
		})
	}
}
