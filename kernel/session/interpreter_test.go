package session

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// refusalText is in every refusal.
const refusalText = "no Go toolchain"

// passes are the cases of each file, in percent, that at least must have the
// outcome of compiled Go when cells are interpreted. The others are refused.
var passes = map[string]int{}

// TestCasesWithoutToolchain runs all cases with the Go toolchain hidden. Each
// must have the outcome that it has with one, or be refused.
func TestCasesWithoutToolchain(t *testing.T) {
	t.Setenv("GALAGO_GO", "none")
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		file := strings.TrimSuffix(filepath.Base(path), ".txt")
		cases := readCases(t, path)
		passed, refused := 0, 0
		var mu sync.Mutex
		work := make(chan caseSpec)
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				for c := range work {
					s := open(t)
					got, errors := outcome(s, c)
					s.Close()
					err := met(c, got, errors)
					why := ""
					for _, e := range errors {
						if strings.Contains(e, refusalText) {
							why = e
						}
					}
					mu.Lock()
					switch {
					case err == nil:
						passed++
					case why != "":
						refused++
						t.Logf("%s/%s: refused: %s", file, c.name, why)
					default:
						t.Errorf("%s/%s: %v\nerrors: %s", file, c.name, err, strings.Join(errors, "\n"))
					}
					mu.Unlock()
				}
			})
		}
		for _, c := range cases {
			work <- c
		}
		close(work)
		workers.Wait()
		fmt.Printf("%s: %d cases: %d pass, %d are refused\n", file, len(cases), passed, refused)
		if share := passed * 100 / len(cases); share < passes[file] {
			t.Errorf("%s: %d %% pass, want %d %%", file, share, passes[file])
		}
	}
}
