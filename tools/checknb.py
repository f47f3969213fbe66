#!/usr/bin/env python3
"""Checks that notebooks are as they are committed: checknb.py [--strip] [NOTEBOOK...]

No outputs, no execution counts, the gonb kernel, code cells of at most
60 lines. With --strip, clears outputs and counts instead. Default: all of notebooks/ and tools/testdata/. Needs no Jupyter.
"""

import argparse
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 60  # of a code cell: one idea a cell


def faults(nb):
    """Yields what is wrong with a notebook, a line each."""
    kernel = nb.get("metadata", {}).get("kernelspec", {}).get("name")
    if kernel != "gonb":
        yield f"the kernel is {kernel!r}, not 'gonb'"
    code = [c for c in nb["cells"] if c["cell_type"] == "code"]
    for i, cell in enumerate(code, 1):
        if cell.get("outputs"):
            yield f"code cell {i} holds outputs"
        if cell.get("execution_count") is not None:
            yield f"code cell {i} holds execution count {cell['execution_count']}"
        lines = len("".join(cell["source"]).splitlines())
        if lines > MOST_LINES:
            yield f"code cell {i} has {lines} lines, at most {MOST_LINES} are one idea: move what it computes to pkg, or part it"


def strip(nb):
    """Clears what running leaves behind."""
    for cell in nb["cells"]:
        cell["metadata"].pop("execution", None)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--strip", action="store_true", help="clear outputs and execution counts")
    args = parser.parse_args()
    paths = args.notebooks or sorted(p for d in ("notebooks", "tools/testdata") for p in (ROOT / d).glob("*.ipynb"))
    bad, clears = 0, False
    for path in paths:
        try:
            nb = json.loads(path.read_text(encoding="utf-8"))
            if args.strip:
                strip(nb)
                temp = path.with_name(path.name + ".tmp")
                temp.write_text(json.dumps(nb, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
                os.replace(temp, path)
            found = list(faults(nb))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
            found = [f"not a notebook: {type(e).__name__}: {e}"]
        for fault in found:
            bad += 1
            print(f"{path.name}: {fault}")
            clears = clears or " holds " in fault
    if clears and not args.strip:
        print("`make strip` clears outputs and counts")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
