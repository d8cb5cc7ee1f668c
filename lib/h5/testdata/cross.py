"""Writes a file for each type and each way to store it, and compares files with
what they should hold: values bit by bit, and all that HDF5 keeps of their storage.

    cross.py write FOLDER    files NAME.h5 for the cases of cases.json, [type, form]
                             each, and what is in them as expected.json
    cross.py check FOLDER THEIRS
                             compares the files in FOLDER with those of THEIRS

Types, their elements and the form that JSON carries these in are those of
elements.py.
"""

import json
import os
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5r, h5s, h5t, h5z

import elements
from elements import CASES, objects


def compact():
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.COMPACT)
    return plist


def nbit():
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((2, 3))
    plist.set_filter(h5z.FILTER_NBIT, h5z.FLAG_OPTIONAL)
    return plist


# What create_dataset is asked for: the shape, and the rest.
FORMS = {
    "scalar": ((), {}),
    "null": (None, {}),
    "none": ((0,), {}),
    "contiguous": ((2, 3), {}),
    "compact": ((2, 3), {"dcpl": compact}),
    "chunks": ((5, 4), {"chunks": (2, 3)}),
    "resizable": ((3, 2), {"chunks": (2, 2), "maxshape": (None, 10)}),
    "external": ((2, 3), {"external": [("{}.a", 4, 24), ("{}.b", 0, h5py.h5f.UNLIMITED)], "efile_prefix": "${ORIGIN}"}),
    "virtual": ((2, 3), {}),
    "fill": ((5, 4), {"chunks": (2, 3), "fillvalue": None}),
    "gzip": ((5, 4), {"chunks": (2, 3), "compression": "gzip", "compression_opts": 6}),
    "shuffle": ((5, 4), {"chunks": (2, 3), "shuffle": True}),
    "fletcher32": ((5, 4), {"chunks": (2, 3), "fletcher32": True}),
    "lzf": ((5, 4), {"chunks": (2, 3), "compression": "lzf"}),
    "szip": ((5, 4), {"chunks": (4, 4), "compression": "szip", "compression_opts": ("nn", 8)}),
    "scaleoffset": ((5, 4), {"chunks": (2, 3), "scaleoffset": 0}),
    "scaleoffset of floats": ((5, 4), {"chunks": (2, 3), "scaleoffset": 2}),
    "scaleoffset shuffle gzip": ((5, 4), {"chunks": (2, 3), "scaleoffset": 0, "compression": "gzip", "compression_opts": 1, "shuffle": True}),
    "nbit": ((5, 4), {"dcpl": nbit}),
    "nbit gzip": ((5, 4), {"dcpl": nbit, "chunks": (2, 3), "compression": "gzip", "compression_opts": 9}),
    "shuffle gzip fletcher32": ((5, 4), {"chunks": (5, 4), "shuffle": True, "compression": "gzip", "compression_opts": 4, "fletcher32": True}),
    "shuffle lzf resizable": ((5, 4), {"chunks": (4, 2), "shuffle": True, "compression": "lzf", "maxshape": (5, None)}),
}

# Fill values, by the kind of NumPy's type.
FILLS = {"i": 42, "u": 42, "f": -1.5, "c": 1.5 - 2j, "b": True}


def regions(shape, f):
    target = f.require_dataset("target", (4, 5), "i4")
    parts = [target.regionref[1:3, ::2], target.regionref[:, 4], target.regionref[...]]
    count = iter(range(1000))
    return objects(lambda: parts[next(count) % 3], shape), h5py.regionref_dtype


CASES["region"] = regions


def elements_of(kind, form, f, shape):
    """The elements, as the type that h5py or HDF5 calls them, and what h5py makes of it."""
    make = CASES[kind]
    if isinstance(make, tuple):
        type_id = make[1]()
        raw = b"".join(make[2](i)[0] for i in range(int(np.prod(shape))))
        return np.frombuffer(raw, np.uint8), type_id
    data, dtype = make(shape, f)
    if form == "scaleoffset of floats":
        # Quarters survive rounding to two digits.
        data = (np.arange(data.size).reshape(shape) * 7 % 11 / 4 - 1).astype(dtype)
    return data, dtype


