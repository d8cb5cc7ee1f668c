"""Notebooks under the programs that execute notebooks: nbclient, nbconvert,
papermill and jupyter console.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat
import pexpect
from nbclient import NotebookClient

KERNEL = "galago-test"
EXAMPLES = Path(__file__).parents[3] / "notebooks"
os.environ.setdefault("GALAGO_MPI", "openmpi")  # which is the faster one with more ranks than cores
JUPYTER = Path(sys.executable).with_name("jupyter")
# Fewer stars and pictures than in the original: what is tested is the client.
SMALLER = {"stars = 1000": "stars = 16", "Animate(1000,": "Animate(5,", "/ 999": "/ 4", "123": "12"}

PARAMETERS = """\
n := 8               // ranks
var mass float64 = 1 // kg
name := "a"
weights := []float64{1}
"""


def jupyter(*arguments, cwd):
    r = subprocess.run([str(JUPYTER), *map(str, arguments)], cwd=cwd, capture_output=True, text=True)
    assert r.returncode == 0, r.stdout + r.stderr


def execute_nbclient(source, cwd):
    n = nbformat.read(source, 4)
    NotebookClient(n, kernel_name=KERNEL, timeout=600, resources={"metadata": {"path": str(cwd)}}).execute()
    return n


def execute_nbconvert(source, cwd):
    jupyter(
        "nbconvert", "--to", "notebook", "--execute", f"--ExecutePreprocessor.kernel_name={KERNEL}",
        "--ExecutePreprocessor.timeout=600", "--output", "out.ipynb", source, cwd=cwd)
    return nbformat.read(cwd / "out.ipynb", 4)


def execute_papermill(source, cwd, *arguments):
    r = subprocess.run(
        [sys.executable, "-m", "papermill", str(source), "out.ipynb", "-k", KERNEL, "--no-progress-bar", *arguments],
        cwd=cwd, capture_output=True, text=True)
    assert r.returncode == 0, r.stdout + r.stderr
    return nbformat.read(cwd / "out.ipynb", 4)


def printed(n):
    return "".join(o.text for c in n.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream")


def kinds(n):
    """What a notebook shows: the kind and the MIME types of each output. Text in
    several pieces, which papermill does not join, is one output.
    """
    shown = []
    for c in n.cells:
        shown.append([])
        for o in c.outputs if c.cell_type == "code" else []:
            kind = (o.output_type, o.get("name"), *sorted(o.get("data", {})))
            if kind[0] != "stream" or shown[-1][-1:] != [kind]:
                shown[-1].append(kind)
    return shown


class Clients(unittest.TestCase):
    def test_the_examples_show_the_same_under_all(self):
        for name, said in (
            ("hello_mpi", "Hello from MPI rank 41 !"), ("hdf5_parallel", "42 MPI ranks have finished writing!"),
            ("galaxy", "Success!"),
        ):
            shown = {}
            for execute in execute_nbclient, execute_nbconvert, execute_papermill:
                with self.subTest(name, client=execute.__name__), tempfile.TemporaryDirectory() as folder:
                    cwd = Path(folder)
                    text = (EXAMPLES / f"{name}.ipynb").read_text()
                    if name == "galaxy":
                        for old, new in SMALLER.items():
                            text = text.replace(old, new)
                    source = cwd / f"{name}.ipynb"
                    source.write_text(text)
                    n = execute(source, cwd)
                    nbformat.validate(n)
                    self.assertIn(said, printed(n))
                    self.assertEqual(n.metadata.language_info.name, "go")
                    shown[execute.__name__] = kinds(n)
            self.assertTrue(all(s == shown["execute_nbclient"] for s in shown.values()), shown)
            self.assertTrue(any(o for o in shown["execute_nbclient"]))

    def parameterized(self, cwd, cell):
        n = nbformat.v4.new_notebook()
        n.metadata.kernelspec = {"name": KERNEL, "display_name": "Go", "language": "go"}
        n.cells = [
            nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(cell)]
        nbformat.write(n, cwd / "in.ipynb")
        return cwd / "in.ipynb"

    def test_papermill_gives_parameters(self):
        cell = 'fmt.Printf("%v %.2f %q %v %v %T", n, mass/4, name, weights, sizes, table)'
        with tempfile.TemporaryDirectory() as folder:
            cwd = Path(folder)
            source = self.parameterized(cwd, cell)
            n = execute_papermill(
                source, cwd, "-p", "n", "5", "-p", "mass", "2", "-r", "name", 'q"\\ü',
                "-y", "{weights: [1, 2], sizes: [3, 4], table: {a: [true], b: []}}")
            self.assertEqual(printed(n), '5 0.50 "q\\"\\\\ü" [1 2] [3 4] map[string]interface {}')
            self.assertEqual(n.cells[1].metadata.tags, ["injected-parameters"])
            # The notebook that came out can be run with other parameters.
            os.rename(cwd / "out.ipynb", source)
            n = execute_papermill(source, cwd, "-p", "n", "6", "-y", "{sizes: [], table: {}}")
            self.assertTrue(printed(n).startswith('6 0.25 "a" [1] [] '), printed(n))

    def test_papermill_tells_a_parameter_of_the_wrong_type(self):
        with tempfile.TemporaryDirectory() as folder:
            cwd = Path(folder)
            with self.assertRaises(AssertionError) as e:
                execute_papermill(self.parameterized(cwd, "n"), cwd, "-r", "n", "many")
            self.assertIn("cannot use", str(e.exception))

    def test_papermill_lists_the_parameters(self):
        with tempfile.TemporaryDirectory() as folder:
            source = self.parameterized(Path(folder), "n")
            r = subprocess.run([sys.executable, "-m", "papermill", "--help-notebook", str(source)], capture_output=True, text=True)
            self.assertIn("mass: float64 (default 1)", r.stdout)
            self.assertIn("ranks", r.stdout)

    def test_console(self):
        with tempfile.TemporaryDirectory() as folder:
            console = Console(folder)
            console.enter(1, "x := 40 + 1")
            console.enter(2, "x + 1")
            console.wait("Out[2]: 42")
            # An open brace continues on a line of its own.
            console.enter(3, "for i := range 3 {")
            console.wait("...: ")
            console.send('fmt.Println("line", i, x)\r')
            console.send("}\r")
            console.wait("\nline 2 41")
            # A cell of an example, pasted.
            hello = json.loads((EXAMPLES / "hello_mpi.ipynb").read_text())
            code = next("".join(c["source"]) for c in hello["cells"] if c["cell_type"] == "code")
            console.enter(4, "\x1b[200~" + code + "\x1b[201~")
            console.wait("\nHello from MPI rank 41 !")
            console.enter(5, 'must(notebook.Input("your name? "))')
            console.wait("\nyour name? ")
            console.send("Käthe\n")
            console.wait('Out[5]: "Käthe"')
            console.enter(6, 'fmt.Println("looping"); for { }')
            console.wait("\nlooping")
            console.terminal.sendintr()
            console.wait("interrupt")
            console.enter(7, "x")
            console.wait("Out[7]: 41")
            console.wait("In [8]: ")
            console.terminal.sendeof()
            console.wait("exit")
            console.send("y\r")
            console.terminal.expect(pexpect.EOF)
            console.terminal.close()
            self.assertEqual(console.terminal.exitstatus, 0)


class Console:
    """jupyter console in a terminal, seen without colours and cursor movements."""

    def __init__(self, folder):
        self.terminal = pexpect.spawn(
            str(JUPYTER), ["console", "--kernel", KERNEL], cwd=folder, timeout=120, encoding="utf-8",
            dimensions=(50, 200), env={**os.environ, "TERM": "xterm", "JUPYTER_CONFIG_DIR": folder})
        self.seen = ""

    def send(self, text):
        self.terminal.send(text)

    def wait(self, text):
        """Waits until the text is there, and forgets what comes before it."""
        while text not in (plain := re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", self.seen)):
            try:
                self.seen += self.terminal.read_nonblocking(4096, timeout=120)
            except pexpect.TIMEOUT:
                raise AssertionError(f"{text!r} does not come; there is {plain!r}") from None
        self.seen = plain.partition(text)[2]

    def enter(self, number, code):
        self.wait(f"In [{number}]: ")
        self.send(code + "\r")
