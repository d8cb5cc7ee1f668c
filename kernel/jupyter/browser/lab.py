"""JupyterLab and a browser without a screen, both for as long as they are needed.

The server lives in a folder of its own, with configuration, settings and runtime
files that touch nothing of the user's, and neither of the two talks to anybody
outside of this machine.
"""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

# Nothing takes that long, not even the first cell on a new machine: it ends what hangs.
TIMEOUT = 180  # s

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

SETTINGS = {
    # Without windowing all cells are in the page, so that they can be photographed.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    # JupyterLab gives a kernel one second, which a busy machine may take.
    "completer-extension/manager": {"providerTimeout": 1000 * TIMEOUT},
}

OPTIONS = [
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=",
]


def chromium():
    """The browser: $CHROMIUM, or the one on PATH."""
    for name in os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome":
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit("no Chromium on PATH: install it (apt-get install chromium), or say where it is with CHROMIUM=PATH")


def launch(playwright):
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


class Lab:
    """A running JupyterLab. Notebooks are opened from the folder root."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="galago-lab-"))
        self.root = self.home / "root"
        self.root.mkdir()
        for name, values in SETTINGS.items():
            file = self.home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        folders = {
            "JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        }
        with open(self.home / "log", "w") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={self.root}"],
                cwd=self.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent,
                env={**os.environ, **{name: str(self.home / folder) for name, folder in folders.items()}})
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        """Waits until the server says which port it has found, and answers there."""
        info = self.home / "runtime" / f"jpserver-{self.server.pid}.json"
        deadline = time.monotonic() + TIMEOUT
        while True:
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab does not start:\n{self.log()}")
            try:
                self.info = json.loads(info.read_text())
                self.ask("GET", "api/status")
                return
            except (OSError, ValueError):  # not yet there, or half written
                time.sleep(0.05)

    def url(self, path):
        mark = "&" if "?" in path else "?"
        return f"http://127.0.0.1:{self.info['port']}/{path}{mark}token={self.info['token']}"

    def ask(self, method, path):
        """A request to the server's REST interface."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(urllib.request.Request(self.url(path), method=method), timeout=TIMEOUT) as answer:
            return json.loads(answer.read() or "null")

    def end_kernels(self):
        for session in self.ask("GET", "api/sessions"):
            self.ask("DELETE", f"api/sessions/{session['id']}")

    def log(self):
        return (self.home / "log").read_text()[-8000:]

    def stop(self):
        """Ends the server, which ends its kernels."""
        self.server.terminate()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def end_with_parent():
    """Has the process ended by the system, should we be killed."""
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
