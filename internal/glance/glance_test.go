package glance

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

type stubborn struct{ n int }

func (s stubborn) String() string { panic("called") }

type ring struct {
	name string
	next *ring
}

func TestOf(t *testing.T) {
	n := 7
	loop := &ring{name: "a"}
	loop.next = loop
	var nothing any
	var none map[string]int
	tests := []struct {
		pointer any
		want    string
	}{
		{&n, "7"},
		{new(1.5), "1.5"},
		{new("a\nb"), `"a\nb"`},
		{new(strings.Repeat("ä", 100)), `"` + strings.Repeat("ä", 60) + `"...`},
		{&[]int{1, 2, 3}, "[1 2 3]"},
		{new(make([]float64, 1000)), "[0 0 0 0 0 ...] (1000 elements)"},
		{&map[string]int{"b": 2, "a": 1}, `map["a":1 "b":2]`},
		{&none, "map[]"},
		{&nothing, "<nil>"},
		{&stubborn{3}, "{n:3}"},
		{&[]any{1, "x", nil, stubborn{1}}, `[1 "x" <nil> {n:1}]`},
		{new(errors.New("wrong")), `&{s:"wrong"}`},
		{new(90 * time.Second), "1m30s"},
		{new(big.NewInt(12)), "12"},
		{&[]time.Duration{time.Second}, "[1s]"},
		{new(func() {}), "func()"},
		{new(make(chan int)), "chan int"},
		{new([3]bool{true}), "[true false false]"},
		{new(complex(1, 2)), "(1+2i)"},
		{nil, ""},
	}
	for _, test := range tests {
		if got := Of(test.pointer, 120); got != test.want {
			t.Errorf("Of(%T) = %q, want %q", test.pointer, got, test.want)
		}
	}
	if got := Of(&loop, 120); !strings.HasPrefix(got, `&{name:"a" next:0x`) {
		t.Errorf("a ring: %q", got)
	}
	wide := make([][]string, 1000)
	for i := range wide {
		wide[i] = []string{strings.Repeat("x", 1000), strings.Repeat("y", 1000)}
	}
	if got := Of(&wide, 40); len(got) > 80 {
		t.Errorf("%d letters: %q", len(got), got)
	}
}
