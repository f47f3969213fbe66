"""Samplers in C++ and Rust behind Python: dwave-samplers, openjij, mcising. usage: peer_classic.py FOLDER JOB LIBRARY"""
import sys
import numpy as np
from worker import Job, serve, slope

job, library = Job(*sys.argv[1:3]), sys.argv[3]
sweeps = max(job.sweeps, 1_000_000 // (job.n * job.chains))
last = None


def dwave(rule):
    import dimod
    from dwave.samplers import SimulatedAnnealingSampler
    sampler, u, v = SimulatedAnnealingSampler(), job.edges[:, 0], job.edges[:, 1]
    # dimod's E = sum h s + sum J s s has the other sign.
    model = dimod.BinaryQuadraticModel.from_numpy_vectors(-job.h.astype(float), (u, v, np.full(len(u), -job.J)), 0.0, dimod.SPIN)

    def call(sweeps):
        global last
        last = sampler.sample(model, beta_schedule_type="custom", beta_schedule=[job.beta], num_sweeps=sweeps, num_sweeps_per_beta=sweeps,
                              num_reads=job.chains, seed=3, proposal_acceptance_criteria=rule).record.sample
    return call


def openjij():
    import openjij as oj
    model = oj.BinaryQuadraticModel({i: -float(h) for i, h in enumerate(job.h)}, {(int(u), int(v)): -job.J for u, v in job.edges}, 0.0, "SPIN", sparse=True)
    sampler = oj.SASampler()

    def call(sweeps):
        global last
        r = sampler.sample(model, schedule=[[job.beta, sweeps]], num_reads=job.chains, sparse=True, seed=3)
        last = r.record.sample[:, np.argsort(np.array(list(r.variables)))]
    return call


if library == "mcising":
    from mcising._core import IsingSimulation
    simulation = IsingSimulation(job.side, job.J, 0.0, 0.0, 0.0, 42, "metropolis", "square")
    simulation.sweep(1, temperature=1 / job.beta)

    def sample():
        simulation.sweep(sweeps, temperature=1 / job.beta)

    serve(sample, job.n * sweeps, lambda: float(simulation.energy()))
else:
    call = openjij() if library == "openjij" else dwave(library.split("-")[1])
    serve(slope(call, sweeps), job.n * job.chains * sweeps, lambda: job.energy(last))
