#!/usr/bin/env python3
"""Runs the notebooks in JupyterLab in a real browser: browser.py [--quick] [--only 00_sampling] [--out build/browser]

Copies of the notebooks run through the menu (Run > Run All Cells). A notebook passes if no cell failed, each
image has loaded, nothing was asked of the network, and what answers the mouse does: sliders are dragged, meshes
turned, graphs hovered over, in JupyterLab and in the exported page. A notebook of its own is interrupted and
restarted; the start page is opened. Screenshots land in build/screenshots. One line a notebook; status 1 on failure. Without Chromium,
Playwright or JupyterLab one line says so, with status 0.
"""

import argparse
import json
import shutil
import signal
import sys
import time
from pathlib import Path

import browserlab
import nbformat
import nbindex
import runnb
from browserlab import ROOT, Failure, Lab, wait

# What must answer the mouse in which notebook.
SLIDING = "00_sampling"
PLAYS = {SLIDING: ["sliders"], "02_explainability": ["hover"], "03_mesh_sparsification": ["mesh"]}
SLIDERS = "[id^=sliders_] input[type=range]"
PICTURE = "() => Array.from(document.querySelectorAll('.jp-OutputArea img')).pop()?.src"

INTERRUPTED = ["!*bash \"$GONB_DIR/setup.sh\"\n%noautoget", """import (
	"fmt"

	"example.org/isinggraph/notebooks/nb"
)

%%
ctx, stop := nb.Interruptible()
defer stop()
fmt.Println("waiting")
<-ctx.Done()
fmt.Println("saved")""", """import "fmt"

%%
fmt.Println("alive")"""]


def quick(nb):
    """Leaves of a notebook the cells up to its first figure, and those with sliders."""
    figure = next(i for i, c in enumerate(nb.cells) if c.cell_type == "code" and "nb.Show" in c.source)
    nb.cells = [c for i, c in enumerate(nb.cells) if i <= figure or c.cell_type == "code" and "nb.Interact(" in c.source]
    return nb


def slide(lab, shots):
    """Drags the first sliders that are ready, each to another value, and presses Done. Returns whether it did."""
    page = lab.page
    sliders = page.query_selector_all(SLIDERS)
    if not sliders or not sliders[0].is_enabled():
        return False
    sliders[0].scroll_into_view_if_needed()
    for k, slider in enumerate(sliders):
        before, box = page.evaluate(PICTURE), slider.bounding_box()
        x, y = box["x"] + box["width"] * (0.3 if k != 1 else 0.25), box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(x + box["width"] * 0.05 * step, y)
        page.mouse.up()
        wait(f"another picture after slider {k + 1}", 60, lambda: page.evaluate(PICTURE) != before, lab.pause)
        lab.pause(0.5)
        page.screenshot(path=shots / f"{lab.name}_slider{k + 1}.png")
    page.click("[id^=sliders_] button")
    return True


def turn(page, shots, name):
    """Turns the first mesh, zooms, and goes back. Returns how many there are."""
    canvases = page.query_selector_all("[id^=mesh] canvas")
    if not canvases:
        raise Failure("no mesh to turn")
    for canvas in canvases:
        if "no WebGL" in (canvas.evaluate("c => c.nextSibling.textContent")):
            raise Failure("no WebGL")
    canvas = canvases[0]
    canvas.scroll_into_view_if_needed()
    first = canvas.screenshot(path=shots / f"{name}_mesh.png")
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=6)
    page.mouse.up()
    turned = canvas.screenshot(path=shots / f"{name}_mesh_turned.png")
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(200)
    zoomed = canvas.screenshot()
    page.mouse.dblclick(x, y)
    page.wait_for_timeout(200)
    if first == turned or turned == zoomed:
        raise Failure("a mesh does not turn or zoom")
    if canvas.screenshot() != first:
        raise Failure("a double click does not turn a mesh back")
    return len(canvases)


