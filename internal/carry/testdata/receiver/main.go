// Program receiver reads the value that sender has written and prints it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/carry/testdata/receiver/sky"
)

func main() {
	carry.Register("main.label", reflect.TypeFor[sky.Label]())
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var stars []*sky.Star
	if err := carry.Decode(data, &stars); err != nil {
		panic(err)
	}
	fmt.Println(stars[0], errors.Is(stars[0].Err(), io.EOF), stars[0].Companion() == stars[1], stars[1].Companion() == stars[0])
}
