"""Writes a file for each type, layout and shape, and compares files with what
they should hold, bit by bit.

    elements.py write FOLDER    files NAME.h5, and what is in them as expected.json
    elements.py check FOLDER    the files that expected.json names

Values are compared in a form that JSON can carry without loss: integers as "i"
and digits, floats as "f" and the bits of the float64, and so on.
"""

import json
import os
import struct
import sys

import h5py
import numpy as np
from h5py import h5t

rng = np.random.default_rng(5)


def bits(x):
    return struct.pack(">d", float(x)).hex()


def canon(v, f, enum=None):
    """One element in the form for JSON."""
    if isinstance(v, h5py.Reference):
        return "r" + f[v].name if v else "r"
    if isinstance(v, h5py.RegionReference):
        return "g" + f[v].name if v else "g"
    if isinstance(v, np.ndarray):
        return [canon(x, f) for x in v]
    if isinstance(v, np.void):
        if v.dtype.names:
            return {n: canon(v[n], f) for n in v.dtype.names}
        return "x" + v.tobytes().hex()
    if isinstance(v, (np.datetime64, np.timedelta64)):
        if np.isnat(v):
            return "tNaT"
        return "t" + str(int(v.astype("M8[ns]" if isinstance(v, np.datetime64) else "m8[ns]").astype("i8")))
    if isinstance(v, (bool, np.bool_)):
        return "b" + str(int(v))
    if isinstance(v, (int, np.integer)):
        return "i" + str(int(v))
    if isinstance(v, (float, np.floating)):
        return "f" + bits(v)
    if isinstance(v, (complex, np.complexfloating)):
        return "c" + bits(v.real) + bits(v.imag)
    if isinstance(v, bytes):
        return "s" + v.decode("utf-8")
    if isinstance(v, str):
        return "s" + v
    raise TypeError(type(v))


def numbers(dtype, shape):
    dtype = np.dtype(dtype)
    n = int(np.prod(shape))
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        a = rng.integers(info.min, info.max, size=n, dtype=dtype.newbyteorder("="), endpoint=True)
        if n > 1:
            a[0], a[1] = info.min, info.max
    elif dtype.kind == "f":
        a = rng.normal(size=n).astype(dtype) * np.asarray(10, dtype)
        if n > 4:
            a[0], a[1], a[2], a[3] = np.inf, -np.inf, -0.0, np.finfo(dtype.newbyteorder("=")).tiny
    elif dtype.kind == "c":
        a = (rng.normal(size=n) + 1j * rng.normal(size=n)).astype(dtype)
    elif dtype.kind == "b":
        a = rng.integers(0, 2, size=n).astype(bool)
    elif dtype.kind == "V" and dtype.names is None and dtype.subdtype is None:
        a = np.frombuffer(rng.bytes(n * dtype.itemsize), dtype=dtype)
    else:
        raise TypeError(dtype)
    return np.asarray(a).astype(dtype).reshape(shape)


WORDS = ["", "a", "Grüße", "世界", "x" * 10, "two words", "ÿ", "tab\tnew\nline", "z"]


def words(shape, bytes_=None, ascii=False, vlen=True):
    n = int(np.prod(shape))
    out = []
    for i in range(n):
        w = WORDS[(i + 1) % len(WORDS)]
        if ascii:
            w = w.encode("ascii", "replace").decode()
        while bytes_ and len(w.encode()) > bytes_:
            w = w[:-1]
        out.append(w)
    a = np.array(out, dtype=object).reshape(shape)
    return a


def objects(make, shape, dtype=object):
    a = np.empty(shape, dtype=object)
    for i in np.ndindex(*shape):
        a[i] = make()
    return a


CASES = {}


def case(name, make):
    CASES[name] = make


def simple(name, dtype):
    case(name, lambda shape, f: (numbers(dtype, shape), np.dtype(dtype)))


for k in "iu":
    for size in (1, 2, 4, 8):
        for order in "<>":
            if size > 1 or order == "<":
                simple(f"{k}{size}{'be' if order == '>' else ''}", f"{order}{k}{size}")
for size in (2, 4, 8):
    for order in "<>":
        simple(f"f{size}{'be' if order == '>' else ''}", f"{order}f{size}")
for size in (8, 16):
    for order in "<>":
        simple(f"c{size}{'be' if order == '>' else ''}", f"{order}c{size}")
