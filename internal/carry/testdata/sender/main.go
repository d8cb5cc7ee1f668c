// Program sender writes a carried value to its standard output.
package main

import (
	"fmt"
	"io"
	"math/big"
	"os"
	"reflect"
	"time"

	"github.com/galago-hpc/galago/internal/carry"
)

type star struct {
	name      string
	pos       [3]float64
	companion *star
	seen      time.Time
	notes     []any
	err       error
}

type label string

func main() {
	carry.Register("main.label", reflect.TypeFor[label]())
	a := &star{name: "Sirius A", pos: [3]float64{1, 2, 3}, seen: time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC),
		notes: []any{1, label("bright"), big.NewInt(1 << 40), time.Second}, err: fmt.Errorf("catalogue: %w", io.EOF)}
	a.companion = &star{name: "Sirius B", companion: a, seen: time.Now()}
	data, err := carry.Encode([]*star{a, a.companion})
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(data)
}
