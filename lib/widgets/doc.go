// Package widgets puts controls into a notebook: sliders, buttons and the like,
// drawn by the front end of ipywidgets, that call Go functions of the session.
//
//	widgets.Interact(func(n int) any {
//		x, y := simulate(n)
//		return plt.Line(x, y)
//	}, widgets.NewIntSlider(10, 500, 100).Label("points"))
//
// or by hand:
//
//	slider, out := widgets.NewIntSlider(1, 10, 3), widgets.NewOutput()
//	slider.OnChange(func(n int) { out.Replace(func() { fmt.Println(n, "squared is", n*n) }) })
//	widgets.NewVBox(slider, out)
//
// A widget is a value that shows itself, as the last expression of a cell or by
// notebook.Show. Its value can be read and set at any time, from any goroutine, also
// in a tight loop: what is drawn changes at most twenty times a second.
//
// # Callbacks
//
// Functions given to OnChange and OnClick run in the session between cells, one at
// a time: while a cell runs they wait until it has ended. They are interrupted as a
// cell is. What a callback prints and shows is seen in an [Output] whose Do or
// Replace it calls; JupyterLab shows the rest in its log only. If a callback
// panics, the failure is shown there, too. Inside an Output a display handle, and
// so a bar of notebook.Progress, stays as it was first shown: use [FloatProgress].
//
// # Without ipywidgets
//
// JupyterLab needs the package jupyterlab_widgets from PyPI. Without it, and in
// galago run, a plain program or a rank, a widget is shown as a line of text with
// its value, functions run once with the values that there are, and nothing moves.
package widgets
