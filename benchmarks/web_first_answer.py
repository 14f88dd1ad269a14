"""Measure how long the web app takes from its opening to its first answer, in headless Chromium.

    npm ci --ignore-scripts --prefix export/web
    python benchmarks/web_first_answer.py
    python benchmarks/web_first_answer.py --bundles out/bundles     # kept there for the next run

A first visit fetches everything from a server on this machine; a later one has no connection. The
input is given as soon as the page takes one. Each time is the median of fresh browsers. The exit
status is 1 where the bound is missed.
"""

import argparse
import functools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bundle_predict import CASES, EMPTY
from machine import machine

from kerastl.cli.main import main as kerastl

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "export" / "web" / "node_modules"
DRIVER = Path(__file__).with_name("first_answer.mjs")
FILES = {"small": "int8", "texts": "dynamic"}
BROWSERS, MOST_SECONDS = 7, 3.0


class Quiet(SimpleHTTPRequestHandler):
    """A server that logs nothing."""

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def bundle(name: str, folder: Path) -> Path:
    """Return the bundle of a case, exported if it is not there."""
    path = folder / f"web-{name}"
    if not path.exists():
        recipe = CASES[name].fit()
        recipe.export(path, quantize=(FILES[name], "float32"), **EMPTY)
    return path


def measure(app: Path, given: str, chromium: str) -> list[dict[str, float]]:
    """Open an app in fresh browsers, and return the seconds of each."""
    handler = functools.partial(Quiet, directory=str(app))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    playwright = MODULES / "playwright-core" / "index.mjs"
    try:
        done = subprocess.run(
            ["node", DRIVER, playwright, chromium, address, given, str(BROWSERS)],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    return [{name: time / 1000 for name, time in each.items()} for each in json.loads(done.stdout)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundles", type=Path, help="folder that keeps the bundles")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not MODULES.is_dir():
        raise SystemExit("install Chromium, Node.js and the page's packages; see the head")
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        print(machine())
        for name, file in FILES.items():
            folder = bundle(name, chosen.bundles or Path(temporary))
            app = Path(temporary) / f"app-{name}"
            kerastl(["app", "web", str(app), "--bundle", str(folder), "--file", file])
            (app / "node_modules").symlink_to(MODULES)
            taken = measure(app, CASES[name].inputs()[0], chromium)
            for visit, title in (("first", "first visit"), ("again", "without a connection")):
                times = [each[visit] for each in taken]
                median = statistics.median(times)
                missed = missed or median > MOST_SECONDS
                print(
                    f"{CASES[name].title}, {file}, {title}: median {median:.2f} s "
                    f"({min(times):.2f} to {max(times):.2f}, {BROWSERS} browsers), "
                    f"bound {MOST_SECONDS:g} s: {'missed' if median > MOST_SECONDS else 'kept'}"
                )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