def put(target, data, type_id):
    """Writes elements as they are, to a dataset or an attribute."""
    memory = None if data.dtype.hasobject else type_id
    if isinstance(target, h5d.DatasetID):
        target.write(h5s.ALL, h5s.ALL, data, mtype=memory)
    else:
        target.write(data, mtype=memory)


def write_case(folder, name, kind, form):
    shape, options = FORMS[form]
    with h5py.File(os.path.join(folder, name + ".h5"), "w") as f:
        data, dtype = elements_of(kind, form, f, shape if shape is not None else ())
        is_raw = isinstance(CASES[kind], tuple)
        type_id = dtype if is_raw else h5t.py_create(dtype, logical=True)
        d = create(f, name, form, shape, options, data, dtype, type_id, is_raw)
        count = 0 if shape is None else int(np.prod(shape))
        space = h5s.create(h5s.NULL) if shape is None else h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
        a = h5py.h5a.create(d.id, b"a", type_id, space)
        if count:
            flat = flatten(data, dtype, is_raw)
            if form not in ("virtual", "fill"):
                put(d.id, flat, type_id)
            if form == "fill":
                d[:2] = data[:2]
            put(a, flat, type_id)
        return describe(d, kind)


def flatten(data, dtype, is_raw):
    if is_raw:
        return data
    return np.ascontiguousarray(np.asarray(data).astype(dtype.base))


def create(f, name, form, shape, options, data, dtype, type_id, is_raw):
    if form == "null":
        return f.create_dataset("d", data=h5py.Empty(dtype)) if not is_raw else h5py.Dataset(h5d.create(f.id, b"d", type_id, h5s.create(h5s.NULL)))
    if form == "virtual":
        layout = h5py.VirtualLayout(shape, dtype)
        for i in range(shape[0]):
            part = f.create_dataset(f"part{i}", shape[1:], dtype)
            put(part.id, flatten(data[i], dtype, False), type_id)
            layout[i] = h5py.VirtualSource(".", f"part{i}", shape=shape[1:], dtype=dtype)
        return f.create_virtual_dataset("d", layout)
    options = dict(options)
    if "dcpl" in options:
        options["dcpl"] = options["dcpl"]()
    if "external" in options:
        options["external"] = [(file.format(name), offset, size) for file, offset, size in options["external"]]
    if "fillvalue" in options:
        options["fillvalue"] = np.array(FILLS[dtype.kind], dtype)
    return f.create_dataset("d", shape, h5py.Datatype(type_id) if is_raw else dtype, **options)


def raw_bytes(target, n):
    """The elements as HDF5 stores them, None where these are addresses."""
    t = target.get_type()
    if h5t.check_dtype(ref=t.dtype) or t.get_class() == h5t.REFERENCE or t.detect_class(h5t.REFERENCE) or t.detect_class(h5t.VLEN) or variable(t):
        return None
    data = np.zeros(n * t.get_size(), np.uint8)
    if n:
        if isinstance(target, h5d.DatasetID):
            target.read(h5s.ALL, h5s.ALL, data, mtype=t)
        else:
            target.read(data, mtype=t)
    return data.tobytes().hex()


def variable(t):
    if t.get_class() == h5t.STRING:
        return t.is_variable_str()
    if t.get_class() == h5t.COMPOUND:
        return any(variable(t.get_member_type(i)) for i in range(t.get_nmembers()))
    return t.get_class() == h5t.ARRAY and variable(t.get_super())


def canon(v, f):
    if isinstance(v, h5py.RegionReference):
        lower, upper = h5r.get_region(v, f.id).get_select_bounds()
        return f"g{f[v].name} {list(map(int, lower))} {list(map(int, upper))} {h5r.get_region(v, f.id).get_select_npoints()}"
    return elements.canon(v, f)


