package h5

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// Unlimited, as a length in a [MaxShape], lets the axis grow without an end.
const Unlimited = -1

// MaxShape is how long the axes of a dataset may become by [Dataset.Resize] and
// [Dataset.Append], one length an axis; [Unlimited] is a length. Unless it is the
// shape itself, the dataset is chunked.
type MaxShape []int

func (m MaxShape) apply(l *layout) { l.storage.maxShape = m }

// String returns the lengths in parentheses, with "unlimited" for no end.
func (m MaxShape) String() string {
	words := make([]string, len(m))
	for i, n := range m {
		words[i] = strconv.Itoa(n)
		if n == Unlimited {
			words[i] = "unlimited"
		}
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// Resizable lets all axes grow without an end: maxshape=(None, None) in
// h5py.
var Resizable DatasetOption = datasetOption(func(l *layout) { l.storage.resizable = true })

// grows reports whether the dataset is to become larger than the shape.
func (s *storage) grows(shape Shape) bool {
	return s.resizable || s.maxShape != nil && !slices.Equal(s.maxShape, MaxShape(shape))
}

// mostOf returns how long the axes may become of a dataset that grows.
func (s *storage) mostOf(shape Shape) MaxShape {
	if s.resizable {
		return slices.Repeat(MaxShape{Unlimited}, len(shape))
	}
	return s.maxShape
}

// limit is how long an axis may become, and whether there is a limit.
func (s *storage) limit(axis, length int) (int, bool) {
	switch {
	case s.resizable:
		return 0, false
	case s.maxShape == nil:
		return max(length, 1), true
	case s.maxShape[axis] == Unlimited:
		return 0, false
	}
	return max(s.maxShape[axis], 1), true
}

func (s *storage) checkMaxShape(shape Shape) error {
	if s.maxShape == nil {
		return nil
	}
	if s.resizable {
		return fmt.Errorf("h5.Resizable and h5.MaxShape cannot go together; leave one out")
	}
	if len(s.maxShape) != len(shape) {
		return fmt.Errorf("the largest shape %v has %d axes and the shape %v has %d", s.maxShape, len(s.maxShape), shape, len(shape))
	}
	for axis, n := range s.maxShape {
		if n != Unlimited && n < shape[axis] {
			return fmt.Errorf("axis %d is %d long, more than in the largest shape %v", axis, shape[axis], s.maxShape)
		}
	}
	return nil
}

// space makes the dataspace of a new dataset.
func (s *storage) space(lib *library, shape Shape) int64 {
	if !s.grows(shape) {
		return lib.newSpace(shape)
	}
	most := make([]uint64, len(shape))
	for axis, n := range s.mostOf(shape) {
		most[axis] = unlimited
		if n != Unlimited {
			most[axis] = uint64(n)
		}
	}
	dims := lengths(shape)
	// hid_t H5Screate_simple(int rank, const hsize_t *dims, const hsize_t *maxdims)
	return int64(lib.c.sSimple.Call(dl.Int(len(dims)), dl.Slice(dims), dl.Slice(most)))
}

// MaxShape returns how long the axes may become, [Unlimited] where there is no end;
// the shape if the dataset cannot grow, and nil if HDF5 cannot tell.
// H5Sget_simple_extent_dims.
func (d *Dataset) MaxShape() MaxShape {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return nil
	}
	defer leave()
	most, _ := d.maxShape()
	return most
}

// maxShape looks the largest shape up. The lock is held.
func (d *Dataset) maxShape() (MaxShape, bool) {
	l := d.file.lib
	space := int64(l.c.dSpace.Call(dl.Int(d.id)))
	if space < 0 {
		return nil, false
	}
	defer l.c.sClose.Call(dl.Int(space))
	most := make([]uint64, len(d.extent()))
	if len(most) > 0 {
		l.c.sDims.Call(dl.Int(space), dl.Null, dl.Slice(most))
	}
	shape := make(MaxShape, len(most))
	for axis, n := range most {
		shape[axis] = int(n)
		if n == unlimited {
			shape[axis] = Unlimited
		}
	}
	return shape, true
}
