"""The paths of the server, as TensorFlow Serving has them."""

from __future__ import annotations

from typing import Any

from kerastl.answering.serving.limited_handler import LimitedHandler
from kerastl.answering.serving.refused_call import RefusedCall
from kerastl.answering.serving.server import BundleServer

_TEXT = "text/plain; charset=utf-8"
_VERSION = "1"


class Handler(LimitedHandler):
    """Answers the requests of one connection."""

    server: BundleServer

    def do_GET(self) -> None:
        """Answer `/v1/models/NAME`, `/healthz` and `/metrics`."""
        path = self.asked_path()
        model = f"/v1/models/{self.server.name}"
        if path == "/healthz":
            is_well = not self.server.is_stopping
            self.send_content(200 if is_well else 503, b"ok\n" if is_well else b"stopping\n", _TEXT)
        elif path == "/metrics":
            self.send_content(200, self.server.metrics.text().encode(), "text/plain; version=0.0.4")
        elif path in (model, f"{model}/versions/{_VERSION}"):
            state = "UNLOADING" if self.server.is_stopping else "AVAILABLE"
            status = {"error_code": "OK", "error_message": ""}
            version = {"version": _VERSION, "state": state, "status": status}
            self.send_json(200, {"model_version_status": [version]})
        elif path.startswith(model) and path.endswith(":predict"):
            self.refuse(RefusedCall(405, "Send a predict request with POST."))
        else:
            self.refuse(self._unknown())

    def check_call(self) -> None:
        """Check that the path is that of predict requests."""
        model = f"/v1/models/{self.server.name}"
        if self.asked_path() not in (f"{model}:predict", f"{model}/versions/{_VERSION}:predict"):
            raise self._unknown()

    def answer_call(self, body: bytes) -> tuple[dict[str, Any], int, int]:
        """Answer a predict request."""
        return self.server.call(body)

    def _unknown(self) -> RefusedCall:
        return RefusedCall(404, f"There is no such path. The model is {self.server.name!r}.")
