"""What the peers' workers share: the jobs' models as written by the Go program, and the protocol.

A worker answers each line on its standard input by at least half a second of sampling, as one line of JSON: updates,
wall and cpu seconds, energy per spin. The setting-up of a call (conversion of the model) is not charged.
"""
import json, os, sys, time
import numpy as np

LEAST_SECONDS = 0.5


class Job:
    """A model: E(x) = -J sum_edges x_i x_j - sum_i h_i x_i at inverse temperature beta."""

    def __init__(self, folder, name):
        entry = next(j for j in json.load(open(os.path.join(folder, "jobs.json"))) if j["name"] == name)
        self.name, self.n, self.side = name, entry["n"], entry["side"]
        self.J, self.beta, self.chains, self.sweeps = entry["j"], entry["beta"], entry["chains"], entry["sweeps"]
        self.edges = np.fromfile(os.path.join(folder, name + ".edges"), "<i4").reshape(-1, 2)
        self.h = np.fromfile(os.path.join(folder, name + ".h"), "<f4")
        self.color = np.fromfile(os.path.join(folder, name + ".colors"), "<i4")

    def energy(self, x):
        """Energy per spin of x [chains, n], mean over at most 16 chains."""
        x = np.asarray(x, np.float32).reshape(-1, self.n)[:16]
        return float(np.mean([-(self.J * float(np.dot(c[self.edges[:, 0]], c[self.edges[:, 1]])) + float(np.dot(c, self.h))) / self.n for c in x]))

    def table(self):
        """Neighbours [n, largest degree], n where there is none."""
        a = np.concatenate([self.edges, self.edges[:, ::-1]])
        a = a[np.argsort(a[:, 0], kind="stable")]
        start = np.searchsorted(a[:, 0], np.arange(self.n + 1))
        out = np.full((self.n, int(np.diff(start).max())), self.n, np.int32)
        out[a[:, 0], np.arange(len(a)) - start[a[:, 0]]] = a[:, 1]
        return out

    def colors(self):
        """A proper colouring: checkerboard on lattices, else the Go program's greedy one."""
        if self.side:
            row, col = np.divmod(np.arange(self.n), self.side)
            return (row + col) & 1
        return self.color


def serve(sample, updates, energy):
    """Answers requests by sample(), which makes a number of updates and returns the (wall, cpu) to charge, or None for all."""
    for _ in sys.stdin:
        wall = cpu = calls = 0
        while wall < LEAST_SECONDS:
            w, c = time.perf_counter(), time.process_time()
            charged = sample() or (time.perf_counter() - w, time.process_time() - c)
            wall, cpu, calls = wall + charged[0], cpu + charged[1], calls + 1
        print(json.dumps(dict(updates=updates * calls, wall=wall, cpu=cpu, energy=energy(), calls=calls)), flush=True)


def timed(f):
    w, c = time.perf_counter(), time.process_time()
    f()
    return time.perf_counter() - w, time.process_time() - c


def slope(call, sweeps):
    """A sample() whose charge is that of `sweeps` more sweeps: call(1+sweeps) less call(1), measured beforehand."""
    call(1)
    base = [timed(lambda: call(1)) for _ in range(5)]
    w0, c0 = min(b[0] for b in base), min(b[1] for b in base)

    def sample():
        w, c = timed(lambda: call(1 + sweeps))
        return max(w - w0, 1e-9), max(c - c0, 1e-9)

    return sample
