package plt

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"sort"
)

// Scene is a picture of points in space, in a box with axes. It shows itself in a
// notebook. Methods that change it return it, so that calls can be chained:
//
//	plt.NewScene().Limits(-250, 250).View(110, -90).
//		XLabel("x (km)").YLabel("y (km)").ZLabel("z (km)").
//		Points(x, y, z, plt.Dot{Radius: 1})
//
// A mistake in the arguments of a call is reported by PNG, SVG, Save and Err.
type Scene struct {
	frame
	title  string
	points []spacePoint
	err    error
}

// frame is what makes the background of a scene.
type frame struct {
	limits             [3][2]float64
	fixed              [3]bool // limits that were set; others fit the points
	elevation, azimuth float64
	zoom               float64
	width, height      int
	labels             [3]string
}

type spacePoint struct {
	at     [3]float64
	radius float64
	color  color.NRGBA
	series int
}

// Dot is how the points of a series look: a disc of this radius in pixels (1.5
// unless set), black unless it has a colour.
type Dot struct {
	Radius float64
	Color  color.Color
}

// dpi is the resolution of all pictures: what a point of a font is in pixels.
const dpi = 100

// NewScene makes an empty scene of 640 by 480 pixels, seen from elevation 30 and
// azimuth -60 degrees.
func NewScene() *Scene {
	return &Scene{frame: frame{elevation: 30, azimuth: -60, zoom: 1, width: 640, height: 480}}
}

// Size sets the size of the picture in pixels.
func (s *Scene) Size(width, height int) *Scene {
	if width < 16 || height < 16 || width > 16384 || height > 16384 {
		return s.fail("size %d by %d pixels: both must be from 16 to 16384", width, height)
	}
	s.width, s.height = width, height
	return s
}

// Limits sets the range of all three axes. Points beyond are drawn nevertheless,
// outside the box, as far as the picture reaches.
func (s *Scene) Limits(low, high float64) *Scene {
	return s.XLimits(low, high).YLimits(low, high).ZLimits(low, high)
}

// XLimits sets the range of the x axis.
func (s *Scene) XLimits(low, high float64) *Scene { return s.limit(0, low, high) }

// YLimits sets the range of the y axis.
func (s *Scene) YLimits(low, high float64) *Scene { return s.limit(1, low, high) }

// ZLimits sets the range of the z axis.
func (s *Scene) ZLimits(low, high float64) *Scene { return s.limit(2, low, high) }

func (s *Scene) limit(axis int, low, high float64) *Scene {
	if !(low < high) || !finite(high-low) {
		return s.fail("limits from %g to %g: the second must be larger, and both finite", low, high)
	}
	s.limits[axis], s.fixed[axis] = [2]float64{low, high}, true
	return s
}

// View sets from where one looks at the box, in degrees: the elevation above the
// plane of x and y, and the azimuth in that plane, counted from the x axis. The
// numbers mean what they mean to matplotlib's view_init.
func (s *Scene) View(elevation, azimuth float64) *Scene {
	if !finite(elevation) || !finite(azimuth) {
		return s.fail("view from elevation %g and azimuth %g: both must be finite", elevation, azimuth)
	}
	s.elevation, s.azimuth = elevation, azimuth
	return s
}

// Zoom enlarges the box in the picture: 1 is the usual size.
func (s *Scene) Zoom(factor float64) *Scene {
	if !(factor > 0 && factor <= 5) {
		return s.fail("zoom by %g: the factor must be above 0 and at most 5", factor)
	}
	s.zoom = factor
	return s
}

// Title sets the line above the picture.
func (s *Scene) Title(text string) *Scene { s.title = text; return s }

// XLabel names the x axis.
func (s *Scene) XLabel(text string) *Scene { s.labels[0] = text; return s }

// YLabel names the y axis.
func (s *Scene) YLabel(text string) *Scene { s.labels[1] = text; return s }

// ZLabel names the z axis.
func (s *Scene) ZLabel(text string) *Scene { s.labels[2] = text; return s }

