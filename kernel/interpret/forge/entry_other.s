//go:build !linux || !amd64

// This file makes the compiler accept functions without a body.
