//go:build !linux

package dl

import (
	"errors"
	"fmt"
)

// OpenCopy opens a library a second time; not on this system.
func OpenCopy(path string) (*Library, error) {
	return nil, fmt.Errorf("open %s a second time: %w", path, errors.ErrUnsupported)
}
