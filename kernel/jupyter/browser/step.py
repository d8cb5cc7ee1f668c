"""What the steps of the browser test share: the server, the browser, and how a
step that fails says what was seen.
"""
import unittest
from contextlib import contextmanager

import nbformat
from playwright.sync_api import expect

from page import Page

lab = None  # the server of all steps
context = None  # the browser's profile
kernel = ""  # the name of the kernelspec
out = None  # the folder of the photographs


def write(name, cells):
    """Puts a notebook of code cells into the server's folder."""
    n = nbformat.v4.new_notebook()
    n.cells = [nbformat.v4.new_code_cell(code) for code in cells]
    put(name, n)


def put(name, n):
    n.metadata.kernelspec = {"name": kernel, "display_name": "Go (Galago)", "language": "go"}
    nbformat.write(n, lab.root / name)


class Step(unittest.TestCase):
    """A test whose pictures are called after it."""

    maxDiff = None

    def name(self):
        return self._testMethodName.removeprefix("test_")

    @contextmanager
    def page(self, *cells, **options):
        """A notebook of these code cells, open in the browser."""
        write(f"{self.name()}.ipynb", cells)
        with self.opened(**options) as page:
            yield page

    @contextmanager
    def opened(self, **options):
        """The notebook that bears the step's name, open in the browser."""
        page = None
        try:
            page = Page(lab, context, f"{self.name()}.ipynb", **options)
            yield page
            self.assertEqual(page.strangers, [], "the page needs the network")
            self.assertEqual(page.errors, [], "scripts of the page fail")
        except Exception as error:
            raise AssertionError(f"{error}\n\n{self.evidence()}") from error
        finally:
            for open_page in context.pages:
                open_page.close()
            lab.end_kernels()

    def evidence(self):
        """What there is to see where a step fails."""
        seen = []
        for page in context.pages:
            picture = out / f"{self.name()}-failed.png"
            page.screenshot(path=picture)
            seen.append(f"the page ({picture}):\n{page.locator('body').inner_text()}")
        return "\n".join([*seen, f"JupyterLab says:\n{lab.log()}"])

    def photograph(self, page, name=""):
        """Takes out/browser/STEP.png or STEP-NAME.png."""
        page.photograph(out / f"{self.name()}{'-' if name else ''}{name}.png")

    def assertRuns(self, page, i, shows=None):
        """Runs cell i, which does not fail and whose output matches."""
        page.run(i)
        self.assertEqual(page.failures(), [], f"cell {i} fails")
        if shows is not None:
            self.assertShows(page, i, shows)

    def assertShows(self, page, i, text):
        expect(page.output(i)).to_contain_text(text)