// Points adds a series of points, drawn over those added before. The three series
// must be equally long; points that are not finite are left out.
func (s *Scene) Points(x, y, z Values, look Dot) *Scene {
	var p [3][]float64
	for i, v := range []Values{x, y, z} {
		values, err := float64s(v)
		if err != nil {
			return s.fail("points, %c: %w", 'x'+rune(i), err)
		}
		p[i] = values
	}
	if len(p[0]) != len(p[1]) || len(p[1]) != len(p[2]) {
		return s.fail("points: x has %d values, y has %d, z has %d", len(p[0]), len(p[1]), len(p[2]))
	}
	series := s.nextSeries()
	for i := range p[0] {
		s.add([3]float64{p[0][i], p[1][i], p[2][i]}, look, series)
	}
	return s
}

// Point adds one point.
func (s *Scene) Point(x, y, z float64, look Dot) *Scene {
	s.add([3]float64{x, y, z}, look, s.nextSeries())
	return s
}

func (s *Scene) nextSeries() int {
	if n := len(s.points); n > 0 {
		return s.points[n-1].series + 1
	}
	return 0
}

func (s *Scene) add(at [3]float64, look Dot, series int) {
	if !finite(at[0]) || !finite(at[1]) || !finite(at[2]) {
		return
	}
	p := spacePoint{at: at, radius: look.Radius, color: Black, series: series}
	if look.Color != nil {
		p.color = nrgba(look.Color)
	}
	if p.radius <= 0 {
		p.radius = 1.5
	}
	s.points = append(s.points, p)
}

// Err is the first mistake in the calls that built the scene, or nil.
func (s *Scene) Err() error { return s.err }

func (s *Scene) fail(format string, args ...any) *Scene {
	if s.err == nil {
		s.err = fmt.Errorf("scene: "+format, args...)
	}
	return s
}

// fitted gives the frame with limits for all axes.
func (s *Scene) fitted() frame {
	f := s.frame
	for axis := range 3 {
		if f.fixed[axis] {
			continue
		}
		values := make([]float64, len(s.points))
		for i, p := range s.points {
			values[i] = p.at[axis]
		}
		low, high, ok := bounds(values)
		switch {
		case !ok:
			low, high = 0, 1
		case low == high:
			margin := max(math.Abs(low)*0.05, 0.5)
			low, high = low-margin, high+margin
		default:
			margin := (high - low) * 0.05
			low, high = low-margin, high+margin
		}
		f.limits[axis] = [2]float64{low, high}
	}
	return f
}

func (f *frame) camera() *camera {
	return newCamera(f.limits, f.elevation, f.azimuth, f.zoom, f.width, f.height)
}

// discs projects the points: series in order, within a series the far ones first.
func (s *Scene) discs(c *camera) []disc {
	type placed struct {
		disc
		series   int
		distance float64
	}
	all := make([]placed, 0, len(s.points))
	for _, p := range s.points {
		x, y, distance := c.project(p.at[0], p.at[1], p.at[2])
		if distance <= 0 {
			continue // behind the eye
		}
		d := disc{snap(x), snap(c.height - y), float32(p.radius), p.color}
		all = append(all, placed{d, p.series, distance})
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].series != all[j].series {
			return all[i].series < all[j].series
		}
		return all[i].distance > all[j].distance
	})
	discs := make([]disc, len(all))
	for i, p := range all {
		discs[i] = p.disc
	}
	return discs
}

// Image draws the scene.
func (s *Scene) Image() (image.Image, error) {
	if s.err != nil {
		return nil, s.err
	}
	f := s.fitted()
	background, err := f.background()
	if err != nil {
		return nil, err
	}
	picture := image.NewRGBA(background.Bounds())
	draw.Draw(picture, picture.Bounds(), background, image.Point{}, draw.Src)
	paint(picture, s.discs(f.camera()), s.title)
	return picture, nil
}

var errNoFormat = errors.New("its name must end in .png or .svg")
