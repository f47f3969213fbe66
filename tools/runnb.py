#!/usr/bin/env python3
"""Runs GoNB notebooks headless: runnb.py [--out build] [--profile fast] [NOTEBOOK...]

Executed copies and HTML land in OUT, with an index page; what the notebooks record lands there too
(ISINGGRAPH_BUILD names OUT to them). One line a cell. A notebook stops at its first failing cell, the
others still run, and the exit status is 1.

A cell fails where GoNB says so, and also where it does not: a "!" line or a "%%bash" cell with a non-zero
status and an unknown "%" command only write to stderr, and the compiler's message is in HTML alone.
"""

import argparse
import contextlib
import fcntl
import functools
import html
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

import nbindex

ROOT = Path(__file__).resolve().parent.parent
SHELL_CELL = re.compile(r"^(//gonb:)?(!|%%(bash|sh|script)\b)", re.M)
SHELL_FAILED = re.compile(r"^(exit status \d+|signal: .+)$", re.M)
UNKNOWN_COMMAND = re.compile(r'"%[^"]*" unknown or not implemented yet\.')
DULL = re.compile(r'\s*($|%%\s*$|import\b|([\w.]+ )?"|\))')  # a line that says little of what its cell does
NOT_COMPILED = re.compile(r'^failed to run "\S*(go build|go test|goimports)\b')
REPORT_CONTEXT = re.compile(r'<div class="gonb-err-context">([^<]|<div class="gonb-err-line">[^<]*</div>)*</div>')


class Failure(Exception):
    """Why a cell failed, in a line."""


def report(output):
    """The text of an output: of a stream or an error, and of HTML only GoNB's report of an error."""
    if output.output_type == "stream":
        text = output.text
    elif output.output_type == "error":
        text = "\n".join(output.traceback) or output.evalue
    else:
        text = output.get("data", {}).get("text/html", "")
        if "gonb-err" not in text:
            return ""
        text = re.sub(r"(?s)<style>.*?</style>", "", text)
        text = html.unescape(re.sub(r"<[^>]*>", "", REPORT_CONTEXT.sub("", text)))
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def check_outputs(cell):
    """Raises Failure where an executed cell's outputs say that it failed though GoNB replied "ok"."""
    for out in cell.outputs:
        if out.output_type == "stream" and out.name == "stderr":
            if m := UNKNOWN_COMMAND.search(out.text):
                raise Failure("special command " + m[0].rstrip("."))
            if SHELL_CELL.search(cell.source) and (m := SHELL_FAILED.search(out.text)):
                raise Failure("shell: " + m[0])


@contextlib.contextmanager
def kernel(nb, folder, timeout):
    """A client of a fresh kernel; on the way out nothing that a cell started is left running."""
    options = {"coalesce_streams": True} if hasattr(NotebookClient, "coalesce_streams") else {}
    client = NotebookClient(nb, timeout=timeout, kernel_name=nb.metadata.kernelspec.name, record_timing=False,
                            resources={"metadata": {"path": str(folder)}}, **options)
    client.log.disabled = True
    group = None
    with tempfile.TemporaryDirectory(prefix="runnb-") as temp:
        # Without gopls on its PATH the kernel does not start one: it serves completion, and costs a core.
        env = {**os.environ, "TMPDIR": temp}
        goimports = ROOT / ".tools/bin/goimports"
        if goimports.exists():
            Path(temp, "goimports").symlink_to(goimports)
            env["PATH"] = env["PATH"].replace(str(goimports.parent), temp)
        try:
            with client.setup_kernel(env=env):
                group = client.km.provisioner.pgid
                yield client
        finally:
            if group and group != os.getpgrp():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)


def execute(nb, path, timeout):
    """Executes nb in place, with a line a cell. Returns None, or (number of the failed cell, cell, why)."""
    total = sum(c.cell_type == "code" and bool(c.source.strip()) for c in nb.cells)
    number, heading, cell = 0, "", None
    try:
        with kernel(nb, path.parent, timeout) as client:
            for index, cell in enumerate(nb.cells):
                if cell.cell_type == "markdown":
                    m = re.search(r"^#+ +(.*)", cell.source, re.M)
                    heading = m[1] if m else heading
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                number += 1
                start = time.monotonic()
                label = heading or next((x for x in cell.source.splitlines() if not DULL.match(x)), "")
                try:
                    client.execute_cell(cell, index)
                    check_outputs(cell)
                finally:
                    print(f"{path.stem} {number:3d}/{total} {time.monotonic() - start:7.1f} s  {label[:72]}")
                heading = ""
    except CellExecutionError as e:
        return number, cell, "does not compile" if NOT_COMPILED.search(e.evalue) else e.evalue.split("\n")[0]
    except CellTimeoutError:
        return number, cell, f"no end after {timeout} s"
    except DeadKernelError:
        return number, cell, "the kernel died"
    except Failure as e:
        return number, cell, str(e)
    except Exception as e:  # no kernel, a kernel that does not answer
        return number, cell, f"{type(e).__name__}: {e}"
    return None


