"""Completing with Tab and looking things up with Shift-Tab."""
from playwright.sync_api import expect

import step

STAR = """\
// A Star shines.
type Star struct {
	Mass, Radius float64
}

// Heavier returns a star like this one with more mass, in kg.
func (s Star) Heavier(by float64) Star { s.Mass += by; return s }

sun := Star{2e30, 7e8}"""


class Assist(step.Step):
    def choose(self, page, i, item):
        """Presses Tab at the end of a cell and takes one item of the list."""
        page.click_into(i)
        page.page.keyboard.press("Tab")
        items = page.page.locator(".jp-Completer .jp-Completer-item")
        chosen = items.filter(has_text=item).first
        expect(chosen).to_be_visible()
        return items, chosen

    def test_complete(self):
        with self.page("fmt.Prin", STAR, "sun.", 'fmt.Println("busy")\nfor {\n}', "strings.ToU") as page:
            items, item = self.choose(page, 0, "Println")
            names = items.all_inner_texts()
            for name in "Print", "Printf", "Println":
                self.assertTrue(any(name in n.split() for n in names), names)
            self.photograph(page, "list")
            item.click()
            self.assertEqual(page.code(0), "fmt.Println")
            page.page.keyboard.type('("typed on")')
            self.assertEqual(page.code(0), 'fmt.Println("typed on")')
            self.assertRuns(page, 0, "typed on")

            self.assertRuns(page, 1)
            items, item = self.choose(page, 2, "Heavier")
            names = " ".join(items.all_inner_texts())
            self.assertTrue("Mass" in names and "Radius" in names, names)
            self.photograph(page, "members")
            page.page.keyboard.type("Ma")
            expect(items).to_have_count(1)
            page.page.keyboard.press("Enter")
            self.assertEqual(page.code(2), "sun.Mass")
            self.assertRuns(page, 2, "2e+30")

            page.start(3)
            self.assertShows(page, 3, "busy")
            _, item = self.choose(page, 4, "ToUpper")
            expect(page.cell(3).locator(".jp-InputPrompt")).to_contain_text("*")
            self.photograph(page, "while-a-cell-runs")
            item.click()
            self.assertIn("strings.ToUpper", page.code(4))
            page.menu("Kernel", "Interrupt Kernel")
            page.wait_for_idle()

    def test_inspect(self):
        with self.page("fmt.Println", STAR, "sun.Heavier") as page:
            for i, shows, name in (
                (0, ["func fmt.Println(a ...any) (n int, err error)", "Println formats using the default formats"], "library"),
                (2, ["Heavier(by float64) Star", "returns a star like this one"], "own"),
            ):
                if i:
                    self.assertRuns(page, 1)
                page.click_into(i)
                page.page.keyboard.press("Shift+Tab")
                tooltip = page.page.locator(".jp-Tooltip")
                for text in shows:
                    expect(tooltip).to_contain_text(text)
                self.photograph(page, name)
                page.page.keyboard.press("Escape")
                expect(tooltip).to_have_count(0)
