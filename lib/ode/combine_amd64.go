package ode

import "golang.org/x/sys/cpu"

// vector tells whether the processor has what combineVector uses.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// combineVector is combine with AVX2 and FMA instructions, four numbers at a time.
//
//go:noescape
func combineVector(dst, y, k, w *float64, n, stages int, h float64)
