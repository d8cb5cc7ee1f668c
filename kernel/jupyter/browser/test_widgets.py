"""Widgets, moved with mouse and keys."""
from playwright.sync_api import expect

import step

INTERACT = """\
widgets.Interact(func(n int, kind string) any {
	fmt.Println(kind, n)
	x, y := make([]float64, 400), make([]float64, 400)
	for i := range x {
		x[i] = float64(i) / 40
		if y[i] = math.Sin(float64(n) * x[i]); kind == "cos" {
			y[i] = math.Cos(float64(n) * x[i])
		}
	}
	return plt.Line(x, y)
}, widgets.NewIntSlider(1, 9, 2).Label("n"), []string{"sin", "cos"})"""

BUTTON = """\
pressed := 0
button, box, text := widgets.NewButton("press"), widgets.NewCheckbox("panic", false), widgets.NewText("name").Label("who")
bar, label, out := widgets.NewFloatProgress(5).Label("pressed"), widgets.NewHTML("<b>not yet</b>"), widgets.NewOutput()
button.OnClick(func() {
	pressed++
	bar.Set(float64(pressed))
	label.Set(fmt.Sprintf("<b>%d times</b>", pressed))
	out.Replace(func() {
		fmt.Println("hello", text.Value(), pressed)
		if box.Value() {
			panic("the callback fails")
		}
	})
})
widgets.NewVBox(widgets.NewHBox(button, box, text), widgets.NewHBox(bar, label), widgets.NewFloatSlider(0, 1, 0.25), out)"""


def area(page, i):
    """The part of an output in which callbacks write."""
    return page.output(i).locator(".jp-OutputArea, .jupyter-widgets-output-area").last


class Widgets(step.Step):
    def test_slider(self):
        with self.page(INTERACT) as page:
            self.assertRuns(page, 0)
            expect(area(page, 0)).to_contain_text("sin 2")
            picture = page.output(0).locator("img")
            before = picture.get_attribute("src")
            self.photograph(page, "before")
            handle = page.output(0).locator(".noUi-handle").first
            handle.focus()
            for _ in range(3):
                page.page.keyboard.press("ArrowRight")
            expect(area(page, 0)).to_contain_text("sin 5")
            expect(picture).to_have_count(1)  # the plot is replaced, not added
            expect(picture).not_to_have_attribute("src", before)
            self.photograph(page, "moved")
            self.drag(page, handle, by=400)
            expect(area(page, 0)).to_contain_text("sin 9")
            page.output(0).locator("select").select_option("cos")
            expect(area(page, 0)).to_contain_text("cos 9")

            page.save()
            page.open()
            handle.wait_for()
            expect(area(page, 0)).to_contain_text("cos 9")
            handle.focus()
            page.page.keyboard.press("ArrowLeft")
            expect(area(page, 0)).to_contain_text("cos 8")
            expect(picture).to_have_count(1)
            self.photograph(page, "opened-again")

    def drag(self, page, handle, by):
        """Pulls a handle to the right, by pixels."""
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = page.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + by, y, steps=5)
        mouse.up()

    def test_button(self):
        with self.page(BUTTON) as page:
            self.assertRuns(page, 0)
            output = page.output(0)
            button = output.locator("button.jupyter-button")
            output.locator("input[type=text]").fill("Größe")
            page.page.keyboard.press("Enter")
            for i in range(1, 4):
                button.click()
                expect(area(page, 0)).to_contain_text(f"hello Größe {i}")
            expect(output).to_contain_text("3 times")
            expect(output.locator(".progress-bar")).to_be_visible()
            expect(page.page.get_by_text("javascript error")).to_have_count(0)
            self.photograph(page)
            panics = output.locator("input[type=checkbox]")
            panics.check()
            button.click()
            expect(area(page, 0)).to_contain_text("the callback fails")
            self.photograph(page, "callback-fails")
            panics.uncheck()
            button.click()
            expect(area(page, 0)).to_contain_text("hello Größe 5")
