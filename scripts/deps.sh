#!/usr/bin/env bash
# Finds or installs what Galago's make targets need from the system.
#
#   scripts/deps.sh demo    a C compiler for the Go linker, an MPI, an HDF5 built for it
#   scripts/deps.sh bench   that, and Python with MPI and HDF5, for comparison
#   scripts/deps.sh test    that, the other MPI, C headers of both libraries, Slurm, and a browser
#   scripts/deps.sh lab     Python
#
# Each piece is looked for by what it does, not by its package: in the active
# conda environment, in loaded modules, on the system. What is missing is
# installed with apt, as root or through sudo without a password. Where that
# cannot be, each missing piece is named with the commands that get it, and the
# script fails.
set -euo pipefail

group=${1:?usage: scripts/deps.sh demo|test|bench|lab}
cd "$(dirname "$0")/.."

# --- looking -----------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

# library_folders prints where shared libraries are looked for before the
# system's own places: an environment or module that is active comes first.
library_folders() {
  local root
  for root in "${CONDA_PREFIX:-}" "${OLCF_HDF5_ROOT:-}" "${HDF5_DIR:-}" "${HDF5_ROOT:-}" \
    "${MPICH_DIR:-}" "${CRAY_MPICH_DIR:-}" "${MPI_HOME:-}"; do
    if [ -n "$root" ]; then printf '%s\n' "$root/lib" "$root/lib64"; fi
  done
  printf '%s\n' "${CRAY_LD_LIBRARY_PATH:-}" "${LD_LIBRARY_PATH:-}" | tr ':' '\n'
}

# libraries prints the paths of the shared libraries whose file names match.
libraries() {
  local folder
  library_folders | while IFS= read -r folder; do
    if [ -d "$folder" ]; then find -L "$folder" -maxdepth 1 -name '*.so*' 2>/dev/null; fi
  done | grep -E "/($1)[^/]*$" || true
  { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true; } | sed -n 's/.* => //p' | grep -E "/($1)[^/]*$" || true
}

has_c_compiler() { # one that links, as the Go linker needs it
  local compiler folder
  folder=$(mktemp -d)
  echo 'int main(void) { return 0; }' >"$folder/a.c"
  for compiler in ${CC:-} gcc cc clang; do
    if have "$compiler" && "$compiler" -o "$folder/a" "$folder/a.c" -ldl -lpthread >/dev/null 2>&1; then
      rm -r "$folder"
      return 0
    fi
  done
  rm -r "$folder"
  return 1
}

has_mpi() { { have mpiexec || have srun; } && [ -n "$(libraries 'libmpich\.so|libmpi\.so|libmpi_cray\.so|libmpi_gnu[_0-9]*\.so')" ]; }

# The name of a library says which MPI it was built for on Debian, not in conda
# or in modules, which hold one MPI at a time.
has_parallel_hdf5() {
  local path
  while IFS= read -r path; do
    case $path in
    '') continue ;;
    *libhdf5_mpich*) [ -n "$(libraries 'libmpich\.so\.12|libmpi\.so\.12')" ] || continue ;;
    *libhdf5_openmpi*) [ -n "$(libraries 'libmpi\.so\.40')" ] || continue ;;
    esac
    if grep -q H5Pset_fapl_mpio "$path"; then return 0; fi
  done < <(libraries 'libhdf5[a-z_]*\.so')
  return 1
}

has_hdf5_tools() { have h5dump && have h5diff; }

# Tests run both MPIs side by side, each with its own launcher and HDF5.
has_mpich() { have mpiexec.mpich && [ -n "$(libraries 'libmpich\.so\.12')" ] && [ -n "$(libraries 'libhdf5_mpich\.so')" ]; }
has_openmpi() { have mpiexec.openmpi && [ -n "$(libraries 'libmpi\.so\.40')" ] && [ -n "$(libraries 'libhdf5_openmpi\.so')" ]; }
has_serial_hdf5() { [ -n "$(libraries 'libhdf5_serial\.so')" ]; }
# Rank cells may import packages that use these libraries by cgo.
has_c_headers() { have pkg-config && pkg-config --exists hdf5 ompi; }
has_slurm() {
  local PATH="$PATH:/usr/sbin:/sbin" command
  # Slurm's plugin for Open MPI opens libpmix.so, which only libpmix-dev has.
  [ -n "$(libraries 'libpmix\.so$')" ] || return 1
  for command in slurmctld slurmd srun sbatch squeue scancel munged; do
    have "$command" || return 1
  done
}

