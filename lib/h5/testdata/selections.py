"""What NumPy makes of selections: the peer of TestRandomSelections. It writes a file
of arrays with h5py, keeps them in memory, answers questions about them, one JSON a
line, and at the end compares what the file has become."""

import base64
import json
import sys

import h5py
import numpy as np

path = sys.argv[1]


def kinds():
    types = ["i1", "u2", "i4", "i8", "u8", "f4", "f8", "?", "c16", ">i4", ">f8"]
    shapes = [(), (1,), (7,), (0,), (50,), (4, 3), (1, 5), (3, 0, 2), (20, 30), (3, 4, 5), (2, 1, 6), (6, 7, 8), (2, 3, 4, 2), (3, 3, 3, 3), (2, 3, 2, 3, 2), (1, 2, 3, 2, 1), (4000,), (60, 90)]
    k = 0
    for shape in shapes:
        for layout in range(3):
            yield shape, types[k % len(types)], layout if np.prod(shape, dtype=int) and shape else 0
            k += 1


arrays = []
with h5py.File(path, "w") as f:
    for k, (shape, dtype, layout) in enumerate(kinds()):
        a = (np.arange(np.prod(shape, dtype=int)) * 7 % 251).astype(dtype).reshape(shape)
        if dtype == "?":
            a = (np.arange(np.prod(shape, dtype=int)) % 3 == 0).reshape(shape)
        chunks = tuple(max(1, (n + 1 + k % 2) // (2 + k % 3)) for n in shape)
        options = [{}, {"chunks": chunks}, {"chunks": chunks, "compression": "gzip", "shuffle": True}][layout]
        f.create_dataset("d%d" % k, data=a, **options)
        arrays.append(a)


def outer(a, items):
    axis, named = 0, 0
    for x in items:
        if x is not None and x is not Ellipsis:
            named += np.ndim(x) if isinstance(x, list) and np.asarray(x).dtype == bool else 1
    if named > a.ndim:
        raise IndexError("too many")
    if sum(x is Ellipsis for x in items) > 1:
        raise IndexError("two ...")
    rest = a.ndim - named
    for x in items:
        if x is Ellipsis:
            axis += rest
            continue
        if x == []:
            x = np.zeros(0, int)
        a = a[(slice(None),) * axis + (x,)]
        axis += not isinstance(x, int)
    return a


def pack(a):
    a = np.asarray(a)
    native = a.astype(a.dtype.newbyteorder("="))
    return {"dtype": str(native.dtype), "shape": list(a.shape), "data": base64.b64encode(np.ascontiguousarray(native).tobytes()).decode()}


def answer(q):
    if q.get("compare"):
        with h5py.File(path) as f:
            return {"text": " ".join(name for name, a in (("d%d" % k, a) for k, a in enumerate(arrays)) if not np.array_equal(f[name][()], a))}
    if q.get("list"):
        return {"text": json.dumps([[list(a.shape), str(a.dtype)] for a in arrays])}
    a = arrays[q["array"]]
    text = q["text"] or "..."
    if q.get("outer"):
        places = outer(np.arange(a.size).reshape(a.shape), eval("np.index_exp[" + text + "]"))
        if not q.get("shape"):
            return pack(a.reshape(-1)[places])
    if q.get("shape") is not None:
        v = (np.arange(np.prod(q["shape"], dtype=int)) * 3 + q["seed"]) % 101
        v = v.reshape(q["shape"])
        b = a.copy()
        exec("b[" + text + "] = v.astype(a.dtype)")
        arrays[q["array"]] = b
        return pack(b)
    return pack(eval("a[" + text + "]"))


for line in sys.stdin:
    q = json.loads(line)
    try:
        r = answer(q)
    except Exception as e:
        r = {"error": type(e).__name__ + ": " + str(e)}
    sys.stdout.write(json.dumps(r) + "\n")
    if q.get("last"):
        sys.stdout.flush()