def hover(page, shots, name):
    """Moves the mouse over nodes of the first graph and reads what they say. Returns how many nodes did."""
    view = page.query_selector("[id^=graph-]")
    if not view:
        raise Failure("no graph to hover over")
    view.scroll_into_view_if_needed()
    said = set()
    for circle in view.query_selector_all("svg >> nth=0 >> circle")[:5]:
        box = circle.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        tip = view.query_selector(".tip")
        if not tip.is_visible() or not tip.inner_text().startswith("node "):
            raise Failure("a node says nothing under the mouse")
        said.add(tip.inner_text())
    view.screenshot(path=shots / f"{name}_hover.png")
    page.mouse.move(0, 0)
    if len(said) < 2:
        raise Failure("all nodes say the same")
    return len(said)


def images(lab, nb, shots):
    """Checks that the images of all cells have loaded, and takes a picture of each cell's outputs. Returns their number."""
    count = 0
    for index, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        want = sum("image/png" in o.get("data", {}) for o in cell.outputs)
        if not want and "<img " not in json.dumps(cell.outputs):
            continue
        node = lab.show(index)
        loaded = "n => Array.from(n.querySelectorAll('.jp-OutputArea img')).map(i => i.complete && i.naturalWidth > 0)"
        wait(f"the images of cell {index + 1}", 30, lambda: len(node.evaluate(loaded)) >= max(want, 1) and all(node.evaluate(loaded)), lab.pause)
        count += len(node.evaluate(loaded))
        node.query_selector(".jp-Cell-outputWrapper").screenshot(path=shots / f"{lab.name}_{index + 1:02d}.png")
    return count


def failed(lab):
    """Prints the first cell that failed, as runnb.py does. Returns the notebook and whether one failed."""
    nb = nbformat.from_dict(lab.notebook())
    for number, cell in enumerate((c for c in nb.cells if c.cell_type == "code" and c.source.strip()), 1):
        why = next((o.evalue.split("\n")[0] for o in cell.outputs if o.output_type == "error"), None)
        try:
            runnb.check_outputs(cell)
        except runnb.Failure as e:
            why = why or str(e)
        if why:
            runnb.explain(Path(lab.name + ".ipynb"), number, cell, why)
            return nb, True
    return nb, False


def check(page, address, token, name, out, shots, seconds):
    """Runs one notebook. Returns what it found, in words; raises Failure."""
    lab = Lab(page, address, token, name)
    plays, told = PLAYS.get(name, []), []

    def tick():
        if "sliders" in plays and "sliders moved" not in told and slide(lab, shots):
            told.append("sliders moved")

    lab.run_all(seconds, tick)
    nb, bad = failed(lab)
    page.screenshot(path=shots / f"{name}.png")
    nbindex.write(out / f"{name}.ipynb", nbformat.writes(nb) + "\n")
    if bad:
        raise Failure("a cell failed")
    if "sliders" in plays and not told:
        raise Failure("no sliders to move")
    cells = sum(c.cell_type == "code" and bool(c.source.strip()) for c in nb.cells)
    told = [f"{cells} cells", f"{images(lab, nb, shots)} images"] + told
    views = {"mesh": (turn, "[id^=mesh]", "{} meshes turn"), "hover": (hover, "[id^=graph-]", "{} nodes answer")}
    for play, (act, where, words) in views.items():
        if play in plays:
            for index, cell in enumerate(nb.cells):
                if 'id=\\"' + where[5:-1] in json.dumps(cell.get("outputs", "")):
                    lab.show(index)
                    break
            told.append(words.format(act(page, shots, name)))
            html, _ = runnb.HTMLExporter().from_notebook_node(nb, {"metadata": {"name": name}})
            nbindex.write(out / f"{name}.html", html)
    lab.shut()
    for play, (act, where, words) in views.items():
        if play in plays:
            page.goto((out / f"{name}.html").as_uri())
            act(page, shots, name + "_exported")
            told.append("also when exported")
    return ", ".join(told)


