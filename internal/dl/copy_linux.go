package dl

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// rtldDeepBind has a library find its own symbols before those of others.
const rtldDeepBind = 8

// OpenCopy opens a library a second time, with variables of its own, beside the
// one that is open: for a library that has crashed. What it depends on is not
// loaded again. Other libraries do not see its symbols.
func OpenCopy(path string) (*Library, error) {
	fail := func(err error) (*Library, error) {
		return nil, fmt.Errorf("open %s a second time: %w", path, err)
	}
	// The loader knows a library by the place of its file: the copy is elsewhere.
	content, err := os.ReadFile(path)
	if err != nil {
		return fail(err)
	}
	fd, err := unix.MemfdCreate(filepath.Base(path), unix.MFD_CLOEXEC)
	if err != nil {
		return fail(err)
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	if _, err := file.Write(content); err != nil {
		return fail(err)
	}
	handle, err := dlopenMode(fmt.Sprintf("/proc/self/fd/%d", fd), purego.RTLD_NOW|purego.RTLD_LOCAL|rtldDeepBind)
	if err != nil {
		return fail(err)
	}
	return &Library{handle: handle, path: path}, nil
}
