package mime_test

import (
	"errors"
	"fmt"
	"image"

	"github.com/galago-hpc/galago/internal/mime"
)

func ExampleOf() {
	fmt.Println(mime.Of(struct{ X, Y int }{1, 2})[mime.Plain])
	fmt.Println(mime.Of("a\tb")[mime.Plain])
	fmt.Println(mime.Of(image.NewGray(image.Rect(0, 0, 640, 480)))[mime.Plain])
	// Output:
	// {X:1 Y:2}
	// "a\tb"
	// *image.Gray (image/png, 640x480 pixels, 1.2 kB)
}

func ExampleValues() {
	b, _ := mime.Values(3, errors.New("no more"))
	fmt.Println(b[mime.Plain])
	// Output: 3 no more
}
