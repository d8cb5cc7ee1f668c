"""jupyter_kernel_test, against the installed kernelspec named galago-test."""
import unittest

import jupyter_kernel_test

import snippets
from snippets import cell

KERNEL = "galago-test"


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "go"
    file_extension = ".go"
    supported_history_operations = ("tail", "range", "search")


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


def load_tests(loader, tests, pattern):
    """Fills in the cells, once the language is known."""
    Conformance.code_hello_world = cell("print", "hello, world")
    Conformance.code_stderr = cell("print_error", "test")
    Conformance.code_generate_error = cell("fail", "no")
    Conformance.code_execute_result = [{"code": cell("value", n), "result": str(n)} for n in (42, 43, 44)]
    Conformance.code_display_data = [{"code": cell("html", "<b>x</b>"), "mime": "text/html"}]
    Conformance.code_clear_output = cell("clear_wait")
    Conformance.code_history_pattern = "*4[4]"
    Conformance.complete_code_samples = [cell("nothing")]
    Conformance.incomplete_code_samples = [cell("incomplete")]
    Conformance.invalid_code_samples = [cell("invalid")]
    if snippets.language is snippets.echo:
        Conformance.completion_samples = [{"text": "pri", "matches": ["print"]}]
        Conformance.code_inspect_sample = "print"
        Conformance.code_page_something = "?print"
    else:
        Conformance.completion_samples = [
            {"text": "strings.ToUpperS", "matches": ["ToUpperSpecial"]}, {"text": "strings.Fi"}, {"text": "zzzz", "matches": []}]
        Conformance.code_inspect_sample = "strings.ToUpper"
        Conformance.code_page_something = "strings.ToUpper?"
    suite = unittest.TestSuite()
    for group in tests:
        for test in group:
            if type(test).__module__ == __name__:
                suite.addTest(test)
    return suite
