"""An HTTP server with limits and a clean shutdown; what it answers is its handler's."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

from kerastl.answering.serving.metrics import Metrics

_BUSY_BODY = b'{"error": "The server has too many connections."}'
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\nRetry-After: 1\r\nConnection: close\r\n\r\n%s"
) % (len(_BUSY_BODY), _BUSY_BODY)


@dataclass(frozen=True)
class Limits:
    """What a client may ask for.

    Attributes:
        body_bytes: The largest body of a request.
        requests: The most predict requests at the same time; more get the status 503.
        connections: The most open connections.
        seconds: How long a client may take to send a request, and an idle connection stays open.
        grace: How long a server that is stopped waits for the requests that run.
    """

    body_bytes: int = 32_000_000
    requests: int = 64
    connections: int = 256
    seconds: float = 30.0
    grace: float = 10.0


class LimitedServer(ThreadingHTTPServer):
    """An HTTP server, one thread for each connection.

    Args:
        address: Host and port; port 0 takes a free one.
        handler: The class of the request handler.
        limits: What a client may ask for.
        metrics: Counters of the server.

    Attributes:
        limits: What a client may ask for.
        metrics: Counters of the server.
        is_stopping: Whether the server no longer answers new requests.

    Raises:
        OSError: If the port is in use, or the host is not one of this machine.
    """

    daemon_threads = True
    block_on_close = False
    # Connections that arrive at the same time wait here.
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: Any, limits: Limits, metrics: Metrics
    ) -> None:
        self.limits, self.metrics = limits, metrics
        self.is_stopping = False
        self._open = threading.BoundedSemaphore(limits.connections)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, handler)
        except OSError as error:
            raise OSError(_listening(error, address)) from error

    def server_bind(self) -> None:
        """Bind the socket, without asking a name server for the host's name."""
        if os.name != "nt":  # on Windows, two programs could share a port
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, or refuse it if there are too many."""
        if not self._open.acquire(blocking=False):
            self.metrics.count_status(503)
            with suppress(OSError):
                request.setblocking(False)
                request.send(_BUSY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._open.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer the requests of a connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write an unexpected error; a client that went away is none."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            traceback.print_exc()

    def run_until_stopped(self) -> None:
        """Answer requests until the process gets SIGTERM or SIGINT, then finish those that run.

        Call it in the main thread. A second signal ends the process at once.
        """
        stop = threading.Event()
        before = {}
        for each in (signal.SIGTERM, signal.SIGINT):
            before[each] = signal.signal(each, lambda number, frame: stop.set())
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            # On Windows, waiting without a limit is not interrupted by a signal.
            while not stop.wait(1.0):
                pass
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.stop()
            thread.join()

    def stop(self) -> None:
        """Accept no more connections, and wait until the requests that run have their answers."""
        self.is_stopping = True
        self.shutdown()
        self.server_close()
        until = time.monotonic() + self.limits.grace
        while self.metrics.present and time.monotonic() < until:
            time.sleep(0.02)


def _listening(error: OSError, address: tuple[str, int]) -> str:
    host, port = address
    if error.errno == errno.EADDRINUSE:
        return f"Another program uses this port: choose another one. Received: port {port}"
    if error.errno == errno.EACCES:
        return f"This port needs the rights of an administrator. Received: port {port}"
    return f"The server cannot listen there: {error.strerror}. Received: {host!r}, port {port}"
