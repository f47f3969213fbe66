"""JupyterLab in a browser, for tools/browser.py: a server with the project's kernel, and a page that a mouse drives."""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a notebook says of itself: cells out of sight may have no outputs in the page, but the model has.
STATE = """() => {
  const w = window.jupyterapp.shell.currentWidget, kernel = w.sessionContext?.session?.kernel;
  const cells = Array.from(w.content.model.cells).filter(c => c.type === 'code' && c.sharedModel.source.trim());
  const failed = c => Array.from({length: c.outputs.length}, (_, i) => c.outputs.get(i).type).includes('error');
  return {status: kernel?.status ?? 'none', counts: cells.map(c => c.executionCount), errors: cells.filter(failed).length};
}"""


class Failure(Exception):
    """What went wrong in the browser, in a line."""


def missing():
    """Why there can be no browser test here, or None."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no playwright (pip could not install requirements.lock)"
    if not chromium():
        return "no Chromium (apt install chromium, or name one in CHROMIUM)"
    if not importlib.util.find_spec("jupyterlab"):
        return "no JupyterLab"
    return None


def chromium():
    """The path of a Chromium: CHROMIUM, or the system's."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, (shutil.which(n) for n in names if n)), None)


@contextlib.contextmanager
def server(folder, build, profile):
    """JupyterLab on a port of its own, with a token; yields its address and the token. What it started ends with it."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="browser-") as temp:
        env = {**os.environ, "ISINGGRAPH_PROFILE": profile, "ISINGGRAPH_BUILD": str(build), "TMPDIR": temp,
               "JUPYTERLAB_WORKSPACES_DIR": f"{temp}/workspaces", "JUPYTERLAB_SETTINGS_DIR": f"{temp}/settings",
               "JUPYTER_RUNTIME_DIR": f"{temp}/runtime"}
        goimports = ROOT / ".tools/bin/goimports"
        if goimports.exists():  # without gopls, as in runnb.py: it serves completion, and costs a core
            Path(temp, "goimports").symlink_to(goimports)
            env["PATH"] = env["PATH"].replace(str(goimports.parent), temp)
        command = ["jupyter", "lab", "--no-browser", "--expose-app-in-browser", "--ServerApp.ip=127.0.0.1",
                   f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}",
                   f"--IdentityProvider.token={token}", "--LabApp.news_url=None",
                   "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        if os.geteuid() == 0:
            command.append("--allow-root")
        log = Path(build, "jupyterlab.log")
        with open(log, "w") as out:
            process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       start_new_session=True)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                if process.poll() is not None:
                    raise Failure(f"JupyterLab ended with status {process.returncode}: see {log}")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", token
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)  # it ends its kernels
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    pass
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def browser(strangers):
    """A page of a headless Chromium. What it asks of other machines is refused and, but for what nbconvert's
    template asks for in an exported page (formulas), added to strangers."""
    from playwright.sync_api import sync_playwright

    args = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # WebGL without a graphics card
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    with sync_playwright() as p:
        chrome = p.chromium.launch(executable_path=chromium(), args=args)
        context = chrome.new_context(viewport={"width": 1400, "height": 1600}, reduced_motion="reduce")

        def route(r):
            if r.request.url.split("://")[-1].startswith("127.0.0.1") or not r.request.url.startswith("http"):
                r.continue_()
            else:
                if not r.request.frame.url.startswith("file:"):
                    strangers.append(r.request.url)
                r.abort()

        context.route("**/*", route)
        page = context.new_page()
        page.set_default_timeout(60_000)
        try:
            yield page
        finally:
            chrome.close()


def wait(what, seconds, done, tick=lambda: None):
    """Waits until done() is true; tick() runs in between. Raises Failure after some seconds."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        tick()


class Lab:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page, address, token, name):
        self.page, self.name = page, name
        page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?reset&token={token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel")
        self.ready()

    def ready(self):
        """Waits for a kernel that answers; its status is "unknown" until its first cell."""
        wait("a connected kernel", 60, lambda: self.state()["status"] in ("idle", "unknown"), self.pause)

    def state(self):
        return self.page.evaluate(STATE)

    def pause(self, seconds=0.25):
        self.page.wait_for_timeout(1000 * seconds)

    def menu(self, bar, item):
        """Clicks an entry of the menu bar, as a reader would."""
        self.page.click(f'.lm-MenuBar-itemLabel:text-is("{bar}")')
        self.page.click(f'.lm-Menu-itemLabel:text-is("{item}")')

    def calm(self):
        """Whether all code cells have run, or one has failed, and the kernel is idle."""
        s = self.state()
        return s["status"] == "idle" and (s["errors"] > 0 or all(s["counts"]))

    def run_all(self, seconds, tick):
        """Run > Run All Cells; returns when the kernel is idle for good. tick() runs while it is not."""
        self.menu("Run", "Run All Cells")
        still = 0

        def settled():
            nonlocal still
            still = still + 1 if self.calm() else 0
            return still >= 3  # outputs may come after the status

        def between():
            self.pause()
            tick()

        wait("the end of the last cell", seconds, settled, between)

    def notebook(self):
        """The notebook with its outputs, as it would be saved."""
        text = self.page.evaluate("() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON())")
        return json.loads(text)

    def show(self, index):
        """Scrolls to a cell; returns a handle of its node."""
        self.page.evaluate("async i => { await window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start'); }", index)
        self.pause(0.1)
        return self.page.evaluate_handle("i => window.jupyterapp.shell.currentWidget.content.widgets[i].node", index).as_element()

    def shut(self):
        """Ends the notebook's kernel."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


