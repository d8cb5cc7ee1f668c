package main

import (
	"bufio"
	"debug/elf"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// release gives back the memory of a shared object that was read while it was
// loaded and run. Each object holds a copy of all packages that it imports, although
// those of the first one are used; what is needed after all is read again from
// the file.
//
// Only segments that are never written are given back: the others hold what
// the loader has put into them.
func release(path string) error {
	if path == "" {
		return nil
	}
	object, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer object.Close()
	mappings, err := mappingsOf(path)
	if err != nil || len(mappings) == 0 {
		return err
	}
	base := mappings[0].from
	for _, segment := range object.Progs {
		if segment.Type != elf.PT_LOAD || segment.Flags&elf.PF_W != 0 {
			continue
		}
		from := base + uintptr(segment.Vaddr)
		to := from + uintptr(segment.Memsz)
		for _, m := range mappings {
			if from <= m.from && m.from < to {
				_, _, errno := unix.Syscall(unix.SYS_MADVISE, m.from, m.to-m.from, unix.MADV_DONTNEED)
				if errno != 0 {
					return errno
				}
			}
		}
	}
	return nil
}

// A mapping is a range of addresses.
type mapping struct{ from, to uintptr }

// mappingsOf finds where a file lies in this process.
func mappingsOf(path string) ([]mapping, error) {
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return nil, err
	}
	defer maps.Close()
	var found []mapping
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		if !strings.HasSuffix(lines.Text(), path) {
			continue
		}
		var m mapping
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x", &m.from, &m.to); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, lines.Err()
}
