package h5

import (
	"errors"
	"fmt"
	"os"
)

// ClearConsistency makes a file usable again that was open for writing when its
// writer crashed: files of the newer formats (LibVer from V110 on) carry a mark
// while they are written, and are refused as long as it is there ([ErrNotClosed]).
// Whatever the writer had not written by then is missing, or half there: look at
// the file afterwards. It is what h5clear --status does.
//
// Be sure that nobody is writing the file, on any machine.
func ClearConsistency(path string) error {
	const op = "clear the marks of"
	wrong := func(err error) error {
		var known *Error
		if errors.As(err, &known) {
			known.Op = op
			return known
		}
		return &Error{Op: op, File: path, Reason: err.Error(), Err: err}
	}
	// The library itself locks files with less zeal when they are for SWMR.
	if who := elsewhere(path); who != someone {
		return wrong(fmt.Errorf("%s has it open", who))
	}
	mu.Lock()
	for _, h := range opened {
		for _, other := range h.files() {
			if same(path, other) {
				mu.Unlock()
				return wrong(errors.New("it is open in this process"))
			}
		}
	}
	mu.Unlock()
	s := gather([]Option{ReadWrite})
	s.access.clearConsistency = true
	f, err := s.open("open", path, (*opening).existing)
	if err != nil {
		return wrong(err)
	}
	return f.Close()
}

// same reports whether two paths are one file.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
