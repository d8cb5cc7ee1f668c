package plt

import (
	"math"
	"testing"
)

// The places are those that matplotlib 3.6 gives (ax.get_proj, proj_transform,
// transData) in a figure of 640 by 480 pixels.
func TestCameraIsMatplotlibs(t *testing.T) {
	cube := [3][2]float64{{-250, 250}, {-250, 250}, {-250, 250}}
	c := newCamera(cube, 110, -90, 1, 640, 480)
	for _, p := range []struct{ x, y, z, px, py float64 }{
		{0, 0, 0, 332.99459459, 242.59459459},
		{-250, -250, -250, 225.27579881, 169.00353556},
		{250, 250, 250, 454.42000613, 325.5497053},
		{250, -250, -250, 440.71339038, 169.00353556},
		{100, 50, 20, 378.98741621, 261.84458142},
	} {
		x, y, distance := c.project(p.x, p.y, p.z)
		if math.Abs(x-p.px) > 1e-4 || math.Abs(y-p.py) > 1e-4 {
			t.Errorf("(%g, %g, %g) is at (%g, %g), matplotlib has it at (%g, %g)", p.x, p.y, p.z, x, y, p.px, p.py)
		}
		if distance < 9 || distance > 11 {
			t.Errorf("(%g, %g, %g) is %g away", p.x, p.y, p.z, distance)
		}
	}
}

// Whatever the view, the axes of the camera are at right angles, right-handed,
// and the middle of the box stays where it is.
func TestCameraAxes(t *testing.T) {
	for _, elevation := range []float64{-100, -90, -45, 0, 30, 90, 135, 270} {
		for _, azimuth := range []float64{-170, -90, 0, 33, 180} {
			c := newCamera([3][2]float64{{0, 1}, {5, 6}, {-3, 9}}, elevation, azimuth, 1, 800, 300)
			for _, pair := range [][2][3]float64{{c.right, c.up}, {c.up, c.toEye}, {c.toEye, c.right}} {
				if d := dot(pair[0], pair[1]); math.Abs(d) > 1e-12 {
					t.Errorf("view %g, %g: axes are not at right angles (%g)", elevation, azimuth, d)
				}
			}
			handed := cross(c.right, c.up)
			if math.Abs(dot(handed, c.toEye)-1) > 1e-12 {
				t.Errorf("view %g, %g: the picture is mirrored", elevation, azimuth)
			}
			x, y, distance := c.project(0.5, 5.5, 3)
			x0, y0, _ := newCamera([3][2]float64{{0, 1}, {0, 1}, {0, 1}}, 30, -60, 1, 800, 300).project(0.5, 0.5, 0.5)
			if math.Abs(x-x0) > 1e-9 || math.Abs(y-y0) > 1e-9 || distance != 10 {
				t.Errorf("view %g, %g: the middle is at (%g, %g), %g away", elevation, azimuth, x, y, distance)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{-250, 250, "−200 −100 0 100 200"},
		{0, 10, "0 2 4 6 8 10"},
		{-1, 1, "−1.00 −0.75 −0.50 −0.25 0.00 0.25 0.50 0.75 1.00"},
		{0, 3, "0.0 0.5 1.0 1.5 2.0 2.5 3.0"},
		{0, 0.0008, "0.0000 0.0001 0.0002 0.0003 0.0004 0.0005 0.0006 0.0007 0.0008"},
		{0, 4e9, "0 5e8 1e9 1.5e9 2e9 2.5e9 3e9 3.5e9 4e9"},
		{0, 3e-7, "0 5e−8 1e−7 1.5e−7 2e−7 2.5e−7 3e−7"},
		{7, 7, ""},
		{math.NaN(), 1, ""},
	} {
		got := ""
		for i, tick := range niceTicks(c.low, c.high) {
			if i > 0 {
				got += " "
			}
			got += tick.label
		}
		if got != c.want {
			t.Errorf("from %g to %g: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}
