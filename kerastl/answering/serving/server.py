"""The server of a bundle."""

from __future__ import annotations

from typing import Any

from kerastl.answering.serving.limited_server import LimitedServer, Limits
from kerastl.answering.serving.metrics import Metrics
from kerastl.answering.serving.predict_call import PredictCall


class BundleServer(LimitedServer):
    """An HTTP server for one bundle, one thread for each connection.

    Args:
        address: Host and port; port 0 takes a free one.
        handler: The class of the request handler.
        name: Name of the model in paths.
        call: Answers predict requests.
        limits: What a client may ask for.

    Attributes:
        name: Name of the model in paths.
        call: Answers predict requests.

    Raises:
        OSError: If the port is in use, or the host is not one of this machine.
    """

    def __init__(
        self, address: tuple[str, int], handler: Any, name: str, call: PredictCall, limits: Limits
    ) -> None:
        self.name, self.call = name, call
        model = call.model
        metrics = Metrics({"name": name, "task": model.task, "file": model.format})
        super().__init__(address, handler, limits, metrics)
