"""The parallel h5py peer of bench/h5: each rank is parallel.py ROW FOLDER, and rank 0
prints the seconds that the slowest rank takes for one unit of the row. What is measured
is what parallel.go does. Without arguments it tells whether there is an h5py for MPI."""

import os
import sys
import time

from mpi4py import MPI
import h5py
import numpy as np

if not h5py.get_config().mpi:
    sys.exit("h5py was built without MPI")
if len(sys.argv) == 1:
    sys.exit(0)

row, folder = sys.argv[1:]
comm = MPI.COMM_WORLD


def together(prepare, do):
    times = []
    for _ in range(3):
        if comm.rank == 0:
            prepare()
        comm.Barrier()
        t = time.perf_counter()
        do()
        times.append(comm.allreduce(time.perf_counter() - t, MPI.MAX))
    return min(times)


def part(n):
    each = n // comm.size
    return slice(comm.rank * each, (comm.rank + 1) * each)


def write():
    n = (128 << 20) // 8
    path = os.path.join(folder, "python-mpi.h5")
    data = (np.arange(n // comm.size) % 1000).astype("f8")

    def remove():
        if os.path.exists(path):
            os.remove(path)

    def once():
        with h5py.File(path, "w", driver="mpio", comm=comm) as f:
            d = f.create_dataset("x", (n,), "f8")
            with d.collective:
                d[part(n)] = data

    t = together(remove, once)
    if comm.rank == 0:
        remove()
    return t


def read():
    n = (256 << 20) // 8
    data = np.ones(n // comm.size)
    with h5py.File(os.path.join(folder, "big.h5"), "r", driver="mpio", comm=comm) as f:
        d = f["x"]

        def once():
            with d.collective:
                d.read_direct(data, part(n))

        return together(lambda: None, once)


t = write() if "write" in row else read()
if comm.rank == 0:
    print(t)
