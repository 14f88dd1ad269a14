"""Example requests for a served model, made from its signature."""

import base64
import json
from pathlib import Path
from typing import Any

from kerastl.artifacts.serving.predict_request import predict_request
from kerastl.artifacts.serving.signature import ServedSignature

MODEL_NAME = "classifier"
DIRECTORY = "serving"


def rest_request(signature: ServedSignature, raw: list[bytes]) -> dict[str, Any]:
    """Make the JSON body of a REST `:predict` call.

    Source: "RESTful API" in the documentation of TensorFlow Serving: a string input whose name
    ends in `_bytes` holds `{"b64": ...}`.

    Args:
        signature: The signature of raw input.
        raw: Encoded images, or texts in UTF-8.

    Returns:
        A JSON object with one instance for each input.

    Example:

    ```python
    rest_request(signature, [b"A fine film."])  # {"signature_name": ..., "instances": [...]}
    ```
    """
    (name,) = signature.inputs

    def value(item: bytes) -> Any:
        if name.endswith("_bytes"):
            return {"b64": base64.b64encode(item).decode()}
        return item.decode()

    return {
        "signature_name": signature.name,
        "instances": [{name: value(item)} for item in raw],
    }


def grpc_request(signature: ServedSignature, raw: list[bytes], model: str = MODEL_NAME) -> bytes:
    """Make the `PredictRequest` of a gRPC `Predict` call.

    Args:
        signature: The signature of raw input.
        raw: Encoded images, or texts in UTF-8.
        model: Name under which the server holds the model. Defaults to `"classifier"`.

    Returns:
        The serialized message.
    """
    import tensorflow as tf

    (name,) = signature.inputs
    return predict_request(
        model, signature.name, {name: tf.make_tensor_proto(raw, dtype=tf.string)}
    )


def write_request_examples(
    bundle: Path, signature: ServedSignature, raw: list[bytes]
) -> dict[str, str]:
    """Write `serving/request.json` and `serving/request.pb` into a bundle.

    Args:
        bundle: The bundle under construction.
        signature: The signature of raw input.
        raw: Raw inputs, not taken from data.

    Returns:
        The paths inside the bundle, by protocol: `rest` and `grpc`.
    """
    folder = bundle / DIRECTORY
    folder.mkdir(exist_ok=True)
    body = json.dumps(rest_request(signature, raw), indent=2, ensure_ascii=False)
    (folder / "request.json").write_text(body + "\n", encoding="utf-8")
    (folder / "request.pb").write_bytes(grpc_request(signature, raw))
    return {"rest": f"{DIRECTORY}/request.json", "grpc": f"{DIRECTORY}/request.pb"}