def interrupt(page, address, token, folder, shots):
    """Interrupts a cell that waits, and restarts the kernel, through the menus."""
    name = "interrupt"
    cells = [nbformat.v4.new_code_cell(text) for text in INTERRUPTED]
    nb = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "gonb", "display_name": "Go (gonb)", "language": "go"}})
    nbformat.write(nb, folder / f"{name}.ipynb")
    lab = Lab(page, address, token, name)

    def said(text):
        return any(text in json.dumps(o.get("text", "")) for c in lab.notebook()["cells"] for o in c.get("outputs", []))

    lab.menu("Run", "Run All Cells")
    for turn_ in ("interrupt", "restart"):
        wait("a cell that waits", 60, lambda: said("waiting"), lab.pause)
        lab.menu("Kernel", "Interrupt Kernel")
        wait("a kernel that is idle after an interrupt", 30, lambda: lab.state()["status"] == "idle", lab.pause)
        if not said("saved"):
            raise Failure("an interrupted cell does not come to its end")
        lab.show(2)
        page.evaluate("() => { const n = window.jupyterapp.shell.currentWidget.content; n.activeCellIndex = 2; n.deselectAll(); }")
        lab.menu("Run", "Run Selected Cell")
        wait(f"a cell after the {turn_}", 60, lambda: said("alive"), lab.pause)
        if turn_ == "interrupt":
            page.screenshot(path=shots / f"{name}.png")
            lab.menu("Kernel", "Restart Kernel and Run All Cells…")
            page.click('.jp-Dialog-button.jp-mod-accept, .jp-Dialog-button:has-text("Restart")')
            wait("cleared outputs", 30, lambda: not said("alive"), lab.pause)
    lab.shut()
    return "interrupted and restarted twice"


def start(page, address, token, shots):
    """Opens the start page, as `make lab` does, and follows its first link."""
    page.goto(f"{address}/lab/workspaces/start/tree/README.md?reset&token={token}")
    link = page.wait_for_selector(".jp-MarkdownViewer table a")
    page.wait_for_timeout(500)
    page.screenshot(path=shots / "start.png")
    link.click()
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    return "shown, its first link opens"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="this notebook, \"start\" or \"interrupt\", and nothing else (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="of 00_sampling the cells up to the first figure and the sliders, and nothing else")
    parser.add_argument("--out", type=Path, default=Path("build/browser"), help="executed copies, pages, memoised results (build/browser)")
    parser.add_argument("--screenshots", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--profile", choices=["fast", "default", "paper"], default="fast")
    parser.add_argument("--timeout", type=int, default=300, help="seconds a notebook may take (300)")
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would kernels
    if why := browserlab.missing():
        print(f"browser test skipped: {why}")
        return 0

    out, shots = args.out.resolve(), args.screenshots.resolve()
    shots.mkdir(parents=True, exist_ok=True)
    folder = out / "notebooks"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    names = ["start", *(p.stem for p in paths), "interrupt"]
    if unknown := set(args.only or []) - set(names):
        sys.exit(f"browser: no {', '.join(sorted(unknown))} among {', '.join(names)}")
    for path in [*paths, ROOT / "notebooks/README.md"]:
        shutil.copy(path, folder)
    if args.quick:
        args.only = [SLIDING]
        nbformat.write(quick(nbformat.read(folder / f"{SLIDING}.ipynb", as_version=4)), folder / f"{SLIDING}.ipynb")
    (out / "docs").unlink(missing_ok=True)
    (out / "docs").symlink_to(ROOT / "docs")  # 02 reads results in ../docs
    (folder / "setup.sh").write_text(f'exec bash "{ROOT}/notebooks/setup.sh"\n')

    strangers, bad = [], 0
    with browserlab.server(folder, out, args.profile) as (address, token), browserlab.browser(strangers) as page:
        jobs = {p.stem: lambda n=p.stem: check(page, address, token, n, out, shots, args.timeout) for p in paths}
        jobs["start"] = lambda: start(page, address, token, shots)
        jobs["interrupt"] = lambda: interrupt(page, address, token, folder, shots)
        names = args.only or names
        for name in names:
            begin = time.monotonic()
            strangers.clear()
            try:
                told = jobs[name]()
                if strangers:
                    raise Failure(f"asks the network for {strangers[0]}")
                print(f"{name}: {told}, {time.monotonic() - begin:.1f} s")
            except Exception as e:  # the others still run
                bad += 1
                page.screenshot(path=shots / f"{name}_failed.png")
                print(f"{name}: FAILED, {type(e).__name__ + ': ' if not isinstance(e, Failure) else ''}{str(e).splitlines()[0]}, {time.monotonic() - begin:.1f} s")
    print(f"{len(names) - bad} of {len(names)} passed in {browserlab.chromium()}; see {args.screenshots}")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
