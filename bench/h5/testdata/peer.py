"""The h5py peer of bench/h5: peer.py ROW FOLDER prints the seconds that one unit of
the row takes. What is measured is what the Go program does; see rows.go."""

import os
import random
import sys
import time

import h5py
import numpy as np

row, folder = sys.argv[1:]
now = time.perf_counter


def best(n, do):
    times = []
    for _ in range(n):
        t = now()
        do()
        times.append(now() - t)
    return min(times)


def write(data, **options):
    path = os.path.join(folder, "python.h5")

    times = []
    for _ in range(3):
        t = now()
        with h5py.File(path, "w") as f:
            f.create_dataset("x", data.shape, "f8", **options)[...] = data
        times.append(now() - t)
        os.remove(path)
    return min(times)


def stars(align):
    """Compounds, padded in memory as they are in C and Go or not."""
    n = np.arange(500000)
    all = np.zeros(len(n), np.dtype([("ID", "i4"), ("X", "f8"), ("Y", "f8"), ("Kind", "i2")], align=align))
    all["ID"], all["X"], all["Y"], all["Kind"] = n, n, 0.5, n.astype("i2")
    return all


def texts():
    return ["abcdefgh"[: i % 9] for i in range(500000)]


def write_elements(data, dtype):
    path = os.path.join(folder, "python.h5")
    times = []
    for _ in range(3):
        t = now()
        with h5py.File(path, "w") as f:
            f.create_dataset("x", data=data, dtype=dtype)
        times.append(now() - t)
        os.remove(path)
    return min(times)


def read_structs(align):
    d = h5py.File(os.path.join(folder, "stars.h5"))["x"]
    data = stars(align)
    return best(5, lambda: d.read_direct(data))


def read_texts(name):
    """As strings of the language, which is what Go gets."""
    d = h5py.File(os.path.join(folder, name))["x"]
    return best(5, lambda: d.asstr()[...])


def read(name, shape):
    d = h5py.File(os.path.join(folder, name))["x"]
    data = np.ones(shape)
    return best(3, lambda: d.read_direct(data))


def small():
    d = h5py.File(os.path.join(folder, "points.h5"))["x"]
    n, r = 1000, random.Random(1)
    places = [(r.randrange(1000), r.randrange(1000)) for _ in range(n)]

    def once():
        for i, j in places:
            d[i, j]

    return best(5, once) / n


def open_all():
    f = h5py.File(os.path.join(folder, "objects.h5"))

    def once():
        for i in range(10000):
            d = f["d%05d" % i]
            d.shape, d.dtype

    return best(3, once)


def visit():
    f = h5py.File(os.path.join(folder, "objects.h5"))
    seen = []

    def once():
        seen.clear()
        f.visit(seen.append)
        assert len(seen) == 10000

    return best(3, once)


def strided():
    d = h5py.File(os.path.join(folder, "points.h5"))["x"]
    return best(20, lambda: d[:, ::10, 0])


def places(n, below):
    taken, r = set(), 12345
    while len(taken) < n:
        r = (r * 1664525 + 1013904223) % 2**32
        taken.add((r >> 8) % below)
    return sorted(taken)


def listed():
    d = h5py.File(os.path.join(folder, "points.h5"))["x"]
    chosen = places(100, 1000)
    return best(20, lambda: d[:, chosen, :])


def scattered():
    d = h5py.File(os.path.join(folder, "points.h5"))["x"]
    mask = np.zeros(3000000, bool)
    mask[places(10000, 3000000)] = True
    mask = mask.reshape(d.shape)
    return best(20, lambda: d[mask])


def packed_rows():
    d = h5py.File(os.path.join(folder, "packed.h5"))["x"]
    chosen = places(200, 4096)
    return best(3, lambda: d[chosen, :])


rows = {
    "write": lambda: write(np.arange(32 << 20, dtype="f8")),
    "read": lambda: read("big.h5", 32 << 20),
    "gzip-write": lambda: write((np.arange(4 << 20) % 1000).astype("f8").reshape(4096, 1024), chunks=(128, 1024), compression="gzip"),
    "gzip-read": lambda: read("packed.h5", (4096, 1024)),
    "open": open_all,
    "visit": visit,
    "small": small,
    "direct": small,
    "map": small,
    "strided": strided,
    "strided-h5": strided,
    "list": listed,
    "list-h5": listed,
    "points": scattered,
    "points-h5": scattered,
    "packed-rows": packed_rows,
    "structs-write": lambda: write_elements(stars(True), stars(False).dtype),
    "structs-read": lambda: read_structs(True),
    "packed-write": lambda: write_elements(stars(False), None),
    "packed-read": lambda: read_structs(False),
    "text-write": lambda: write_elements(texts(), h5py.string_dtype(length=9)),
    "text-read": lambda: read_texts("text.h5"),
    "vtext-write": lambda: write_elements(texts(), h5py.string_dtype()),
    "vtext-read": lambda: read_texts("vtext.h5"),
}
print(rows[row]())
