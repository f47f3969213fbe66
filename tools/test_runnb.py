#!/usr/bin/env python3
"""Tests of runnb.py and checknb.py on the notebooks in testdata/, with a real kernel."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat

import runnb as runner

TOOLS = Path(__file__).resolve().parent
DATA = TOOLS / "testdata"


def runnb(out, *args, **env):
    """Runs runnb.py; returns its exit status and what it printed."""
    env = {**os.environ, "ISINGGRAPH_PROFILE": "fast", **env}
    done = subprocess.run([sys.executable, TOOLS / "runnb.py", "--out", out, *args], env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    return done.returncode, done.stdout


class Runner(unittest.TestCase):
    """One run over good and bad notebooks; each test looks at one of them."""

    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory()
        cls.out = Path(cls.temp.name, "out")
        names = ["bad_command", "bad_compile", "bad_shell", "bad_bash", "panics", "nb_check", "dies", "good"]
        broken = Path(cls.temp.name, "broken.ipynb")
        broken.write_text("{")
        cls.status, cls.said = runnb(cls.out, "--jobs", "2", broken, *(DATA / f"{n}.ipynb" for n in names))
        cls.runs = json.loads((cls.out / "run.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.temp.cleanup()

    def failed(self, name, why, *lines):
        """Checks that a notebook failed for a reason, and that the lines were printed after it, in order."""
        self.assertIn(why, self.runs[name]["failed"] or "ran")
        rest = self.said[self.said.index(f"FAILED {name}.ipynb"):]
        for line in lines:
            self.assertIn(line, rest)
            rest = rest[rest.index(line):]

    def outputs(self, name):
        """The executed copy's outputs, cell by cell."""
        nb = json.loads((self.out / f"{name}.ipynb").read_text())
        return [c["outputs"] for c in nb["cells"] if c["cell_type"] == "code"]

    def test_status(self):
        self.assertEqual(self.status, 1)
        self.assertIn("1 of 9 notebooks ran", self.said)

    def test_compiler(self):
        self.failed("bad_compile", "code cell 2: does not compile", "| var s string = half(4)",
                    "Line 2", "cannot use half(4) (value of type int) as string value")
        self.assertEqual(self.outputs("bad_compile")[2], [])

    def test_shell(self):
        self.failed("bad_shell", "code cell 1: shell: exit status 1", "| !echo before; false")
        self.assertEqual(self.outputs("bad_shell")[1], [])

    def test_bash(self):
        self.failed("bad_bash", "shell: exit status 3", "| exit 3", "> to stderr")

    def test_command(self):
        self.failed("bad_command", 'special command "%frobnicate" unknown', "| %frobnicate")

    def test_panic(self):
        self.failed("panics", "exit status 2", "> panic: runtime error: index out of range [7]", "Cell [1] Line 4")

    def test_torn_panic(self):
        """A frame that GoNB read from stderr in two pieces, and did not mark there."""
        cell = nbformat.read(self.out / "panics.ipynb", 4).cells[-1]
        for out in cell.outputs:
            if out.get("name") == "stderr":
                out.text = re.sub(r"\S*\[\[ Cell .*?\]\]\S* ", "", out.text)
                self.assertNotIn("Cell", out.text)
        self.assertIn("Cell [1] Line 4", "\n".join(runner.complaint(cell)))

    def test_check(self):
        self.failed("nb_check", "exit status 1", "> error: no such mesh", "Cell [2] Line 5")

    def test_dead_kernel(self):
        self.failed("dies", "the kernel died", "| !kill -9 $PPID")

    def test_not_a_notebook(self):
        self.assertIn("FAILED broken.ipynb", self.said)

    def test_good(self):
        self.assertIsNone(self.runs["good"]["failed"], self.said)
        for i, label in enumerate(["A good notebook", "Memoised squares", "x := ", "!echo a shell"], 1):
            self.assertRegex(self.said, rf"(?m)^good +{i}/4 +[0-9.]+ s  {label}")
        cells = self.outputs("good")
        text = json.dumps(cells)
        self.assertIn("squares: 5 in", text)
        self.assertEqual(text.count("computing"), 1, "the memo of the second cell serves the third")
        self.assertTrue(any("image/png" in o.get("data", {}) for o in cells[2]))
        self.assertIn("**profile** fast", text)

    def test_products(self):
        figure = json.loads((self.out / "results/good.json").read_text())["figures"]["1"]
        self.assertEqual((figure["data"], figure["profile"], figure["seed"]), ("generated", "fast", 1))
        self.assertEqual(figure["values"], {"y": [0, 1, 4, 9, 16], "bad": None})
        for name in ("good.html", "figures/good_fig1.png", "thumbnails/good.png"):
            self.assertGreater((self.out / name).stat().st_size, 1000, name)
        index = (self.out / "index.html").read_text()
        for part in ("A good notebook", "thumbnails/good.png", "data generated", "profile fast", "does not compile"):
            self.assertIn(part, index)
        self.assertEqual(list(self.out.rglob("*.tmp")), [])


class Stuck(unittest.TestCase):
    def test_timeout(self):
        with tempfile.TemporaryDirectory() as temp:
            status, said = runnb(Path(temp, "out"), "--timeout", "3", DATA / "slow.ipynb", TMPDIR=temp)
            self.assertEqual(status, 1)
            self.assertIn("FAILED slow.ipynb, code cell 1: no end after 3 s", said)
            self.assertEqual(os.listdir(temp), ["out"], "temporary files are left")
            running = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()]
            self.assertFalse([c for c in running if temp.encode() in c], "a cell's program is left running")

    def test_bad_profile(self):
        status, said = runnb("unused", "--profile", "quick")
        self.assertNotEqual(status, 0)
        self.assertIn("quick", said)


class Check(unittest.TestCase):
    def checknb(self, *args):
        done = subprocess.run([sys.executable, TOOLS / "checknb.py", *args], text=True, stdout=subprocess.PIPE)
        return done.returncode, done.stdout

    def test_check_and_strip(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "good.ipynb")
            shutil.copy(DATA / "good.ipynb", path)
            self.assertEqual(self.checknb(path), (0, ""))
            clean = path.read_text()
            nb = json.loads(clean)
            nb["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x"]}]
            nb["cells"][3]["execution_count"] = 7
            path.write_text(json.dumps(nb))
            status, said = self.checknb(path)
            self.assertEqual(status, 1)
            self.assertIn("good.ipynb: code cell 1 holds outputs", said)
            self.assertIn("good.ipynb: code cell 2 holds execution count 7", said)
            self.assertEqual(self.checknb("--strip", path)[0], 0)
            self.assertEqual(path.read_text(), clean)
            nb["metadata"]["kernelspec"]["name"] = "python3"
            path.write_text(json.dumps(nb))
            self.assertIn("'python3'", self.checknb(path)[1])
            nb = json.loads(clean)
            for lines, want in ((60, 0), (61, 1)):
                nb["cells"][1]["source"] = ["x := 1\n"] * lines
                path.write_text(json.dumps(nb))
                status, said = self.checknb(path)
                self.assertEqual((status, "code cell 1 has 61 lines" in said), (want, want == 1))
            path.write_text("[]")
            self.assertIn("good.ipynb: not a notebook", self.checknb(path)[1])


if __name__ == "__main__":
    unittest.main()
