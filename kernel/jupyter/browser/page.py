"""A notebook as its user sees it: a page of JupyterLab, and what hands do with it."""
from urllib.parse import quote, urlsplit

import nbformat
from playwright.sync_api import expect

from lab import TIMEOUT

expect.set_options(timeout=1000 * TIMEOUT)


class Page:
    """An open notebook of the server's root folder."""

    def __init__(self, lab, context, name, height=1000):
        self.lab, self.name = lab, name
        self.strangers = []  # addresses outside of this machine that the page has asked for
        self.errors = []  # of the page's scripts
        self.page = context.new_page()
        self.page.set_viewport_size({"width": 1280, "height": height})
        self.page.set_default_timeout(1000 * TIMEOUT)
        self.page.on("request", lambda r: self.meet(r.url))
        self.page.on("websocket", lambda s: self.meet(s.url))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.open()

    def meet(self, url):
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.strangers.append(url)

    def open(self):
        """Opens the page, for the first time or again."""
        self.page.goto(self.lab.url(f"lab/tree/{quote(self.name)}?reset"))
        self.wait_for_idle()
        sidebar = self.page.locator("#jp-left-stack")
        self.cells().first.wait_for()
        if sidebar.is_visible():
            self.page.keyboard.press("Control+b")  # room for the notebook
            sidebar.wait_for(state="hidden")

    def close(self):
        self.page.close()

    # --- where things are

    def cells(self):
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    def cell(self, i):
        """Code cell i, from 0."""
        return self.cells().nth(i)

    def editor(self, i):
        return self.cell(i).locator(".jp-InputArea-editor .cm-content")

    def output(self, i):
        return self.cell(i).locator(".jp-Cell-outputArea")

    def status(self, state):
        return self.page.locator("#jp-main-statusbar").get_by_text(f"| {state}")

    def code(self, i):
        """The text of a cell."""
        return "\n".join(self.editor(i).locator(".cm-line").all_inner_texts())

    # --- what hands do

    def menu(self, menu, item):
        bar = self.page.locator("#jp-menu-panel")
        bar.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu").get_by_role("menuitem", name=item).first.click()

    def click_into(self, i):
        """Puts the cursor at the end of a cell's text."""
        self.editor(i).click()
        self.page.keyboard.press("Control+End")

    def start(self, i):
        """Begins to run a cell."""
        self.click_into(i)
        self.page.keyboard.press("Control+Enter")

    def run(self, i):
        """Runs a cell to its end. Its number comes after all that it shows."""
        prompt = self.cell(i).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.start(i)
        self.page.wait_for_function(
            "([element, before]) => /\\d/.test(element.innerText) && element.innerText !== before",
            arg=[prompt.element_handle(), before])

    def run_all(self, timeout=TIMEOUT):
        """Runs all cells, up to the end or to a failure, and waits for what they show.
        The time is in seconds."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """() => {
                const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')]
                    .filter((cell) => cell.querySelector('.cm-content').innerText.trim());
                const prompts = cells.map((cell) => cell.querySelector('.jp-InputPrompt').innerText);
                const failed = document.querySelector('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]');
                return prompts.every((p) => /\\d/.test(p)) || failed && !prompts.some((p) => p.includes('*'));
            }""", timeout=1000 * timeout)
        self.wait_for_idle()
        self.settle()

    def save(self):
        """Saves the notebook and waits until that is done."""
        with self.page.expect_response(
                lambda r: r.request.method == "PUT" and "/api/contents/" in r.url and r.ok):
            self.menu("File", "Save Notebook")

    # --- what eyes wait for

    def wait_for_idle(self):
        self.status("Idle").wait_for()

    def settle(self):
        """Waits until pictures are decoded, formulas are set and all is painted."""
        self.page.wait_for_function(
            """() => [...document.images].every((i) => i.complete)
                && [...document.querySelectorAll('.jp-RenderedMarkdown')].every((markdown) => {
                    const copy = markdown.cloneNode(true);
                    copy.querySelectorAll('code').forEach((code) => code.remove());
                    return !/\\$[^$]+\\$/.test(copy.textContent);
                })""")
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def failures(self):
        """What the cells that failed say, in the notebook as it is saved: the page
        draws an error as it draws any text on standard error."""
        self.save()
        n = nbformat.read(self.lab.root / self.name, 4)
        outputs = [o for c in n.cells if c.cell_type == "code" for o in c.outputs]
        return [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]

    def text(self):
        """The whole page, as text."""
        return self.page.locator("body").inner_text()

    def photograph(self, path):
        self.settle()
        self.page.screenshot(path=path)
