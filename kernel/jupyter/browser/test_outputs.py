"""What cells show and ask."""
from playwright.sync_api import expect

import step

PROGRESS = """\
bar := notebook.Progress(40)
for i := range 40 {
	if i == 20 {
		notebook.Input("half way")
	}
	time.Sleep(10 * time.Millisecond)
	bar.Add(1)
}
fmt.Println("all done")"""

CLEAR = """\
for i := range 5 {
	notebook.ClearOutput(true)
	fmt.Println("pass", i)
}"""


class Outputs(step.Step):
    def test_errors(self):
        cells = [
            "func third(s []int) int {\n\treturn s[3]\n}",
            "numbers := []int{1, 2}\nthird(numbers)",
            'var n int = "text"\nfmt.Println(m)',
            'must(os.Open("no-such-file"))',
            "fmt.Println",
        ]
        with self.page(*cells) as page:
            self.assertRuns(page, 0)
            for i, text in (1, "index out of range [3] with length 2"), (2, "undefined: m"), (3, "no-such-file"):
                page.run(i)
                self.assertShows(page, i, text)
                error = page.output(i).locator('[data-mime-type="application/vnd.jupyter.stderr"]')
                red = error.locator(".ansi-red-fg, .ansi-red-intense-fg").first
                expect(red).to_be_visible()
                colour = red.evaluate("(e) => getComputedStyle(e).color")
                self.assertNotEqual(colour, error.locator("pre").evaluate("(e) => getComputedStyle(e).color"))
                self.assertNotIn("\x1b", error.inner_text())
            expect(page.editor(1)).to_have_attribute("data-language", "go")  # it is coloured as Go
            self.photograph(page)

    def test_input(self):
        with self.page(
            'name := must(notebook.Input("your name? "))\nfmt.Println("hello", name)',
            'len(must(notebook.Password("a secret: ")))',
        ) as page:
            for i, answer, kind, shows in (0, "Käthe", "text", "hello Käthe"), (1, "sesame", "password", "6"):
                page.start(i)
                box = page.output(i).locator("input.jp-Stdin-input")
                expect(box).to_have_js_property("type", kind)
                box.fill(answer)
                self.photograph(page, kind)
                box.press("Enter")
                self.assertShows(page, i, shows)
                page.wait_for_idle()
            self.assertNotIn("sesame", page.text())
            self.assertEqual(page.failures(), [])
            self.photograph(page, "answered")

    def test_progress_and_clearing(self):
        with self.page(PROGRESS, CLEAR) as page:
            page.start(0)
            box = page.output(0).locator("input.jp-Stdin-input")
            box.wait_for()
            bar = page.output(0).locator("progress")
            expect(bar).to_have_count(1)
            expect(bar).not_to_have_js_property("value", 0)
            self.photograph(page, "half")
            box.press("Enter")
            self.assertShows(page, 0, "all done")
            expect(bar).to_have_count(1)
            expect(bar).to_have_js_property("value", 40)
            self.assertRuns(page, 1, "pass 4")
            expect(page.output(1)).not_to_contain_text("pass 3")
            self.photograph(page)

    def test_values(self):
        cells = [
            'type planet struct {\n\tName string\n\tMass float64 // kg\n\tMoons int\n}\n'
            '[]planet{{"Earth", 5.97e24, 1}, {"Mars", 6.42e23, 2}, {"Jupiter <big>", 1.9e27, 95}}',
            "map[string]int{`b`: 2, `a`: 1}",
            "notebook.LaTeX(`E = m c^2`)\nnotebook.Markdown(`**strong** and $\\alpha$`)",
            "plt.Line([]float64{0, 1, 2}, []float64{0, 1, 4}).Title(`squares`)",
            "plt.Heatmap([][]float64{{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1}}).Title(`wide`)",
        ]
        with self.page(*cells, height=1700) as page:
            page.run_all()
            self.assertEqual(page.failures(), [])
            table = page.output(0).locator("table")
            for text in "Name", "Mass", "Moons", "Earth", "Jupiter <big>", "95":
                expect(table).to_contain_text(text)
            expect(page.output(1).locator("table")).to_contain_text("a")
            expect(page.output(2).locator("mjx-container")).to_have_count(2)
            expect(page.output(2).locator("strong")).to_have_text("strong")
            for plot in 3, 4:
                self.assertGreater(page.output(plot).locator("img, svg").first.bounding_box()["width"], 200)
            self.photograph(page)
