"""Runs the tests of this folder against a kernel.

    python run.py --language echo|go MODULE... -- KERNEL ARGUMENT...

The kernel is started as KERNEL ARGUMENT... -f CONNECTION_FILE. Example, from
the repository's root:

    .venv/bin/python kernel/jupyter/testdata/run.py --language go \
        test_execute test_control test_protocol -- bin/galago kernel
"""
import argparse
import os
import sys
import unittest

import client
import snippets

parser = argparse.ArgumentParser()
parser.add_argument("--language", choices=["echo", "go"], required=True)
parser.add_argument("-k", action="append", help="only tests whose name contains this")
parser.add_argument("modules", nargs="+")
split = sys.argv.index("--")
options = parser.parse_args(sys.argv[1:split])
client.argv = sys.argv[split + 1:]
client.argv[0] = os.path.abspath(client.argv[0])
snippets.language = getattr(snippets, options.language)

loader = unittest.TestLoader()
if options.k:
    loader.testNamePatterns = [f"*{k}*" for k in options.k]
suite = loader.loadTestsFromNames(options.modules)
result = unittest.TextTestRunner(verbosity=2).run(suite)
sys.exit(0 if result.wasSuccessful() and result.testsRun > 0 and not result.skipped else 1)
