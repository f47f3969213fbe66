"""JAX by hand: colours gathered through a padded table, and a packed checkerboard on lattices.

usage: peer_jax.py FOLDER JOB VARIANT [threefry|rbg]; VARIANT is gather-float32, gather-int8 or packed
"""
import sys
from functools import partial
import jax, jax.numpy as jnp, numpy as np
from jax import lax
from worker import Job, serve

folder, name, variant, generator = sys.argv[1:5]
job = Job(folder, name)
key = jax.random.key(0, impl={"threefry": "threefry2x32", "rbg": "unsafe_rbg"}[generator])
rng = np.random.default_rng(0)
dtype = jnp.int8 if variant in ("gather-int8", "packed") else jnp.float32


def accept(key, delta):
    return jax.random.uniform(key, delta.shape, jnp.float32) < jnp.exp(-job.beta * delta)


def packed():
    """Both colours of a checkerboard as [side, side/2] arrays."""
    side = job.side
    odd = (jnp.arange(side) & 1)[:, None] == 1

    def half(s, o, key, second):
        beside = jnp.where(odd ^ second, jnp.roll(o, -1, 1), jnp.roll(o, 1, 1))
        around = o + beside + jnp.roll(o, 1, 0) + jnp.roll(o, -1, 0)
        return jnp.where(accept(key, 2 * job.J * (s * around).astype(jnp.float32)), -s, s)

    @partial(jax.jit, donate_argnums=0)
    def run(state):
        def sweep(_, state):
            a, b, key = state
            key, ka, kb = jax.random.split(key, 3)
            a = half(a, b, ka, False)
            return a, half(b, a, kb, True), key
        return lax.fori_loop(0, job.sweeps, sweep, state)

    def spins(state):
        a, b = np.asarray(state[0]), np.asarray(state[1])
        x, o = np.empty((side, side), np.int8), np.asarray(odd)
        x[:, 0::2], x[:, 1::2] = np.where(o, b, a), np.where(o, a, b)
        return x.reshape(1, -1)

    start = [jnp.asarray(rng.choice([-1, 1], (side, side // 2)), dtype) for _ in range(2)]
    return run, (*start, key), spins


def gather():
    """Nodes in the order of their colours, each colour a slice with its own neighbour table."""
    color = job.colors()
    order = np.argsort(color, kind="stable")
    place = np.empty(job.n + 1, np.int32)
    place[order], place[job.n] = np.arange(job.n), job.n
    table, h = place[job.table()[order]], job.h[order]
    cuts = np.concatenate([[0], np.cumsum(np.bincount(color))]).tolist()
    slices = [(a, jnp.asarray(table[a:b]), jnp.asarray(h[a:b])[:, None]) for a, b in zip(cuts, cuts[1:])]

    @partial(jax.jit, donate_argnums=0)
    def run(state):
        def sweep(_, state):
            x, key = state
            for a, t, hc in slices:
                key, sub = jax.random.split(key)
                own = lax.slice_in_dim(x, a, a + t.shape[0])
                around = sum(jnp.take(x, t[:, k], axis=0, mode="clip").astype(jnp.float32) for k in range(t.shape[1]))
                new = jnp.where(accept(sub, 2 * own.astype(jnp.float32) * (job.J * around + hc)), -own, own)
                x = lax.dynamic_update_slice_in_dim(x, new, a, 0)
            return x, key
        return lax.fori_loop(0, job.sweeps, sweep, state)

    x = rng.choice([-1, 1], (job.n + 1, job.chains))
    x[job.n] = 0
    return run, (jnp.asarray(x, dtype), key), lambda state: np.asarray(state[0])[place[: job.n]].T


run, state, spins = packed() if variant == "packed" else gather()


def sample():
    global state
    state = run(state)
    jax.block_until_ready(state)


sample()
sample()
serve(sample, job.n * job.chains * job.sweeps, lambda: job.energy(spins(state)))
