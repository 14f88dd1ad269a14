"""What every request handler does: limits, errors as one sentence, and JSON."""

from __future__ import annotations

import json
import time
import traceback
from abc import abstractmethod
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

from kerastl.answering.serving.limited_server import LimitedServer
from kerastl.answering.serving.refused_call import RefusedCall
from kerastl.version import __version__

_JSON = "application/json"
_PART = 1 << 20
_LINGER = 2.0  # seconds


class LimitedHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection within the limits of the server."""

    server: LimitedServer
    protocol_version = "HTTP/1.1"

    @abstractmethod
    def do_GET(self) -> None:
        """Answer a request without a body."""

    @abstractmethod
    def check_call(self) -> None:
        """Check a request with a body before the body is read.

        Raises:
            RefusedCall: If it is not answered.
        """

    @abstractmethod
    def answer_call(self, body: bytes) -> tuple[dict[str, Any], int, int]:
        """Answer a request with a body.

        Args:
            body: The whole body.

        Returns:
            The JSON object of the answer, and how many instances were answered and failed.

        Raises:
            RefusedCall: If it is malformed.
        """

    def setup(self) -> None:
        """Set how long a client may be silent."""
        super().setup()
        self.connection.settimeout(self.server.limits.seconds)

    def version_string(self) -> str:
        """Return the value of the header `Server`."""
        return f"kerastl/{__version__}"

    def do_HEAD(self) -> None:
        """Answer as `do_GET` does, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer a request with a body."""
        start, answered, failed = time.perf_counter(), 0, 0
        limits, metrics = self.server.limits, self.server.metrics
        try:
            self._check_body()
            if not metrics.begin(limits.requests):
                raise RefusedCall(503, "The server is busy: try again.")
        except RefusedCall as refused:
            self.refuse(refused, unread=True)
            return
        try:
            try:
                status, answer, answered, failed = self._answered()
            finally:
                # Before the answer leaves: a client that has its answer may ask at once.
                metrics.end(time.perf_counter() - start, answered, failed)
            self.send_json(status, answer)
        finally:
            metrics.leave()

    def handle_expect_100(self) -> bool:
        """Refuse a body before the client sends it."""
        if self.command == "POST":
            try:
                self._check_body()
            except RefusedCall as refused:
                self.refuse(refused, unread=True)
                return False
        return super().handle_expect_100()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write nothing: the server's metrics count responses."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a malformed request with one sentence of JSON."""
        self.close_connection = True
        known = {501: "This method is not known.", 505: "HTTP 1.0 and 1.1 are spoken here."}
        self.refuse(RefusedCall(int(code), known.get(int(code), "The request is malformed.")))

    def asked_path(self) -> str:
        """Return the path of the request, without its query; empty if it is malformed."""
        try:
            return unquote(urlsplit(self.path).path)
        except ValueError:
            return ""

    def refuse(self, refused: RefusedCall, unread: bool = False) -> None:
        """Answer with an error; of a body that was not read, some is read and dropped."""
        if unread:
            self.close_connection = True
        self.send_json(refused.status, {"error": refused.message})
        if unread:
            # A connection that is closed with unread bytes loses the answer on its way.
            with suppress(OSError, ValueError):
                self.wfile.flush()
                self.connection.settimeout(_LINGER)
                until = time.monotonic() + _LINGER
                while time.monotonic() < until and self.connection.recv(_PART):
                    pass

    def send_json(self, status: int, content: dict[str, Any]) -> None:
        """Send a JSON object."""
        self.send_content(status, json.dumps(content, ensure_ascii=False).encode(), _JSON)

    def send_content(self, status: int, body: bytes, kind: str) -> None:
        """Send a response.

        Args:
            status: The HTTP status.
            body: The content.
            kind: Its media type.
        """
        self.server.metrics.count_status(status)
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **self.other_headers()}
        if status == 503:
            headers["Retry-After"] = "1"
        if self.close_connection or self.server.is_stopping:
            self.close_connection = True
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def other_headers(self) -> dict[str, str]:
        """Return the headers that every response has."""
        return {"X-Content-Type-Options": "nosniff"}

    def _check_body(self) -> None:
        """Check path and size of a request with a body, before the body is read."""
        self.check_call()
        if self.server.is_stopping:
            raise RefusedCall(503, "The server is stopping.")
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            raise RefusedCall(411, "The request must have a Content-Length.")
        limit = self.server.limits.body_bytes
        # A number of thousands of digits is not converted.
        if len(length) > 20 or int(length) > limit:
            raise RefusedCall(413, f"The body of a request has at most {limit:,} bytes.")

    def _answered(self) -> tuple[int, dict[str, Any], int, int]:
        """Return status, answer, and how many instances were answered and failed."""
        try:
            return 200, *self.answer_call(self._read_body())
        except RefusedCall as refused:
            return refused.status, {"error": refused.message}, 0, 0
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            traceback.print_exc()
            return 500, {"error": "The server could not answer this request."}, 0, 0

    def _read_body(self) -> bytes:
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
