"""A notebook executed by nbclient, as nbconvert and papermill do it."""
import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from snippets import cell

KERNEL = "galago-test"


def notebook(*codes):
    n = nbformat.v4.new_notebook()
    n.cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return n


class NbClient(unittest.TestCase):
    def test_outputs_are_kept_and_valid(self):
        n = notebook(cell("mixed"), cell("lines", 1000), cell("value", 7))
        NotebookClient(n, kernel_name=KERNEL, timeout=300).execute()
        nbformat.validate(n)
        self.assertEqual(
            [o.output_type for o in n.cells[0].outputs],
            ["stream", "stream", "display_data", "stream", "execute_result"])
        self.assertEqual([c.execution_count for c in n.cells], [1, 2, 3])
        text = "".join(o.text for o in n.cells[1].outputs)
        self.assertEqual(text, "".join(f"line {i}\n" for i in range(1000)))
        self.assertEqual(n.metadata.language_info.name, "go")

    def test_an_error_ends_the_notebook(self):
        n = notebook(cell("value", 1), cell("fail", "no"), cell("value", 2))
        with self.assertRaises(CellExecutionError):
            NotebookClient(n, kernel_name=KERNEL, timeout=300).execute()
        self.assertEqual(n.cells[1].outputs[-1].output_type, "error")
        self.assertEqual(n.cells[2].outputs, [])

    def test_errors_can_be_allowed(self):
        n = notebook(cell("fail", "no"), cell("value", 2))
        NotebookClient(n, kernel_name=KERNEL, timeout=300, allow_errors=True).execute()
        self.assertEqual(n.cells[1].outputs[0].data["text/plain"], "2")
