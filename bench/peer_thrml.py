"""THRML's block Gibbs sampler, a block a colour. usage: peer_thrml.py FOLDER JOB"""
import sys
import jax, jax.numpy as jnp, numpy as np
from thrml import Block, SamplingSchedule, SpinNode, sample_states
from thrml.models import IsingEBM, IsingSamplingProgram, hinton_init
from worker import Job, serve, slope

job = Job(*sys.argv[1:3])
nodes = [SpinNode() for _ in range(job.n)]
edges = [(nodes[u], nodes[v]) for u, v in job.edges.tolist()]
model = IsingEBM(nodes, edges, jnp.asarray(job.h), jnp.full(len(edges), job.J, jnp.float32), jnp.array(job.beta, jnp.float32))
color = job.colors()
blocks = [Block([nodes[i] for i in np.flatnonzero(color == c)]) for c in range(color.max() + 1)]
program = IsingSamplingProgram(model, blocks, clamped_blocks=[])
key = jax.random.key(0)
start = hinton_init(key, model, blocks, (job.chains,))
last = None
programs = {}


def call(sweeps):
    global last, key
    if sweeps not in programs:
        schedule = SamplingSchedule(n_warmup=sweeps, n_samples=1, steps_per_sample=1)
        programs[sweeps] = jax.jit(jax.vmap(lambda k, s: sample_states(k, program, schedule, s, [], [Block(nodes)])))
    key, sub = jax.random.split(key)
    last = jax.block_until_ready(programs[sweeps](jax.random.split(sub, job.chains), start))


sweeps = max(job.sweeps, 20)
call(1 + sweeps)
serve(slope(call, sweeps), job.n * job.chains * sweeps, lambda: job.energy(np.asarray(last[0]).reshape(job.chains, job.n) * 2.0 - 1))