simple("bool", "?")
for size in (1, 5, 17):
    simple(f"opaque{size}", f"V{size}")

for size in (1, 5, 30):
    case(f"S{size}", lambda shape, f, size=size: (words(shape, size, ascii=True).astype(f"S{size}"), np.dtype(f"S{size}")))
    case(f"utf8 {size}", lambda shape, f, size=size: (
        np.array([w.encode() for w in words(shape, size).ravel()], dtype=f"S{size}").reshape(shape), h5py.string_dtype("utf-8", size)))
case("text", lambda shape, f: (words(shape), h5py.string_dtype()))
case("ascii text", lambda shape, f: (words(shape, ascii=True), h5py.string_dtype("ascii")))

for base in ("<i1", "<i2", ">i2", "<i4", ">i4", "<i8", "<u1", "<u2", ">u4", "<u8"):
    members = {"RED": 0, "GREEN": 1, "BLUE": 42}
    dt = h5py.enum_dtype(members, basetype=base)
    case(f"enum {base[1:]}{'be' if base[0] == '>' else ''}", lambda shape, f, dt=dt: (
        np.array([[0, 1, 42][i % 3] for i in range(int(np.prod(shape)))]).reshape(shape).astype(dt), dt))

for unit in ("D", "h", "m", "s", "ms", "us", "ns", "25ms"):
    for kind in "Mm":
        dt = np.dtype(f"{kind}8[{unit}]")
        case(f"{kind}8 {unit}", lambda shape, f, dt=dt: (
            rng.integers(-1000, 20000, size=shape).astype(dt).astype(h5py.opaque_dtype(dt)), h5py.opaque_dtype(dt)))
case("M8 Y", lambda shape, f: (rng.integers(-200, 200, size=shape).astype("M8[Y]").astype(h5py.opaque_dtype("M8[Y]")), h5py.opaque_dtype("M8[Y]")))
case("M8 M", lambda shape, f: (rng.integers(-2000, 2000, size=shape).astype("M8[M]").astype(h5py.opaque_dtype("M8[M]")), h5py.opaque_dtype("M8[M]")))

for base, dims in (("<i4", (3,)), (">f8", (2, 3)), ("?", (4,)), ("<c8", (2,)), ("<u1", (2, 2, 2)), ("<f2", (3,))):
    dt = np.dtype((base, dims))
    case(f"array {base} {'x'.join(map(str, dims))}".replace("<", "").replace(">", "be ").replace("?", "bool"),
         lambda shape, f, base=base, dims=dims, dt=dt: (numbers(base, shape + dims), dt))

# Not big-endian ones: h5py reads them with their bytes swapped.
for base in ("<i4", "<i2", "<f4", "<f8", "<u1", "?", "<c16"):
    dt = h5py.vlen_dtype(np.dtype(base))
    case(f"vlen {base}".replace("<", "").replace(">", "be ").replace("?", "bool"), lambda shape, f, base=base, dt=dt: (
        objects(lambda: numbers(base, (int(rng.integers(0, 5)),)), shape), dt))


def compound(fields, align=False):
    dt = np.dtype(fields, align=align)

    def make(shape, f):
        a = np.zeros(shape, dtype=dt)
        fill(a, f)
        return a, dt

    return make


def fill(a, f):
    for name in a.dtype.names:
        t = a.dtype[name]
        s = h5py.check_string_dtype(t)
        if t.names:
            fill(a[name], f)
        elif h5py.check_enum_dtype(t):
            a[name] = np.array([[0, 1, 42][i % 3] for i in range(a.size)]).reshape(a.shape)
        elif h5py.check_ref_dtype(t) is h5py.Reference:
            a[name] = objects(lambda: f.ref, a.shape)
        elif h5py.check_vlen_dtype(t) and not s:
            a[name] = objects(lambda: numbers(h5py.check_vlen_dtype(t), (int(rng.integers(0, 4)),)), a.shape)
        elif s and s.length is None:
            a[name] = words(a.shape)
        elif s:
            a[name] = words(a.shape, s.length, ascii=True).astype(f"S{s.length}")
        elif t.subdtype:
            a[name] = numbers(t.base, a.shape + t.shape)
        else:
            a[name] = numbers(t, a.shape)


