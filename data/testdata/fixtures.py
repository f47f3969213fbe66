"""Writes the binary fixtures of package data: python3 testdata/fixtures.py

Needs numpy and safetensors: the two names of torch that its archives contain are stood in
for here. The values are simple formulas, which the tests repeat.
"""

import collections
import io
import pathlib
import pickle
import struct
import sys
import types
import zipfile

import numpy as np
import safetensors.numpy

here = pathlib.Path(__file__).parent


def motifs():
    """Two graphs: a star of the 20 first nodes with a cycle, and a path with a house."""
    a = np.zeros((2, 25, 25))
    for v in range(1, 20):
        a[0, 0, v] = a[0, v, 0] = 1
        a[1, v - 1, v] = a[1, v, v - 1] = 1
    for g in range(2):
        for k in range(5):
            u, v = 20 + k, 20 + (k + 1) % 5
            a[g, u, v] = a[g, v, u] = 1
    a[0, 0, 20] = a[0, 20, 0] = 1
    a[1, 20, 20] = 1  # as in 40 graphs of the published file
    a[1, 20, 22] = a[1, 22, 20] = 1
    return a, np.full((2, 25, 1), 0.1), np.array([[1.0, 0.0], [0.0, 1.0]])


for protocol in range(6):
    a, x, y = motifs()
    if protocol == 1:
        a, x, y = a.astype(">i2"), x.astype("f4"), y.astype("bool")
    if protocol == 3:
        a, x, y = np.asfortranarray(a), x, y.astype("i8")
    if protocol in (0, 5):
        a, x, y = a.astype("i1"), x.astype("f2"), y.astype("u1")
    with open(here / f"ba2motif{protocol}.pkl", "wb") as f:
        pickle.dump((a, x, y), f, protocol)

# A pickle that would run a command.
with open(here / "system.pkl", "wb") as f:
    f.write(b"cposix\nsystem\n(X\x04\x00\x00\x00truetR.")


class Storage:
    def __init__(self, cls, key, values, code):
        self.cls, self.key, self.count = cls, key, len(values)
        self.raw = struct.pack(f"<{len(values)}{code}", *values)


def rebuild():
    raise NotImplementedError


rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
storages = {n: type(n, (), {"__module__": "torch"}) for n in ("FloatStorage", "DoubleStorage", "HalfStorage", "LongStorage", "BoolStorage")}
sys.modules["torch"] = types.SimpleNamespace(**storages)
sys.modules["torch._utils"] = types.SimpleNamespace(_rebuild_tensor_v2=rebuild)


class Tensor:
    def __init__(self, storage, offset, shape, strides):
        self.args = (storage, offset, shape, strides, False, collections.OrderedDict())

    def __reduce__(self):
        return rebuild, self.args


class Pickler(pickle.Pickler):
    def persistent_id(self, x):
        if isinstance(x, Storage):
            return ("storage", storages[x.cls], x.key, "cpu", x.count)


f = Storage("FloatStorage", "0", [k + 0.5 for k in range(12)], "f")
state = collections.OrderedDict(
    [
        ("weight", Tensor(f, 0, (3, 4), (4, 1))),
        ("transposed", Tensor(f, 0, (4, 3), (1, 4))),
        ("column", Tensor(f, 1, (3,), (4,))),
        ("double", Tensor(Storage("DoubleStorage", "1", [0.1, -1e300], "d"), 0, (2,), (1,))),
        ("half", Tensor(Storage("HalfStorage", "2", [1.5, -0.25, 2.0**-24, float("inf")], "e"), 0, (2, 2), (2, 1))),
        ("steps", Tensor(Storage("LongStorage", "3", [2**53 + 1], "q"), 0, (), ())),
        ("mask", Tensor(Storage("BoolStorage", "4", [True, False, True], "?"), 0, (3,), (1,))),
        ("none", Tensor(Storage("FloatStorage", "5", [], "f"), 0, (0, 7), (7, 1))),
    ]
)
state._metadata = collections.OrderedDict([("", {"version": 1})])
program = io.BytesIO()
pickler = Pickler(program, 2)
pickler.dump(state)
found = [f] + [t.args[0] for t in state.values() if t.args[0] is not f]
with zipfile.ZipFile(here / "state.pt", "w") as z:

    def add(name, content):
        z.writestr(zipfile.ZipInfo("state/" + name), content)

    add("data.pkl", program.getvalue())
    add("byteorder", "little")
    for s in found:
        add("data/" + s.key, s.raw)
    add("version", "3\n")

# Arrays: byte order, order of elements, a scalar, none, versions 1 and 2 of the format, compressed.
x = np.arange(6, dtype=">f8").reshape(2, 3) - 0.5
np.save(here / "fortran.npy", np.asfortranarray(x))
with open(here / "version2.npy", "wb") as out:
    np.lib.format.write_array(out, np.array([True, False]), version=(2, 0))
arrays = {
    "half": np.array([[1.5, -np.inf]], dtype="f2"),
    "scalar": np.array(-7, dtype="i4"),
    "none": np.zeros((0, 3), dtype="u1"),
    "spins": np.ones((4, 5), dtype="i1"),
    "short": np.array([-300, 300], dtype="i2"),
    "long": np.array([2**53 + 1], dtype="i8"),
}
np.savez_compressed(here / "arrays.npz", **arrays)

# The same, by the library of the format (safetensors 0.8.0), with metadata and names that JSON must escape.
arrays = {
    "field/w": np.array([[1, -2.5, 0], [3, 4, 1e-3]], dtype="f4"),
    "scalar": np.array(-7, dtype="i4"),
    "none": np.zeros((0, 3), dtype="u1"),
    "half": np.array([1.5, -np.inf], dtype="f2"),
    "long": np.array([2**53 + 1], dtype="i8"),
    "short": np.array([-300, 300], dtype="i2"),
    "double": np.array([0.1]),
    "spins": np.array([1, -1, 1], dtype="i1"),
    "on": np.array([True, False]),
    "\u00e9\"<&": np.array([2.0], dtype="f4"),
}
(here / "arrays.safetensors").write_bytes(safetensors.numpy.save(arrays, metadata={"format": "np"}))
