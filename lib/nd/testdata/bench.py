"""Times NumPy at what BenchmarkAgainstNumPy times: name and the least nanoseconds a line."""
import time
import numpy as np

n = 1_000_000
rng = np.random.default_rng(1)
x, y = rng.normal(size=n) * 1000, rng.normal(size=n) * 1000
x32, y32 = x.astype("f4"), y.astype("f4")
i64, j64 = x.astype("i8"), y.astype("i8")
out = np.zeros(n)
matrix = x.reshape(1000, 1000)
row = y[:1000]
triples = x[:999999].reshape(-1, 3)
three = y[:3]
mask = x > 0
places = rng.integers(0, n, n)
rows = rng.integers(0, 1000, 1000)
small = np.ascontiguousarray(matrix[:300, :300])
cases = {
    "add": lambda: x + y,
    "add_in_place": lambda: np.add(out, y, out=out),
    "add_float32": lambda: x32 + y32,
    "add_int64": lambda: i64 + j64,
    "mul_scalar": lambda: x * 2.5,
    "div": lambda: x / y,
    "add_mixed": lambda: x + i64,
    "add_row": lambda: matrix + row,
    "add_transposed": lambda: matrix + matrix.T,
    "add_triples": lambda: triples + three,
    "greater": lambda: x > 0.0,
    "sqrt": lambda: np.sqrt(x),
    "exp": lambda: np.exp(x),
    "sum": lambda: x.sum(),
    "sum_axis0": lambda: matrix.sum(0),
    "sum_axis1": lambda: matrix.sum(1),
    "sum_int64": lambda: i64.sum(),
    "mean": lambda: x.mean(),
    "std": lambda: x.std(),
    "min": lambda: x.min(),
    "argmax": lambda: x.argmax(),
    "median": lambda: np.median(x),
    "sort": lambda: np.sort(x),
    "sort_float32": lambda: np.sort(x32),
    "sort_int64": lambda: np.sort(i64),
    "argsort": lambda: np.argsort(x, kind="stable"),
    "unique_int64": lambda: np.unique(i64),
    "cumsum": lambda: np.cumsum(x),
    "fancy": lambda: x[places],
    "fancy_rows": lambda: matrix[rows],
    "fancy_columns": lambda: matrix[:, rows],
    "mask": lambda: x[mask],
    "strided_copy": lambda: x[::2].copy(),
    "transpose_copy": lambda: matrix.T.copy(),
    "astype": lambda: x.astype("f4"),
    "histogram": lambda: np.histogram(x, 100),
    "searchsorted": lambda: np.searchsorted(np.sort(row), x),
    "dot": lambda: small @ small,
}
np.seterr(all="ignore")
for name, do in cases.items():
    do()
    times = []
    end = time.perf_counter() + 0.2
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        do()
        times.append(time.perf_counter() - start)
    times.sort()
    print(name, times[0] * 1e9)