enum = h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 42}, basetype="i2")
case("compound", compound([("x", "<f8"), ("n", "<i4")]))
case("compound one", compound([("only", "<u2")]))
case("compound be", compound([("x", ">f8"), ("n", ">i2"), ("m", "<i8")]))
case("compound padded", compound([("a", "i1"), ("x", "f8"), ("b", "i2"), ("c", "?")], align=True))
case("compound nested", compound([("id", "i8"), ("pos", [("x", "f4"), ("y", "f4"), ("in", [("k", "u1"), ("l", ">i4")])]), ("w", "f2")]))
case("compound arrays", compound([("p", "f8", (3,)), ("m", "i4", (2, 2)), ("e", "?")]))
case("compound fixed text", compound([("id", "i4"), ("name", "S7"), ("tag", h5py.string_dtype("utf-8", 4))]))
case("compound text", compound([("name", h5py.string_dtype()), ("x", "f8"), ("other", h5py.string_dtype("ascii"))][:2]))
case("compound vlen", compound([("id", "i4"), ("path", h5py.vlen_dtype(np.dtype("f4")))]))
case("compound enum", compound([("e", enum), ("b", "?"), ("z", "c8"), ("o", "V3")]))
case("compound ref", compound([("r", h5py.ref_dtype), ("x", "f8")]))
case("compound names", compound([("with space", "f8"), ("größe", "f4"), ("", "i4")][:2]))
case("compound many", compound([(f"f{i}", ["i1", "f8", "u2", "f4"][i % 4]) for i in range(60)]))
case("reference", lambda shape, f: (objects(lambda: f.ref, shape), h5py.ref_dtype))


# Types that h5py has no name for: raw bytes of a low-level type.
def raw(name, make_type, element):
    CASES[name] = ("raw", make_type, element)


def integer(size, precision, offset, signed, order):
    def make():
        t = (h5t.STD_I64LE if signed else h5t.STD_U64LE).copy()
        t.set_precision(precision)
        t.set_size(size)
        t.set_precision(precision)
        t.set_offset(offset)
        t.set_order(order)
        return t

    def element(i):
        low, high = (-(1 << (precision - 1)), (1 << (precision - 1)) - 1) if signed else (0, (1 << precision) - 1)
        v = [low, high, 0, 1, 77 % high][i % 5]
        word = (v & ((1 << precision) - 1)) << offset
        return word.to_bytes(size, "little" if order == h5t.ORDER_LE else "big"), "i" + str(v)

    return make, element


for size, precision, offset, signed, order in ((3, 24, 0, True, "LE"), (3, 24, 0, False, "BE"), (4, 24, 0, True, "BE"), (4, 12, 4, False, "LE"), (2, 10, 0, True, "LE"), (8, 33, 7, True, "LE"), (5, 40, 0, True, "BE")):
    make, element = integer(size, precision, offset, signed, h5t.ORDER_LE if order == "LE" else h5t.ORDER_BE)
    raw(f"int {precision} in {size} {'signed' if signed else 'unsigned'} {order}", make, element)

for size in (1, 2, 4, 8):
    for order in ("LE", "BE"):
        raw(f"bits {8 * size} {order}", lambda size=size, order=order: getattr(h5t, f"STD_B{8 * size}{order}").copy(),
            lambda i, size=size, order=order: (lambda v: (v.to_bytes(size, "little" if order == "LE" else "big"), "i" + str(v)))([(1 << 8 * size) - 1, 0, 5, 1 << (8 * size - 1), 3][i % 5]))


def padded(size, pad, cset, fill_byte):
    def make():
        t = h5t.C_S1.copy()
        t.set_size(size)
        t.set_strpad(pad)
        t.set_cset(cset)
        return t

    def element(i):
        w = ["ab", "", "c", "abcdefghij"[: size - 1], " d"][i % 5].encode()
        return w + fill_byte * (size - len(w)), "s" + w.decode()

    return make, element


raw("text null-terminated", *padded(6, h5t.STR_NULLTERM, h5t.CSET_ASCII, b"\0"))
raw("text space-padded", *padded(6, h5t.STR_SPACEPAD, h5t.CSET_ASCII, b" "))
raw("text space-padded utf8", *padded(9, h5t.STR_SPACEPAD, h5t.CSET_UTF8, b" "))


def opaque():
    t = h5t.create(h5t.OPAQUE, 4)
    t.set_tag(b"four bytes")
    return t


raw("opaque tag", opaque, lambda i: (bytes([i, 1, 2, 255]), "x" + bytes([i, 1, 2, 255]).hex()))


