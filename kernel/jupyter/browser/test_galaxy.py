"""The example notebook on two ranks."""
import time
from pathlib import Path

import nbformat
from playwright.sync_api import expect

import step
from lab import TIMEOUT

EXAMPLES = Path(__file__).parents[3] / "notebooks"
# Fewer ranks and pictures than in the original. The rank cell gets what that
# does without: a progress bar.
CHANGES = {
    "%%mpi -n 8": "%%mpi -n 2",
    "Animate(1000,": "Animate(60,",
    "/ 999": "/ 59",
    "start := time.Now()\n": "start := time.Now()\nbar := notebook.Progress(last - first)\nbar.Label(fmt.Sprintf(\"rank %d\", rank))\n",
    "must0(velStars.Write(vel[:], i))\n": "must0(velStars.Write(vel[:], i))\n\tbar.Add(1)\n",
}


class Galaxy(step.Step):
    def test_galaxy(self):
        n = nbformat.read(EXAMPLES / "galaxy.ipynb", 4)
        for old, new in CHANGES.items():
            cells = [c for c in n.cells if old in c.source and c.cell_type == "code"]
            self.assertTrue(cells, f"galaxy.ipynb has no {old!r} any more")
            for c in cells:
                c.source = c.source.replace(old, new)
        step.put("galaxy.ipynb", n)
        codes = [c.source for c in n.cells if c.cell_type == "code"]

        def index(text):
            return next(i for i, code in enumerate(codes) if text in code)

        with self.opened() as page:
            page.run_all(600)  # as the first step it may have to wait until the engine is built
            self.assertEqual(page.failures(), [])
            expect(page.page.locator(".jp-RenderedMarkdown mjx-container").first).to_be_visible()

            job = index("%%mpi")
            for said in "MPI Rank 0 :", "MPI Rank 1 :", "Success!":
                self.assertShows(page, job, said)
            expect(page.output(job)).not_to_contain_text("MPI Rank 2")
            bar = page.output(job).locator("progress")
            expect(bar).to_have_count(1)  # rank 0 draws
            expect(bar).to_have_js_property("value", 500)
            self.assertShows(page, job, "rank 0")
            self.assertShows(page, index("h5.Open"), "pos_pt")

            for plot in "A star and the nucleus", "Star 123", "Stars per cell":
                image = page.output(index(plot)).locator("img")
                expect(image).to_have_count(1)
                self.assertGreater(image.evaluate("(image) => image.naturalWidth"), 300)
            film = page.output(index("NewScene")).locator("img[src^='data:image/gif']")
            self.assertGreater(film.evaluate("(image) => image.naturalWidth"), 300)

            for name, i in ("job", job), ("plot", index("Star 123")), ("snapshots", index("Stars per cell")):
                page.output(i).scroll_into_view_if_needed()
                self.photograph(page, name)
            film.scroll_into_view_if_needed()
            first = film.screenshot(path=step.out / "galaxy-animation-1.png")
            deadline = time.monotonic() + TIMEOUT
            while film.screenshot(path=step.out / "galaxy-animation-2.png") == first:
                self.assertLess(time.monotonic(), deadline, "the animation does not move")
            self.photograph(page, "animation")
