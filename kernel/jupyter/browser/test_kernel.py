"""Interrupting a cell and restarting the kernel, with the mouse and with keys."""
from playwright.sync_api import expect

import step

ENDLESS = 'fmt.Println("round and round")\nfor {\n\tturns++\n}'


class Kernel(step.Step):
    def test_interrupt(self):
        def from_the_menu(page):
            page.menu("Kernel", "Interrupt Kernel")

        def with_keys(page):
            page.page.keyboard.press("Escape")
            page.page.keyboard.press("i")
            page.page.keyboard.press("i")

        def from_the_toolbar(page):
            page.page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]').click()

        with self.page("turns, kept := 0, 41", ENDLESS, "kept + 1", ENDLESS, "kept + 2", ENDLESS, "turns > 0") as page:
            self.assertRuns(page, 0)
            for n, interrupt in enumerate([from_the_menu, with_keys, from_the_toolbar]):
                endless = 1 + 2 * n
                page.start(endless)
                self.assertShows(page, endless, "round and round")
                expect(page.cell(endless).locator(".jp-InputPrompt")).to_contain_text("*")
                interrupt(page)
                self.assertShows(page, endless, "interrupt")
                page.wait_for_idle()
                self.assertEqual(len(page.failures()), n + 1)
                page.run(endless + 1)
                self.assertShows(page, endless + 1, ["42", "43", "true"][n])
            self.photograph(page)

    def test_restart(self):
        with self.page("x := 41", "x + 1", "x", "type x string\nx(`a new session`)") as page:
            self.assertRuns(page, 0)
            self.assertRuns(page, 1, "42")
            page.menu("Kernel", "Restart Kernel…")
            dialog = page.page.locator(".jp-Dialog")
            self.assertIn("Restart", dialog.inner_text())
            page.page.screenshot(path=step.out / "restart-dialog.png")
            with page.page.expect_response(lambda r: r.url.split("?")[0].endswith("/restart")):
                dialog.get_by_role("button", name="Confirm Kernel Restart").click()
            expect(dialog).to_have_count(0)
            page.wait_for_idle()
            page.run(2)
            self.assertShows(page, 2, "undefined: x")
            page.run(3)
            self.assertShows(page, 3, "a new session")
            expect(page.cell(3).locator(".jp-InputPrompt")).to_have_text("[2]:")
            self.photograph(page)
