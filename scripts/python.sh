# shellcheck shell=bash
# Which Python to use. To be sourced.

# find_python prints a Python 3.10 or newer that can make virtual environments:
# the active conda environment's, else the system's (the packages that apt
# installs belong to it), else the first on PATH.
find_python() {
  local python
  for python in "${CONDA_PREFIX:+$CONDA_PREFIX/bin/python3}" /usr/bin/python3 python3; do
    if [ -n "$python" ] && "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
      echo "$python"
      return 0
    fi
  done
  return 1
}

# mpi_python prints a Python whose h5py was built for MPI. Debian's h5py is two
# builds in one, and takes the one for MPI only where it sees MPI or this variable.
mpi_python() {
  local python
  for python in "${CONDA_PREFIX:+$CONDA_PREFIX/bin/python3}" /usr/bin/python3 python3; do
    if [ -n "$python" ] && H5PY_ALWAYS_USE_MPI=1 "$python" -c 'import sys, h5py, mpi4py, scipy; sys.exit(not h5py.get_config().mpi)' >/dev/null 2>&1; then
      echo "$python"
      return 0
    fi
  done
  return 1
}
