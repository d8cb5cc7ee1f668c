package h5

import (
	"errors"

	"github.com/galago-hpc/galago/internal/dl"
)

// Strings returns the elements of a dataset of strings, all of them, in
// row-major order.
func (d *Dataset) Strings() ([]string, error) {
	leave, err := d.enter("read", d.path)
	if err != nil {
		return nil, err
	}
	defer leave()
	if d.kind != "strings" {
		return nil, d.error("read", d.path, errors.New("it holds "+d.kind+", not strings"))
	}
	l := d.file.lib
	c := &l.c
	t := int64(c.dType.Call(dl.Int(d.id)))
	space := int64(c.dSpace.Call(dl.Int(d.id)))
	if t < 0 || space < 0 {
		return nil, d.fail("read", d.path)
	}
	defer c.tClose.Call(dl.Int(t))
	defer c.sClose.Call(dl.Int(space))
	texts, ok := l.readStrings(t, space, product(d.shape), func(memory int64, buffer dl.Arg) bool {
		return int32(d.file.call(c.dRead, dl.Int(d.id), dl.Int(memory), dl.Int(0), dl.Int(0), dl.Int(0), buffer)) >= 0
	})
	if !ok {
		return nil, d.fail("read", d.path)
	}
	return texts, nil
}
