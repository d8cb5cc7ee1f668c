package mpi

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestFlat(t *testing.T) {
	type star struct {
		position, velocity [3]float64
		mass               float64
	}
	stars := make([]star, 2)
	stars[1].velocity[2], stars[1].mass = 5, 6
	flat, err := Flat[float64](stars)
	if err != nil || len(flat) != 14 || flat[12] != 5 || flat[13] != 6 {
		t.Fatalf("got %v, %v", flat, err)
	}
	flat[7] = 4
	if stars[1].position[0] != 4 {
		t.Error("the memory is not the same")
	}
	matrix := [][2][2]int32{{{1, 2}, {3, 4}}}
	if flat, err := Flat[int32](matrix); err != nil || !slices.Equal(flat, []int32{1, 2, 3, 4}) {
		t.Errorf("got %v, %v", flat, err)
	}
	if flat, err := Flat[int]([]struct{}{{}, {}}); err != nil || flat != nil {
		t.Errorf("structs of nothing give %v, %v", flat, err)
	}
	if flat, err := Flat[float64]([]star(nil)); err != nil || flat != nil {
		t.Errorf("no stars give %v, %v", flat, err)
	}

	type named struct {
		star
		name string
	}
	_, err = Flat[float64]([]named{{}})
	if !errors.Is(err, ErrType) || !strings.Contains(err.Error(), "field name of string is not made of float64") {
		t.Errorf("a string in a struct gives %v", err)
	}
	if _, err = Flat[float64]([][]float64{{1}}); err == nil {
		t.Error("slices of slices are taken for numbers")
	}
	type padded struct {
		x float64
		y [0]float64
	}
	if _, err = Flat[float64]([]padded{{}, {}}); err == nil {
		t.Error("padding is taken for a number")
	}
	if _, err = Flat[float32](stars); err == nil {
		t.Error("float64 are taken for float32")
	}
}
