package h5

import "os"

// signature begins every HDF5 file.
const signature = "\x89HDF\r\n\x1a\n"

// IsHDF5 reports whether there is a file that has the mark of HDF5, at its
// beginning or behind a user block. It needs no library; whether the rest is whole
// shows when it is opened.
func IsHDF5(path string) bool {
	if info, err := os.Stat(path); err != nil || isPipe(info) {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	mark := make([]byte, len(signature))
	for at := int64(0); ; at = max(2*at, 512) {
		if _, err := file.ReadAt(mark, at); err != nil {
			return false
		}
		if string(mark) == signature {
			return true
		}
	}
}
