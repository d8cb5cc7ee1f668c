package plt

import "math"

// camera maps points in the box of a 3-D scene to the picture. It stands where
// matplotlib's mplot3d puts it, so that pictures drawn by either can be compared:
// a box of proportions 4:4:3, ten units away in perspective, in the middle of the
// picture's usual plotting area.
type camera struct {
	limits              [3][2]float64
	elevation, azimuth  float64 // degrees
	zoom, width, height float64 // pixels
	toEye, right, up    [3]float64
	middle, scale       [3]float64 // of the data, to box units
	originX, originY    float64    // pixels, y upward
	pixels              float64    // per unit at distance 1
}

const (
	eyeDistance = 10.0
	// The window that mplot3d shows, in units of the projection.
	windowLow, windowHigh = -0.095, 0.09
)

func newCamera(limits [3][2]float64, elevation, azimuth, zoom float64, width, height int) *camera {
	c := &camera{limits: limits, elevation: elevation, azimuth: azimuth, zoom: zoom, width: float64(width), height: float64(height)}
	// The box is as long as 8/7, 8/7, 6/7 units.
	for axis, length := range [3]float64{8.0 / 7, 8.0 / 7, 6.0 / 7} {
		low, high := limits[axis][0], limits[axis][1]
		c.middle[axis] = (low + high) / 2
		c.scale[axis] = zoom * length / (high - low)
	}
	sinE, cosE := math.Sincos(elevation * math.Pi / 180)
	sinA, cosA := math.Sincos(azimuth * math.Pi / 180)
	c.toEye = [3]float64{cosE * cosA, cosE * sinA, sinE}
	// Beyond the pole the z axis hangs head down.
	vertical := [3]float64{0, 0, 1}
	if math.Abs(math.Remainder(elevation, 360)) > 90 {
		vertical[2] = -1
	}
	c.right = cross(vertical, c.toEye)
	if n := math.Sqrt(dot(c.right, c.right)); n > 1e-9 {
		for i := range c.right {
			c.right[i] /= n
		}
	} else { // looking straight down or up
		c.right = [3]float64{-sinA, cosA, 0}
	}
	c.up = cross(c.toEye, c.right)
	// Margins of 12.5 and 10 percent left and right, 11 and 12 below and above.
	side := min(0.775*c.width, 0.77*c.height)
	c.pixels = side / (windowHigh - windowLow)
	c.originX = 0.5125*c.width - side/2 - windowLow*c.pixels
	c.originY = 0.495*c.height - side/2 - windowLow*c.pixels
	return c
}

// project gives the place of a point in the picture, in pixels from the lower
// left corner, and its distance from the eye. Points at or behind the eye have a
// distance of 0 or less and no place.
func (c *camera) project(x, y, z float64) (px, py, distance float64) {
	p := [3]float64{(x - c.middle[0]) * c.scale[0], (y - c.middle[1]) * c.scale[1], (z - c.middle[2]) * c.scale[2]}
	distance = eyeDistance - dot(p, c.toEye)
	px = c.originX + c.pixels*dot(p, c.right)/distance
	py = c.originY + c.pixels*dot(p, c.up)/distance
	return px, py, distance
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
