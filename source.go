// Package galago carries the source of the libraries that cells import.
//
// A compiled cell is linked against the very packages of the engine that loads
// it, built by the user's own Go toolchain. So the binary brings their source
// along, and kernel/build unpacks it into the user's cache.
package galago

import "embed"

// Source holds go.mod, go.sum and the folders with the packages that the engine
// and rank programs are built from, tests and their data included: kernel/build
// leaves those out.
//
//go:embed go.mod go.sum internal lib kernel/engine
var Source embed.FS
