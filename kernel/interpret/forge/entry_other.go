//go:build !linux || !amd64

package forge

import "unsafe"

const supported = false

func entryAddress(int) unsafe.Pointer { return nil }
