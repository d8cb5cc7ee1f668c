// Package plt draws quick plots, points in space and animations, on
// gonum.org/v1/plot.
//
// # Plots
//
// A figure is made in one expression, and a notebook shows it when it is the last
// expression of a cell:
//
//	plt.Line(t, height).Label("measured").
//		Line(t, model).Label("model").Dashed().
//		XLabel("t (s)").YLabel("height (m)").Title("A ball")
//
// [Line], [Scatter], [Hist], [Heatmap], [Density] and [DensityIn] make figures,
// methods of the same names add to them, [Grid] sets several of them out, and
// [Figure.Save] writes .png and .svg files. Values are slices of any numeric type,
// or arrays of lib/nd. What is missing here is there in gonum: [Figure.Plot] gives
// the figure as a gonum plot, [Figure.Draw] draws on any of its canvases.
//
// # Points in space
//
// A [Scene] is a box with axes, seen in perspective as matplotlib's mplot3d draws
// it; elevation and azimuth mean the same:
//
//	plt.NewScene().Limits(-1, 1).View(30, -60).Points(x, y, z, plt.Dot{Radius: 2})
//
// # Animations
//
// [Animate] calls a function for each frame. The box is drawn once; dots are
// drawn, and frames compressed, on all processors, a few frames at a time, so that
// a thousand frames need no more memory than ten:
//
//	orbit := plt.Animate(200, func(i int, s *plt.Scene) {
//		angle := 2 * math.Pi * float64(i) / 200
//		s.Limits(-1, 1).Point(math.Cos(angle), math.Sin(angle), 0, plt.Dot{Radius: 4})
//	})
//	err := orbit.Save("orbit.gif")
//
// # Errors
//
// The calls that build a picture return it and no error; the first mistake (x and
// y of different lengths, an impossible range) is kept, and PNG, SVG, GIF, Save and
// Err return it. Nothing here panics.
//
// # What it is not for
//
// Figures for print with every detail in its place: use gonum.org/v1/plot itself.
// Surfaces, contours and interactive plots are not covered.
package plt
