"""The paths of the page: its files, predictions, explanations and corrections."""

from __future__ import annotations

import hmac
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kerastl.answering.serving.limited_handler import LimitedHandler
from kerastl.answering.serving.refused_call import RefusedCall
from kerastl.answering.trying.server import TryServer
from kerastl.basics.printable import printable

_FILES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "page.js": ("page.js", "text/javascript; charset=utf-8"),
    "page.css": ("page.css", "text/css; charset=utf-8"),
}
_CALLS = ("predict", "explain", "correct")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class TryHandler(LimitedHandler):
    """Answers the requests of one connection that have the token."""

    server: TryServer

    def do_GET(self) -> None:
        """Send a file of the page, or what it needs to know of the model."""
        try:
            name = self._name()
        except RefusedCall as refused:
            self.refuse(refused)
            return
        if name == "model":
            self.send_json(200, self._described())
        elif name in _FILES:
            file, kind = _FILES[name]
            self.send_content(200, _content(file), kind)
        elif name in _CALLS:
            self.refuse(RefusedCall(405, "Send this request with POST."))
        else:
            self.refuse(_unknown())

    def check_call(self) -> None:
        """Check that the path is that of a call, with the token."""
        if self._name() not in _CALLS:
            raise _unknown()

    def answer_call(self, body: bytes) -> tuple[dict[str, Any], int, int]:
        """Predict or explain an input, or store a correction.

        Raises:
            RefusedCall: If the input cannot be answered or stored, with the reason.
        """
        calls = {
            "predict": self.server.model.answer,
            "explain": self._explained,
            "correct": self._corrected,
        }
        try:
            return calls[self._name()](body), 1, 0
        except ValueError as error:
            raise RefusedCall(400, str(error)) from error

    def other_headers(self) -> dict[str, str]:
        """Return the headers that keep other pages out."""
        return {**super().other_headers(), **_HEADERS}

    def _name(self) -> str:
        """Return the path behind the token.

        Raises:
            RefusedCall: If the request is not from the page: a page of another site may send
                requests to this machine, under a name that it lets point here.
        """
        if self.headers.get_all("Host", []) not in [[each] for each in self.server.hosts]:
            raise RefusedCall(403, "Open the address that `kerastl try` printed.")
        token, _, name = self.asked_path().removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            raise RefusedCall(403, "Open the address that `kerastl try` printed.")
        return name

    def _described(self) -> dict[str, Any]:
        model, corrections = self.server.model, self.server.corrections
        return {
            "name": model.name,
            "task": model.task,
            "modality": model.modality,
            "explains": model.explains,
            "labels": [printable(label) for label in model.labels],
            "corrections": None if corrections is None else printable(str(corrections.path)),
            "most_bytes": self.server.limits.body_bytes,
        }

    def _explained(self, body: bytes) -> dict[str, Any]:
        if not self.server.model.explains:
            raise ValueError("Only a run explains its answers, not a bundle.")
        return self.server.model.why(body)

    def _corrected(self, body: bytes) -> dict[str, Any]:
        corrections, model = self.server.corrections, self.server.model
        if corrections is None:
            raise ValueError("Answers of this task are not corrected on the page.")
        model.check(body)
        places = {str(place): label for place, label in enumerate(model.labels)}
        asked = parse_qs(urlsplit(self.path).query).get("class", [])
        if len(asked) != 1 or asked[0] not in places:
            raise ValueError("The model has no such class.")
        label = places[asked[0]]
        try:
            written = corrections.add(body, label)
        except OSError as error:
            reason = str(error.strerror).partition(". Received")[0]
            raise ValueError(f"The correction cannot be written: {reason}.") from error
        return {"label": printable(label), "path": printable(str(written))}


def _unknown() -> RefusedCall:
    return RefusedCall(404, "There is no such path.")


@cache
def _content(name: str) -> bytes:
    return (Path(__file__).with_name("page") / name).read_bytes()
