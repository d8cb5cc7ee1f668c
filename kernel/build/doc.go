// Package build turns checked cells into code that runs: plugins for the
// engine, programs for ranks, and the engine itself.
//
// # Toolchain
//
// [Open] finds the user's Go toolchain and prepares a workspace in the user's
// cache: the source that this binary carries, the engine built from it, and a
// table of compiled packages. All three depend on the toolchain's version and
// on the source, and are made anew when one of them changes.
//
// # Compiling
//
// A unit is compiled by calling compile and link directly, which takes a
// fraction of what go build takes. [Builder.Plugin] makes a shared object that
// the engine loads, [Builder.Program] a static executable for ranks, which
// needs neither a C compiler nor the session's files.
//
// # Modules
//
// Cells import packages from a module in the workspace that requires what
// Galago requires. [Builder.Get] and [Builder.Local] give the session a module
// of its own, kept under a name made from its content, with tables of compiled
// packages of its own. The engine holds one build of a package and never
// unloads it, so a change that would alter a loaded package is refused. A rank
// program that imports a package with cgo is compiled with cgo as a whole.
package build
