//go:build !amd64

package ode

const vector = false

func combineVector(dst, y, k, w *float64, n, stages int, h float64) {}