# The names are those that kernel/jupyter/browser/lab.py knows. Ubuntu's
# chromium-browser may be a script that only says how to get one.
has_chromium() {
  local name
  for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
    if have "$name" && "$name" --version >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

# shellcheck source=scripts/python.sh
. scripts/python.sh
has_python() { find_python >/dev/null; }
has_python_mpi() { mpi_python >/dev/null; }
has_matplotlib() {
  local python
  python=$(mpi_python) && "$python" -c 'import matplotlib' 2>/dev/null
}

# --- the pieces: name | check | Debian's packages | conda-forge's packages | module ----
# A/B/C is one package that releases of Debian and Ubuntu call differently.

pieces_demo="\
C compiler and C library headers (the Go linker uses them)|has_c_compiler|gcc libc6-dev|c-compiler|load gcc
MPI, its library and launcher (mpiexec)|has_mpi|mpich|mpich|load cray-mpich (or another MPI: module avail mpi)
HDF5 built for that MPI|has_parallel_hdf5|libhdf5-mpich-103-1/libhdf5-mpich-103-1t64/libhdf5-mpich-310|hdf5=*=mpi_mpich_*|load cray-hdf5-parallel (or hdf5 built with MPI: module avail hdf5)
h5dump and h5diff|has_hdf5_tools|hdf5-tools|hdf5=*=mpi_mpich_*|load hdf5"

pieces_lab="\
Python 3.10 or newer, with venv|has_python|python3 python3-venv|python|load python"

# Debian's Python packages: the ones in .venv know no MPI.
pieces_python="\
Python with h5py built for MPI, mpi4py and scipy|has_python_mpi|python3-h5py python3-h5py-mpi python3-mpi4py python3-scipy openmpi-bin|h5py=*=mpi_mpich_* mpi4py scipy|load python"

pieces_bench="$pieces_demo
$pieces_python
matplotlib, for the same Python|has_matplotlib|python3-matplotlib|matplotlib|load python"

pieces_test="$pieces_demo
$pieces_python
MPICH beside Open MPI, with its HDF5|has_mpich|mpich libhdf5-mpich-103-1/libhdf5-mpich-103-1t64/libhdf5-mpich-310||
Open MPI beside MPICH, with its HDF5|has_openmpi|openmpi-bin libhdf5-openmpi-103-1/libhdf5-openmpi-103-1t64/libhdf5-openmpi-310||
HDF5 without MPI|has_serial_hdf5|libhdf5-103-1/libhdf5-103-1t64/libhdf5-310||
C headers of HDF5 and Open MPI, with pkg-config|has_c_headers|libhdf5-dev libopenmpi-dev pkg-config||
Slurm and munge, for a private test cluster|has_slurm|slurm-wlm slurm-client munge libpmix-dev||
Chromium, for notebooks in the browser (CHROMIUM=PATH names another one)|has_chromium|chromium||
$pieces_lab"

case $group in
demo) pieces=$pieces_demo ;;
test) pieces=$pieces_test ;;
bench) pieces=$pieces_bench ;;
lab) pieces=$pieces_lab ;;
*)
  echo "scripts/deps.sh: no group named $group: demo, test, bench or lab" >&2
  exit 2
  ;;
esac

# missing prints the lines of the pieces that are not there.
missing() {
  local name check rest
  while IFS='|' read -r name check rest; do
    if ! "$check"; then printf '%s|%s|%s\n' "$name" "$check" "$rest"; fi
  done <<<"$pieces"
}

# packages puts for A/B/C the name that this system's apt knows, else the first.
packages() {
  local word name
  for word in "$@"; do
    for name in ${word//\// } ${word%%/*}; do
      if [ "$name" = "$word" ] || apt-cache show "$name" >/dev/null 2>&1; then break; fi
    done
    printf '%s ' "$name"
  done
}

# --- getting -------------------------------------------------------------------

if ! have go; then
  echo "galago: the Go toolchain is missing. Install $(sed -n 's/^go /Go /p' go.mod) or newer (https://go.dev/doc/install)," >&2
  echo "  with conda:    conda install -c conda-forge go" >&2
  echo "  with modules:  module load go" >&2
  exit 1
fi

lacking=$(missing)
[ -n "$lacking" ] || exit 0

as_root=
if have apt-get && have dpkg; then
  if [ "$(id -u)" = 0 ]; then
    as_root="env"
  elif have sudo && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
  fi
fi

if [ -n "$as_root" ]; then
  log=$(mktemp)
  apt() { $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 "$@" </dev/null >"$log" 2>&1; }
  # shellcheck disable=SC2046,SC2086 # one word a package
  install() {
    local wanted
    wanted=$(packages $(cut -d'|' -f3 <<<"$lacking" | tr ' ' '\n' | sort -u))
    echo "galago: installing with apt: $wanted"
    apt install --no-install-recommends $wanted
  }
  if ! { apt update && install; }; then
    tail -n 20 "$log" >&2
    echo "galago: apt could not install what is missing (above: its last words)" >&2
    rm "$log"
    exit 1
  fi
  rm "$log"
  hash -r
  lacking=$(missing)
  [ -n "$lacking" ] || exit 0
fi

{
  echo "galago: this is missing, and may not or could not be installed from here:"
  while IFS='|' read -r name _ debian conda module; do
    echo
    echo "  $name"
    # shellcheck disable=SC2086 # one word a package
    echo "    Debian, Ubuntu:  sudo apt-get install $(packages $debian)"
    if [ -n "$conda" ]; then echo "    conda:           conda install -c conda-forge '${conda// /\' \'}'"; fi
    if [ -n "$module" ]; then echo "    modules:         module $module"; fi
  done <<<"$lacking"
  echo
  if [ -n "${CONDA_PREFIX:-}" ]; then
    echo "  With conda, all that Galago uses at once:  conda env update -f environment.yml"
  else
    echo "  With conda, all that Galago uses at once:  conda env create -f environment.yml && conda activate galago"
  fi
} >&2
exit 1
