//go:build linux

package forge

import "unsafe"

const supported = true

// entrySize is the length of an entry in bytes.
const entrySize = 13

func tableStart() unsafe.Pointer

func entryAddress(i int) unsafe.Pointer {
	return unsafe.Add(tableStart(), i*entrySize)
}
