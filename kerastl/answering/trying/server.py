"""The server of the page."""

from __future__ import annotations

import secrets
from typing import Any

from kerastl.answering.serving.limited_server import LimitedServer, Limits
from kerastl.answering.serving.metrics import Metrics
from kerastl.answering.trying.corrections import Corrections
from kerastl.answering.trying.tried_model import TriedModel

HOST = "127.0.0.1"
LIMITS = Limits(body_bytes=50_000_000, requests=16, connections=64)
"""What the page may ask for."""


class TryServer(LimitedServer):
    """An HTTP server on this machine for one person, who has its address with the token in it.

    Args:
        port: The port; 0 takes a free one.
        handler: The class of the request handler.
        model: Answers inputs.
        corrections: Where corrected examples go; None for a task without corrections.
        limits: What the page may ask for.

    Attributes:
        model: As given.
        corrections: As given.
        token: A random text that every path starts with.

    Raises:
        OSError: If the port is in use.
    """

    def __init__(
        self,
        port: int,
        handler: Any,
        model: TriedModel,
        corrections: Corrections | None,
        limits: Limits = LIMITS,
    ) -> None:
        self.model, self.corrections = model, corrections
        self.token = secrets.token_urlsafe(24)
        super().__init__((HOST, port), handler, limits, Metrics({"task": model.task}))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The values of the header `Host` of a browser that opened the address."""
        return tuple(f"{name}:{self.server_port}" for name in (HOST, "localhost"))

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"