def explain(path, number, cell, why):
    """Prints a failure at once: the cell, its source, and what the compiler or the program said."""
    said = [f"FAILED {path.name}, code cell {number}: {why}"]
    if cell is not None and cell.cell_type == "code":
        said += ["  | " + line for line in cell.source.splitlines()] + complaint(cell)
    print("\n".join(said))


def complaint(cell):
    """The lines of a cell's outputs that say why it failed."""
    outputs = cell.get("outputs", [])
    streams = [o for o in outputs if o.output_type == "stream"]
    said = [o for o in streams if o.name == "stderr"] or [o for o in outputs if o not in streams] or streams
    lines = "\n".join(map(report, said)).splitlines()[-60:]
    if not any("Cell [" in line for line in lines):  # GoNB marks a frame on stderr only where it reads it in one piece
        reports = "\n".join(report(o) for o in outputs if o not in said and o not in streams)
        lines += [re.sub(r"Cell\[(\d+)\]:", r"Cell [\1]", line) for line in reports.splitlines() if "Cell[" in line]
    return ["  > " + line.rstrip() for line in lines
            if line.strip() and not line.lstrip().startswith("# gonb_") and not NOT_COMPILED.search(line)]


def run(path, out, timeout):
    """Runs one notebook; writes its executed copy and HTML. Returns whether all of it worked."""
    start = time.monotonic()
    try:
        nb = nbformat.read(path, as_version=4)
        failure = execute(nb, path, timeout)
        if failure:
            explain(path, *failure)
        nbindex.write(out / path.name, nbformat.writes(nb) + "\n")
        page, _ = HTMLExporter().from_notebook_node(nb, {"metadata": {"name": path.stem}})
        nbindex.write(out / f"{path.stem}.html", page)
        why = f"code cell {failure[0]}: {failure[2]}" if failure else None
    except Exception as e:  # not a notebook, a disk that is full: the others still run
        nb, why = None, f"{type(e).__name__}: {e}"
        print(f"FAILED {path.name}: {why}")
    with open(out / ".lock", "w") as lock:  # the index page is of all notebooks
        fcntl.flock(lock, fcntl.LOCK_EX)
        nbindex.record(out, path.stem, nb, why, time.monotonic() - start)
    return why is None


def run_all(paths, out, timeout, jobs):
    """Runs notebooks, some at once, each in a process of its own. Returns which of them worked."""
    task = functools.partial(run, out=out, timeout=timeout)
    if jobs == 1:
        return [task(path) for path in paths]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:  # an interrupt ends the processes with their kernels
        good = pool.map(task, paths, chunksize=1)
        pool.close()
        pool.join()
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: build")
    parser.add_argument("--timeout", type=int, default=900, help="seconds a cell may take (900)")
    parser.add_argument("--jobs", type=int, default=1, help="notebooks that run at once (1)")
    parser.add_argument("--profile", choices=["fast", "default", "paper"], help="sets ISINGGRAPH_PROFILE")
    parser.add_argument("--fresh", action="store_true", help="forget memoised and recorded results first")
    args = parser.parse_args()

    sys.stdout.reconfigure(line_buffering=True)
    # In a venv on the system's Jupyter, nbconvert's templates are the system's.
    os.environ.setdefault("JUPYTER_PATH", os.path.join(sys.base_prefix, "share", "jupyter"))
    out = args.out.resolve()
    if args.profile:
        os.environ["ISINGGRAPH_PROFILE"] = args.profile
    os.environ["ISINGGRAPH_BUILD"] = str(out)
    if args.fresh:
        (out / "run.json").unlink(missing_ok=True)
        for name in ("cache", "results", "figures", "thumbnails"):
            shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)

    paths = [p.resolve() for p in args.notebooks] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    if not paths:
        sys.exit("runnb: no notebooks")
    start = time.monotonic()
    good = run_all(paths, out, args.timeout, args.jobs)
    print(f"{sum(good)} of {len(good)} notebooks ran, {time.monotonic() - start:.0f} s; see {args.out / 'index.html'}")
    sys.exit(not all(good))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