def values_of(kind, target, shape, f):
    if shape is None:
        return None
    if isinstance(CASES[kind], tuple):
        return [CASES[kind][2](i)[1] for i in range(int(np.prod(shape)))]
    a = target[()] if isinstance(target, h5py.Dataset) else target.attrs["a"]
    if shape == ():
        return [canon(a[()] if isinstance(a, np.ndarray) and a.shape == () else a, f)]
    if h5py.check_string_dtype(a.dtype) or a.dtype.kind == "S":
        a = np.asarray(a, dtype=object)
    return [canon(a[i], f) for i in np.ndindex(*shape)]


def describe(d, kind):
    f = d.file
    plist = d.id.get_create_plist()
    shape = d.shape
    a = h5py.h5a.open(d.id, b"a")
    n = 0 if shape is None else int(np.prod(shape))
    fill = None
    if plist.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED:
        v = np.zeros((), d.dtype)
        plist.get_fill_value(v)
        fill = canon(v[()], f)
    return {
        "shape": None if shape is None else list(shape),
        "values": values_of(kind, d, shape, f),
        "attribute": values_of(kind, OnlyAttribute(d), shape, f),
        "bytes": raw_bytes(d.id, n),
        "attribute bytes": raw_bytes(a, n),
        "chunks": None if d.chunks is None else list(d.chunks),
        "maxshape": None if d.maxshape is None else [-1 if n is None else n for n in d.maxshape],
        "layout": {h5d.COMPACT: "compact", h5d.CONTIGUOUS: "contiguous", h5d.CHUNKED: "chunked", h5d.VIRTUAL: "virtual"}[plist.get_layout()],
        "filters": [{"ID": id, "Optional": bool(flags & h5z.FLAG_OPTIONAL), "Parameters": list(values)} for id, flags, values, _ in map(plist.get_filter, range(plist.get_nfilters()))],
        "fill": fill,
        # When contiguous datasets are filled depends on what was in their space before;
        # of virtual ones, libraries from 1.10 to 2.0 set the other time differently.
        "times": [None if plist.get_layout() == h5d.CONTIGUOUS else plist.get_fill_time(), None if d.is_virtual else plist.get_alloc_time()],
        "external": [[os.fsdecode(file), offset, -1 if size == h5py.h5f.UNLIMITED else size] for file, offset, size in map(plist.get_external, range(plist.get_external_count()))],
        "virtual": [[s.file_name, s.dset_name, list(map(list, s.vspace.get_select_bounds()))] for s in d.virtual_sources()] if d.is_virtual else [],
    }


class OnlyAttribute:
    """Lets the attribute be read where datasets are expected."""

    def __init__(self, d):
        self.attrs = d.attrs


def write(folder):
    with open(os.path.join(folder, "cases.json")) as file:
        cases = json.load(file)
    expected = {}
    for kind, form in cases:
        name = f"{kind}, {form}"
        try:
            expected[name] = write_case(folder, name, kind, form)
        except Exception as e:
            raise RuntimeError(name) from e
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(expected, out)


def check(folder, theirs):
    with open(os.path.join(theirs, "expected.json")) as file:
        expected = json.load(file)
    right = 0
    for name, want in expected.items():
        kind = name.rsplit(", ", 1)[0]
        try:
            with h5py.File(os.path.join(folder, name + ".h5"), "r") as f, h5py.File(os.path.join(theirs, name + ".h5"), "r") as g:
                d, e = (x["d"] if "external" not in name else h5py.Dataset(h5d.open(x.id, b"d", prefix())) for x in (f, g))
                got = describe(d, kind)
                same = d.id.get_type().equal(e.id.get_type()) and h5py.h5a.open(d.id, b"a").get_type().equal(h5py.h5a.open(e.id, b"a").get_type())
        except Exception as e:
            print(f"{name}: {e!r}")
            continue
        wrong = [f"{k}: {got[k]}, not {want[k]}" for k in want if got[k] != want[k]]
        if not same:
            wrong.append("another type")
        right += not wrong
        for line in wrong:
            print(f"{name}: h5py sees {line}")
    print(right, "right")


def prefix():
    plist = h5p.create(h5p.DATASET_ACCESS)
    plist.set_efile_prefix(b"${ORIGIN}")
    return plist


{"write": write, "check": check}[sys.argv[1]](*sys.argv[2:])
