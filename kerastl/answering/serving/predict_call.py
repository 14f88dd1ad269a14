"""Read the body of a predict request, and answer it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from kerastl.answering.bundle_model import BundleModel
from kerastl.answering.serving.columns import UNTOLD, columns, no_answer
from kerastl.answering.serving.refused_call import RefusedCall

SIGNATURES = ("serving_default", "strict")
INPUT_NAMES = {"image": "image_bytes", "text": "text"}


class PredictCall:
    """Answers the bodies of predict requests. Many threads share it.

    Args:
        models: The same file, loaded once for each request that is answered at the same time.
        max_examples: The most instances of a request.
    """

    def __init__(self, models: list[BundleModel], max_examples: int) -> None:
        self.model = models[0]
        self.max_examples = max_examples
        self._free: SimpleQueue[BundleModel] = SimpleQueue()
        for model in models:
            self._free.put(model)

    def __call__(self, body: bytes) -> tuple[dict[str, Any], int, int]:
        """Answer a request.

        Args:
            body: JSON with `instances` or `inputs`, as TensorFlow Serving takes it.

        Returns:
            The JSON object of the answer, and how many instances were answered and failed.

        Raises:
            RefusedCall: If the request is malformed or too large, or an instance of a request to
                the signature `strict` has no answer.
        """
        values, by_row, strict = self._parsed(body)
        rows = []
        with self._borrowed() as model:
            for number, value in enumerate(values):
                row = self._answered(model, value)
                if strict and row["error"]:
                    raise RefusedCall(400, f"Instance {number}: {row['error']}")
                rows.append(row)
        failed = sum(bool(row["error"]) for row in rows)
        if strict:
            for row in rows:
                del row["error"]
        if by_row:
            return {"predictions": rows}, len(rows) - failed, failed
        outputs = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
        return {"outputs": outputs}, len(rows) - failed, failed

    @contextmanager
    def _borrowed(self) -> Iterator[BundleModel]:
        model = self._free.get()
        try:
            yield model
        finally:
            self._free.put(model)

    def _parsed(self, body: bytes) -> tuple[list[Any], bool, bool]:
        """Return the raw values, whether they came as rows, and whether an error is strict."""
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RefusedCall(400, "The body must be JSON.") from error
        if not isinstance(asked, dict) or ("instances" in asked) == ("inputs" in asked):
            raise RefusedCall(400, 'The body must be an object with "instances" or "inputs".')
        signature = asked.get("signature_name", SIGNATURES[0])
        if signature not in SIGNATURES:
            raise RefusedCall(400, f'"signature_name" must be one of {", ".join(SIGNATURES)}.')
        by_row = "instances" in asked
        values = asked["instances"] if by_row else asked["inputs"]
        name = INPUT_NAMES[self.model.modality]
        if not by_row and isinstance(values, dict):
            if set(values) != {name}:
                raise RefusedCall(400, f'"inputs" must have the one input {name!r}.')
            values = values[name]
        if not isinstance(values, list):
            raise RefusedCall(400, "The inputs must be a list.")
        if len(values) > self.max_examples:
            raise RefusedCall(
                400, f"A request has at most {self.max_examples} instances, not {len(values)}."
            )
        return [self._raw(value, name) for value in values], by_row, signature == SIGNATURES[1]

    def _raw(self, value: Any, name: str) -> bytes | str:
        if isinstance(value, dict) and set(value) == {name}:
            value = value[name]
        if self.model.modality == "text":
            if not isinstance(value, str):
                raise RefusedCall(400, f'An instance must be a string or {{"{name}": string}}.')
            return value
        encoded = value.get("b64") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(encoded, str):
            raise RefusedCall(400, f'An instance must be {{"{name}": {{"b64": base64}}}}.')
        try:
            return base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise RefusedCall(400, 'The value of "b64" must be base64.') from error

    def _answered(self, model: BundleModel, raw: bytes | str) -> dict[str, Any]:
        try:
            result, context = model.answer(raw, allow_unknown=model.tells_unknown)
        except (ValueError, OSError) as error:
            blank = no_answer(model.task, model.labels, model.width)
            if model.tells_unknown:
                blank |= UNTOLD
            return {**blank, "error": " ".join(str(error).split())}
        size = context if model.modality == "image" else None
        return {**columns(result, model.labels, size), "error": ""}
