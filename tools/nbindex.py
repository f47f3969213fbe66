"""The index page of executed notebooks: OUT/index.html, with a thumbnail of each."""

import base64
import html
import json
import os
from pathlib import Path

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>isinggraph notebooks</title>
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem }}
article {{ border: 1px solid #ccc; border-radius: 6px; padding: 1rem }}
article.failed {{ border-color: #d55e00 }}
img {{ width: 100%; height: 14rem; object-fit: contain; background: #fff }}
h2 {{ font-size: 1.1rem; margin: .5rem 0 }}
p {{ margin: .3rem 0; color: #555 }}
.failed .status {{ color: #d55e00 }}
</style>
<h1>isinggraph notebooks</h1>
<main>
{}
</main>
</html>
"""


def write(path, content):
    """Writes a file in one step: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = path.with_name(path.name + ".tmp")
    temp.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.replace(temp, path)


def load(path, default):
    """What a JSON file holds, or the default where there is none or it is broken."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return default


def title(nb, name):
    """The first heading of a notebook."""
    for cell in nb.cells if nb else []:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    return name


def thumbnail(nb):
    """The PNG of the notebook's outputs with the most pixels, or None."""
    images = [
        base64.b64decode(out.data["image/png"])
        for cell in (nb.cells if nb else [])
        for out in cell.get("outputs", [])
        if "image/png" in out.get("data", {})
    ]
    # Width and height are bytes 16 to 24 of a PNG.
    return max(images, default=None, key=lambda b: int.from_bytes(b[16:20], "big") * int.from_bytes(b[20:24], "big"))


def record(out, name, nb, why, seconds):
    """Enters one run into OUT/run.json (why is None for success) and writes OUT/index.html anew."""
    figures = load(out / "results" / f"{name}.json", {}).get("figures", {}).values()
    image = thumbnail(nb)
    if image:
        write(out / "thumbnails" / f"{name}.png", image)
    runs = load(out / "run.json", {})
    runs[name] = {
        "title": title(nb, name),
        "failed": why,
        "seconds": round(seconds, 1),
        "profile": os.environ.get("ISINGGRAPH_PROFILE") or "default",
        "data": sorted({f["data"] for f in figures if f.get("data")}),
        "thumbnail": bool(image),
    }
    write(out / "run.json", json.dumps(runs, indent=1, sort_keys=True) + "\n")
    write(out / "index.html", PAGE.format("\n".join(article(out, n, runs[n]) for n in sorted(runs))))


def article(out, name, run):
    """One notebook on the page."""
    link = html.escape(name) + ".html"
    picture = f'<a href="{link}"><img src="thumbnails/{html.escape(name)}.png" alt=""></a>' if run["thumbnail"] else ""
    status = "failed: " + run["failed"] if run["failed"] else "ran"
    facts = [f"{run['seconds']:.1f} s", f"profile {run['profile']}"]
    if run["data"]:
        facts.append("data " + " and ".join(run["data"]))
    if Path(out, "results", f"{name}.json").exists():
        facts.append(f'<a href="results/{html.escape(name)}.json">numbers</a>')
    return (
        f'<article class="{"failed" if run["failed"] else "ran"}">{picture}'
        f'<h2><a href="{link}">{html.escape(run["title"])}</a></h2>'
        f'<p class="status">{html.escape(status)}</p><p>{", ".join(facts)}</p></article>'
    )
