"""A browser that shows the web app, and a server that gives it."""

import functools
import json
import subprocess
import threading
from contextlib import AbstractContextManager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.chromium import MODULES

PAGE = Path(__file__).resolve().parents[2] / "export" / "web"
AXE = MODULES / "axe-core" / "axe.min.js"
DRIVER = Path(__file__).with_name("drive_page.mjs")
PLAYWRIGHT = MODULES / "playwright-core" / "index.mjs"
NONE = "None of these"
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


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
