package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A file that crashes libhdf5 costs its cell, and nothing else.
func TestDamagedFileInACell(t *testing.T) {
	s := open(t)
	copyTestData(t, s, "damaged.h5")
	run(t, s, "kept := []int{41}\ngood := must(h5.Create(`good.h5`))\nmust0(good.Set(`x`, []float64{1, 2, 3}))\nmust0(good.Close())\nfmt.Sprint(h5.Info())")
	for range 3 {
		r := &record{}
		f := s.Execute(context.Background(), "bad := must(h5.Open(`damaged.h5`))\nmust(must(bad.Dataset(`variable`)).Value())", r.emit)
		if f == nil || !strings.Contains(f.Message, "damaged.h5") {
			t.Fatalf("a damaged file is read: %+v, %s", f, r.value)
		}
		t.Log(strings.Join(Render(f, false), "\n"))
		// Whether it crashes is libhdf5's affair; that of 1.10 does.
		if version := value(t, s, "must(h5.Info()).Version"); strings.Contains(version, "1.10.") && !strings.Contains(f.Message, "libhdf5 crashed") {
			t.Errorf("libhdf5 %s: %s", version, f.Message)
		}
		for code, want := range map[string]string{"1 + 1": "2", "kept": "[41]", "must(must(must(h5.Open(`good.h5`)).Dataset(`x`)).Read()).String()": "[1. 2. 3.]"} {
			if got := value(t, s, code); !strings.Contains(got, want) {
				t.Errorf("%s gives %s after the crash, not %s", code, got, want)
			}
		}
	}
}

// A file at which libhdf5 loops for ever: the first interrupt leaves the cell behind,
// the next one the call, for which all others wait.
func TestEndlessFileInACell(t *testing.T) {
	s := open(t)
	copyTestData(t, s, "loops.h5")
	run(t, s, "kept := []int{41}\nmust0(must(h5.Create(`good.h5`)).Close())\nloops := must(h5.Open(`loops.h5`))")
	for _, code := range []string{"loops.Attrs().String()", "must(h5.Open(`good.h5`)).Keys()"} {
		over := time.AfterFunc(hang, func() { panic("the cell hangs: " + code) })
		interrupt := time.AfterFunc(time.Second, s.Interrupt)
		r := &record{}
		f := s.Execute(context.Background(), code, r.emit)
		over.Stop()
		interrupt.Stop()
		t.Log(f, r.err.String(), r.notes.String())
		// Whether it loops is libhdf5's affair; that of 1.10 does.
		if f != nil && f.Name != "interrupt" {
			t.Errorf("%s: %s", code, strings.Join(Render(f, false), "\n"))
		}
	}
	for code, want := range map[string]string{"1 + 1": "2", "kept": "[41]", "must(h5.Open(`good.h5`)).Keys()": "[]"} {
		if got := value(t, s, code); !strings.Contains(got, want) {
			t.Errorf("%s gives %s after the loop, not %s", code, got, want)
		}
	}
}

// copyTestData puts a file where cells find it.
func copyTestData(t *testing.T, s *Session, name string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err == nil {
		err = os.WriteFile(filepath.Join(s.options.Dir, name), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// value returns what an expression shows.
func value(t *testing.T, s *Session, code string) string {
	t.Helper()
	r := &record{}
	if f := s.Execute(context.Background(), code, r.emit); f != nil {
		t.Fatalf("%s: %s", code, strings.Join(Render(f, false), "\n"))
	}
	return r.value
}
