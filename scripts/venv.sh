#!/usr/bin/env bash
# Makes or brings up to date .venv, with what scripts/requirements.txt lists.
# A second call finds the copy of the list that the first one left, and returns.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/python.sh
. scripts/python.sh

stamp=.venv/requirements.txt
if [ -x .venv/bin/python ] && cmp -s scripts/requirements.txt "$stamp"; then exit 0; fi

python=$(find_python) || {
  echo "galago: no Python 3.10 or newer with venv: run scripts/deps.sh lab" >&2
  exit 1
}
echo "galago: installing Python packages into .venv"
if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
  rm -rf .venv
  "$python" -m venv .venv
fi
rm -f "$stamp"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt </dev/null
cp scripts/requirements.txt "$stamp"
