// Package galago carries the source of the libraries that cells import.
//
// A compiled cell is linked against the very packages of the engine that loads
// it, built by the user's own Go toolchain. So the binary brings their source
// along, and kernel/build unpacks it into the user's cache.
package galago

import "embed"

// Source holds go.mod, go.sum and the packages that the engine and rank
// programs are built from.
//
//go:embed go.mod go.sum internal/carry/*.go internal/dl/*.go internal/event/*.go internal/exit/*.go internal/mime/*.go
//go:embed lib/*/*.go kernel/engine/*.go kernel/engine/host/*.go
var Source embed.FS
