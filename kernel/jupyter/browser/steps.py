"""Runs the browser test: one JupyterLab and one browser for all its steps.

    python steps.py --kernel NAME --out FOLDER [-k STEP]...

KERNEL is one of `jupyter kernelspec list`. Each step writes two lines of JSON,
{"begin": NAME} and {"end": NAME, "failure": TEXT}. When standard input ends, all
is ended: so nothing outlives whoever started the test.
"""
import argparse
import json
import os
import sys
import threading
import traceback
import unittest
from pathlib import Path

from playwright.sync_api import sync_playwright

import step
from lab import Lab, launch

MODULES = ["test_galaxy", "test_kernel", "test_assist", "test_outputs", "test_widgets"]


class Report(unittest.TestResult):
    """Tells of each step when it begins and when it has ended."""

    def startTest(self, test):
        super().startTest(test)
        self.failure = ""
        say(begin=test.name())

    def stopTest(self, test):
        super().stopTest(test)
        say(end=test.name(), failure=self.failure)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.failure += describe(error)

    def addError(self, test, error):
        super().addError(test, error)
        self.failure += describe(error)


def describe(error):
    """Where in the step it happened, and what."""
    _, value, _ = error
    cause = value.__cause__ or value
    frames = [f for f in traceback.extract_tb(cause.__traceback__) if Path(f.filename).name.startswith("test_")]
    return "\n".join([*(f"{Path(f.filename).name}:{f.lineno}: {f.line}" for f in frames), str(value)])


def say(**line):
    print(json.dumps(line), flush=True)


def end_with_input(lab):
    """Ends the server, and this program, which takes the browser with it."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    lab.stop()
    os._exit(1)


parser = argparse.ArgumentParser()
parser.add_argument("--kernel", required=True)
parser.add_argument("--out", type=Path, required=True)
parser.add_argument("-k", action="append", help="only steps whose name contains this")
options = parser.parse_args()

options.out.mkdir(parents=True, exist_ok=True)
loader = unittest.TestLoader()
if options.k:
    loader.testNamePatterns = [f"*{k}*" for k in options.k]
suite = loader.loadTestsFromNames(MODULES)
with Lab() as lab:
    threading.Thread(target=end_with_input, args=[lab], daemon=True).start()
    with sync_playwright() as playwright, launch(playwright) as browser:
        step.lab, step.kernel, step.out = lab, options.kernel, options.out.resolve()
        step.context = browser.new_context()
        result = suite.run(Report())
sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
