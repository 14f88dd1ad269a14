"""A browser that shows the web app, and a server that gives it."""

import functools
import json
import os
import shutil
import subprocess
import threading
from contextlib import AbstractContextManager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "export" / "web"
MODULES = PAGE / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
DRIVER = Path(__file__).with_name("drive_page.mjs")
PLAYWRIGHT = MODULES / "playwright-core" / "index.mjs"
NONE = "None of these"
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def find_browser() -> str:
    """Return the path of Chromium; skip the test where it or the page's packages are missing."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    missing = None
    if path is None or shutil.which("node") is None:
        missing = "install Chromium and Node.js (apt-get install chromium nodejs)"
    elif not PLAYWRIGHT.is_file():
        missing = "install the page's packages: npm ci --prefix export/web"
    if missing and os.environ.get("KERASTL_REQUIRE_BROWSER"):
        pytest.fail(f"KERASTL_REQUIRE_BROWSER is set: {missing}")
    if missing:
        pytest.skip(missing)
    assert path is not None
    return path


class Browser(AbstractContextManager):
    """Chromium with one page.

    Args:
        path: Path of Chromium.
        args: Further arguments of Chromium.
        options: Options of the page, as Playwright names them, such as `viewport`.
    """

    def __init__(self, path: str, args: list[str] = (), **options: Any) -> None:
        given = json.dumps({"args": list(args), "permissions": [], **options})
        self._process = subprocess.Popen(
            ["node", str(DRIVER), str(PLAYWRIGHT), path, given],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, command: str, *values: Any) -> Any:
        """Run a command of the driver and return what came of it."""
        self._process.stdin.write(json.dumps([command, *map(_plain, values)]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the driver ended"}')
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def __exit__(self, *error: object) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


class Files(SimpleHTTPRequestHandler):
    """Serves the page or an app, a bundle under /bundle/, and the runtime that npm fetched."""

    def __init__(self, *args, folder, bundle, **options):
        self.bundle = bundle
        super().__init__(*args, directory=str(folder), **options)

    def translate_path(self, path):
        if path.startswith("/bundle/"):
            return str(self.bundle / path.removeprefix("/bundle/"))
        if path.startswith("/node_modules/"):
            return str(PAGE / path.lstrip("/"))
        return super().translate_path(path)

    def log_message(self, *args):
        pass


class Server(AbstractContextManager):
    """Serves a folder on a free port of this machine.

    Args:
        folder: The page or an app. Defaults to the page in the repository.
        bundle: A bundle to serve under /bundle/.
    """

    def __init__(self, folder: Path = PAGE, bundle: Path | None = None) -> None:
        handler = functools.partial(Files, folder=folder, bundle=bundle)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def __exit__(self, *error: object) -> None:
        if self._server.fileno() != -1:
            self.stop()
