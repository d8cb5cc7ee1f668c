"""Runs a notebook in JupyterLab and photographs it: see README.md.

    python run.py NOTEBOOK KERNEL OUT.png
"""
import argparse
import os
import shutil
import sys
from pathlib import Path

import nbformat
from playwright.sync_api import TimeoutError, sync_playwright

from lab import Lab, launch
from page import Page

# What the page shows for each code cell: prompt, first line, outputs.
SHOWN = """(cells) => cells.map((cell) => ({
    prompt: cell.querySelector('.jp-InputPrompt').innerText,
    code: cell.querySelector('.cm-content').innerText.trim().split('\\n')[0],
    outputs: [...cell.querySelectorAll('.jp-OutputArea-output')].map((output) => ({
        kind: output.dataset.mimeType || '',
        images: [...output.querySelectorAll('img')].map((i) => i.naturalWidth ? `${i.naturalWidth}x${i.naturalHeight}` : 'BROKEN'),
        text: output.innerText.trim().slice(0, 200),
    })),
}))"""


def prepare(notebook, kernel, copy):
    """Copies a notebook without its outputs, for a kernel."""
    n = nbformat.read(notebook, 4)
    n.metadata.kernelspec = {"name": kernel, "display_name": kernel, "language": "go"}
    for c in n.cells:
        if c.cell_type == "code":
            c.outputs, c.execution_count = [], None
    nbformat.write(n, copy)


def report(page):
    """Prints what the page shows, and returns whether all pictures can be seen."""
    whole = True
    for cell in page.cells().evaluate_all(SHOWN):
        print(cell["prompt"], cell["code"])
        for output in cell["outputs"]:
            print("     ", output["kind"], *output["images"], output["text"].replace("\n", " | "))
            whole = whole and "BROKEN" not in output["images"]
    return whole


def photograph(page, base):
    """Takes one picture for each screenful of the notebook, and returns how many."""
    panel = page.page.locator(".jp-WindowedPanel-outer").first
    height, step = panel.evaluate("""(panel) => {
        const last = [...panel.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect();
        return [last.bottom - panel.getBoundingClientRect().top + panel.scrollTop, panel.clientHeight - 60];
    }""")
    n = 0
    while n == 0 or n * step < height - 60:
        panel.evaluate("(panel, top) => { panel.scrollTop = top; }", n * step)
        n += 1
        page.photograph(f"{base}-{n}.png")
    return n


def main():
    parser = argparse.ArgumentParser(description="Runs a notebook in JupyterLab and photographs it.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("kernel", help="a name from `jupyter kernelspec list`")
    parser.add_argument("image", type=Path, metavar="OUT.png")
    options = parser.parse_args()
    seconds = float(os.environ.get("TIMEOUT", 600))
    base = options.image.with_suffix("")
    base.parent.mkdir(parents=True, exist_ok=True)
    good = True
    with Lab() as lab, sync_playwright() as playwright, launch(playwright) as browser:
        copy = lab.root / options.notebook.name
        prepare(options.notebook, options.kernel, copy)
        page = Page(lab, browser.new_context(), copy.name, height=1500)
        try:
            page.run_all(seconds)
        except TimeoutError:
            print(f"not all cells have ended within {seconds:g} s")
            good = False
        page.save()
        good = report(page) and good
        print(f"{photograph(page, base)} pictures: {base}-N.png")
        for failure in page.failures():
            print(f"a cell failed: {failure}")
            good = False
        shutil.copy(copy, f"{base}.ipynb")
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
