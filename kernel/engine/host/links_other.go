//go:build !go1.26 || go1.27

package main

// thin does nothing: how the runtime keeps its lists is known of Go 1.26 only.
// Loading takes longer, then, the more cells there are.
func thin() {}
