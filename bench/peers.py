#!/usr/bin/env python3
"""Million spin updates a second, ours and other samplers' in alternation on the same models.

usage: peers.py --bench BINARY [--gpu] [--rounds 3] [--jobs a,b] [--out FILE.json]

Every sampler is a process of its own that answers one request at a time, so that all meet the same machine. The table
gives medians over rounds: updates per CPU-second of the process, updates per second, energy per spin.
"""
import argparse, datetime, importlib.metadata, json, os, platform, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["jax", "jaxlib", "thrml", "dwave-samplers", "openjij", "mcising", "numpy"]
SKIP = {("grid2048", "openjij"), ("grid2048", "thrml"), ("grid2048", "gather")}  # models of millions of Python objects


def workers(job, folder, bench, gpu):
    """The commands of a job's samplers by name."""
    script = lambda name, *args: [sys.executable, os.path.join(HERE, name), folder, job["name"], *args]
    flags = ["-gpu"] if gpu else []
    found = {"ours": [bench, *flags, "-serve", job["name"]]}
    for generator in ("rbg", "threefry"):
        if job["side"]:
            found[f"jax packed {generator}"] = script("peer_jax.py", "packed", generator)
        if not gpu or not job["side"]:
            found[f"jax gather float32 {generator}"] = script("peer_jax.py", "gather-float32", generator)
            found[f"jax gather int8 {generator}"] = script("peer_jax.py", "gather-int8", generator)
    if not gpu:
        found["ours, plain Go"] = [bench, "-plain", "-serve", job["name"]]
        found["thrml"] = script("peer_thrml.py")
        for library in ("dwave-Metropolis", "dwave-Gibbs", "openjij") + (("mcising",) if job["side"] else ()):
            found[library] = script("peer_classic.py", library)
    return {k: v for k, v in found.items() if not any(job["name"] == j and s in k for j, s in SKIP)}


def ask(process, name):
    process.stdin.write("\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        print(f"  {name}: no answer, left out (exit status {process.wait()})", file=sys.stderr, flush=True)
        return None
    return json.loads(line)


def compare(job, folder, bench, gpu, rounds, seconds):
    """One row a sampler: at least one round, and no new one after some seconds."""
    running, end = {}, time.monotonic() + seconds
    for name, command in workers(job, folder, bench, gpu).items():
        running[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if ask(running[name], name) is None:  # the first answer warms up
            del running[name]
    answers = {name: [] for name in running}
    for k in range(rounds):
        if k and time.monotonic() > end:
            print(f"  {k} of {rounds} rounds", file=sys.stderr, flush=True)
            break
        for name in list(running):
            answer = ask(running[name], name)
            if answer is None:
                del running[name], answers[name]
            else:
                answers[name].append(answer)
    for process in running.values():
        process.stdin.close()
        process.wait()
    rows = []
    for name, a in answers.items():
        rate = lambda unit: statistics.median(r["updates"] / r[unit] for r in a) / 1e6
        rows.append(dict(job=job["name"], sampler=name, per_cpu_second=rate("cpu"), per_second=rate("wall"), rounds=len(a),
                         energy=statistics.mean(r["energy"] for r in a)))
    return sorted(rows, key=lambda r: -r["per_cpu_second"])


def show(rows):
    ours = next(r for r in rows if r["sampler"] == "ours")
    print(f"\n{rows[0]['job']:<28}{'M/CPU-s':>10}{'M/s':>10}{'ours is':>10}{'energy/n':>11}")
    for r in rows:
        ratio = ours["per_cpu_second"] / r["per_cpu_second"]
        print(f"  {r['sampler']:<26}{r['per_cpu_second']:>10.1f}{r['per_second']:>10.1f}{ratio:>9.1f}x{r['energy']:>11.4f}", flush=True)


def device():
    try:
        import jax
        return str(jax.devices()[0].device_kind)
    except Exception as e:
        return f"unknown ({type(e).__name__})"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bench", required=True, help="the program that go build ./bench makes")
    p.add_argument("--gpu", action="store_true", help="sizes that fill a GPU, on JAX's default device and $GOMLX_BACKEND")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--jobs", default="", help="names, separated by commas; default all")
    p.add_argument("--limit", type=float, default=float("inf"), help="seconds in all, about: fewer rounds where a job takes longer than its part")
    p.add_argument("--out", help="where to write the results")
    a = p.parse_args()
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # several processes share the GPU's memory
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([a.bench, *(["-gpu"] if a.gpu else []), "-write", folder], check=True)
        jobs = json.load(open(os.path.join(folder, "jobs.json")))
        jobs = [job for job in jobs if not a.jobs or job["name"] in a.jobs.split(",")]
        rows, end = [], time.monotonic() + a.limit
        for k, job in enumerate(jobs):
            rows += (new := compare(job, folder, a.bench, a.gpu, a.rounds, (end - time.monotonic()) / (len(jobs) - k)))
            show(new)
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    result = dict(date=datetime.date.today().isoformat(), cpu=cpu, cores=len(os.sched_getaffinity(0)), versions=versions, unit="million spin updates", rows=rows)
    if a.gpu:
        result["gpu"] = device()
    if a.out:
        os.makedirs(os.path.dirname(os.path.abspath(a.out)), exist_ok=True)
        with open(a.out + ".part", "w") as f:
            json.dump(result, f, indent=1)
        os.replace(a.out + ".part", a.out)


main()
