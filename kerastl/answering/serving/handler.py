"""The paths of the server, as TensorFlow Serving has them."""

from __future__ import annotations

import json
import time
import traceback
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

from kerastl.answering.serving.refused_call import RefusedCall
from kerastl.answering.serving.server import BundleServer
from kerastl.version import __version__

_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"
_VERSION = "1"
_PART = 1 << 20
_LINGER = 2.0  # seconds


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: BundleServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Set how long a client may be silent."""
        super().setup()
        self.connection.settimeout(self.server.limits.seconds)

    def version_string(self) -> str:
        """Return the value of the header `Server`."""
        return f"kerastl/{__version__}"

    def do_GET(self) -> None:
        """Answer `/v1/models/NAME`, `/healthz` and `/metrics`."""
        path = self._path()
        model = f"/v1/models/{self.server.name}"
        if path == "/healthz":
            is_well = not self.server.is_stopping
            self._send(200 if is_well else 503, b"ok\n" if is_well else b"stopping\n", _TEXT)
        elif path == "/metrics":
            self._send(200, self.server.metrics.text().encode(), "text/plain; version=0.0.4")
        elif path in (model, f"{model}/versions/{_VERSION}"):
            state = "UNLOADING" if self.server.is_stopping else "AVAILABLE"
            status = {"error_code": "OK", "error_message": ""}
            version = {"version": _VERSION, "state": state, "status": status}
            self._send_json(200, {"model_version_status": [version]})
        elif path.startswith(model) and path.endswith(":predict"):
            self._refuse(RefusedCall(405, "Send a predict request with POST."))
        else:
            self._refuse(self._unknown())

    def do_HEAD(self) -> None:
        """Answer as `do_GET` does, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer `/v1/models/NAME:predict`."""
        start, answered, failed = time.perf_counter(), 0, 0
        limits, metrics = self.server.limits, self.server.metrics
        try:
            self._check_predict()
            if not metrics.begin(limits.requests):
                raise RefusedCall(503, "The server is busy: try again.")
        except RefusedCall as refused:
            self._refuse(refused, unread=True)
            return
        try:
            try:
                status, answer, answered, failed = self._predicted()
            finally:
                # Before the answer leaves: a client that has its answer may ask at once.
                metrics.end(time.perf_counter() - start, answered, failed)
            self._send_json(status, answer)
        finally:
            metrics.leave()

    def handle_expect_100(self) -> bool:
        """Refuse a body before the client sends it."""
        if self.command == "POST":
            try:
                self._check_predict()
            except RefusedCall as refused:
                self._refuse(refused, unread=True)
                return False
        return super().handle_expect_100()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write nothing: `/metrics` counts responses."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a malformed request with one sentence of JSON."""
        self.close_connection = True
        known = {501: "This method is not known.", 505: "HTTP 1.0 and 1.1 are spoken here."}
        self._refuse(RefusedCall(int(code), known.get(int(code), "The request is malformed.")))

    def _path(self) -> str:
        try:
            return unquote(urlsplit(self.path).path)
        except ValueError:
            return ""

    def _unknown(self) -> RefusedCall:
        return RefusedCall(404, f"There is no such path. The model is {self.server.name!r}.")

    def _check_predict(self) -> None:
        """Check path and size of a predict request, before its body is read."""
        model = f"/v1/models/{self.server.name}"
        if self._path() not in (f"{model}:predict", f"{model}/versions/{_VERSION}:predict"):
            raise self._unknown()
        if self.server.is_stopping:
            raise RefusedCall(503, "The server is stopping.")
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            raise RefusedCall(411, "The request must have a Content-Length.")
        limit = self.server.limits.body_bytes
        # A number of thousands of digits is not converted.
        if len(length) > 20 or int(length) > limit:
            raise RefusedCall(413, f"The body of a request has at most {limit:,} bytes.")

    def _predicted(self) -> tuple[int, dict[str, Any], int, int]:
        """Return status, answer, and how many instances were answered and failed."""
        try:
            return 200, *self.server.call(self._body())
        except RefusedCall as refused:
            return refused.status, {"error": refused.message}, 0, 0
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            traceback.print_exc()
            return 500, {"error": "The server could not answer this request."}, 0, 0

    def _body(self) -> bytes:
        left, parts = int(self.headers["Content-Length"]), []
        until = time.monotonic() + self.server.limits.seconds
        while left:
            part = self.rfile.read1(min(left, _PART))
            if not part or time.monotonic() > until:
                self.close_connection = True
                raise RefusedCall(408, "The body did not arrive in time.")
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _refuse(self, refused: RefusedCall, unread: bool = False) -> None:
        """Answer with an error; of a body that was not read, some is read and dropped."""
        if unread:
            self.close_connection = True
        self._send_json(refused.status, {"error": refused.message})
        if unread:
            # A connection that is closed with unread bytes loses the answer on its way.
            with suppress(OSError, ValueError):
                self.wfile.flush()
                self.connection.settimeout(_LINGER)
                until = time.monotonic() + _LINGER
                while time.monotonic() < until and self.connection.recv(_PART):
                    pass

    def _send_json(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False).encode(), _JSON)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.server.metrics.count_status(status)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if status == 503:
            self.send_header("Retry-After", "1")
        if self.close_connection or self.server.is_stopping:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
