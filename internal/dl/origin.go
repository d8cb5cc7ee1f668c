package dl

import (
	"runtime"
	"strings"

	"github.com/ebitengine/purego"
)

// origin asks the loader where a library came from, and answers with the name
// it was opened by where the loader cannot tell.
func origin(handle uintptr, candidate string) string {
	if runtime.GOOS != "linux" {
		return candidate
	}
	address, err := dlsym(purego.RTLD_DEFAULT, "dlinfo")
	if err != nil {
		return candidate
	}
	const linkMap = 2 // RTLD_DI_LINKMAP
	var entry *struct {
		base uintptr
		name uintptr // char *l_name
	}
	// int dlinfo(void *handle, int request, void *info)
	if int32(FuncAt(address, "dlinfo").Call(Word(handle), Int(linkMap), Ptr(&entry))) != 0 || entry == nil {
		return candidate
	}
	if path := String(entry.name); strings.Contains(path, "/") {
		return path
	}
	return candidate
}