def bfloat():
    t = h5t.IEEE_F32LE.copy()
    t.set_fields(15, 7, 8, 0, 7)
    t.set_size(2)
    t.set_ebias(127)
    return t


raw("bfloat16", bfloat, lambda i: (struct.pack("<f", [1.5, -2, 0, 1e30, 0.25][i % 5])[2:], "f" + bits(struct.unpack("<f", b"\0\0" + struct.pack("<f", [1.5, -2, 0, 1e30, 0.25][i % 5])[2:])[0])))

SHAPES = {"scalar": (), "line": (7,), "plane": (2, 3), "none": (0,)}


def write(folder):
    expected = {}
    for name, make in CASES.items():
        for label, shape in SHAPES.items():
            # Rare shapes for a few types only.
            if label == "none" and name not in ("i4", "text", "compound", "vlen i4", "S5", "bool"):
                continue
            file = f"{name}, {label}"
            with h5py.File(os.path.join(folder, file + ".h5"), "w") as f:
                if isinstance(make, tuple):
                    expected[file] = write_raw(f, shape, make[1], make[2])
                    continue
                data, dtype = make(shape, f)
                options = {"chunks": (1,) * len(shape), "compression": "gzip"} if label == "plane" and len(name) % 2 else {}
                element = data.dtype
                try:
                    d = make_dataset(f, data, shape, dtype, options)
                except Exception as e:
                    raise RuntimeError(file) from e
                expected[file] = describe(d)
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(expected, out)
    print(len(expected))


def make_dataset(f, data, shape, dtype, options):
    d = f.create_dataset("d", shape=shape, dtype=dtype, **options)
    if 0 not in shape:
        # Through the low level, which takes the data as they are.
        d.id.write(h5py.h5s.ALL, h5py.h5s.ALL, np.asarray(data, order="C").astype(dtype.base), mtype=None if dtype.hasobject else h5t.py_create(dtype, logical=True))
    f.attrs.create("a", data, shape=data.shape if dtype.subdtype else shape, dtype=dtype)
    return d


def write_raw(f, shape, make_type, element):
    t = make_type()
    n = int(np.prod(shape))
    space = h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
    d = h5py.h5d.create(f.id, b"d", t, space)
    pairs = [element(i) for i in range(n)]
    data = np.frombuffer(b"".join(p[0] for p in pairs), dtype=np.uint8)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, data, mtype=t)
    a = h5py.h5a.create(f.id, b"a", t, space)
    a.write(data, mtype=t)
    return {"shape": list(shape), "values": [p[1] for p in pairs]}


def describe(d):
    f = d.file
    a = d[()]
    if h5py.check_string_dtype(d.dtype) or d.dtype.kind == "S":
        a = np.asarray(a, dtype=object)
    values = []
    base = d.dtype
    shape = d.shape
    arr = np.empty((), dtype=object)
    if shape == ():
        values.append(canon(a, f) if not (isinstance(a, np.ndarray) and a.shape == () and a.dtype == object) else canon(a[()], f))
    else:
        for i in np.ndindex(*shape):
            values.append(canon(a[i], f))
    return {"shape": list(shape), "values": values}


def check(folder):
    with open(os.path.join(folder, "expected.json")) as file:
        expected = json.load(file)
    wrong = 0
    for name, want in expected.items():
        with h5py.File(os.path.join(folder, name + ".h5"), "r") as f:
            try:
                if isinstance(CASES.get(name.rsplit(", ", 1)[0]), tuple):
                    got = read_raw(f, want, CASES[name.rsplit(", ", 1)[0]])
                else:
                    got = describe(f["d"])
            except Exception as e:
                got = repr(e)
            if got != want:
                wrong += 1
                print(f"{name}: h5py sees {got}, not {want}")
    print(len(expected) - wrong, "right")


def read_raw(f, want, make):
    d = f["d"].id
    n = int(np.prod(want["shape"]))
    t = d.get_type()
    data = np.zeros(n * t.get_size(), dtype=np.uint8)
    d.read(h5py.h5s.ALL, h5py.h5s.ALL, data, mtype=t)
    size = t.get_size()
    values = []
    for i in range(n):
        b, text = make[2](i)
        got = data[i * size:(i + 1) * size].tobytes()
        values.append(text if b == got else got.hex())
    if not t.equal(make[1]()):
        return "another type"
    return {"shape": list(f["d"].shape), "values": values}


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
