"""Protocol buffers of TensorFlow Serving's requests, encoded without its package.

Field numbers are those of `tensorflow_serving/apis/predict.proto`, `model.proto` and
`prediction_log.proto`. Every field used here is length-delimited, so that tag, length and content
in a row are the whole encoding.
"""

from typing import Any


def predict_request(model: str, signature: str, inputs: dict[str, Any]) -> bytes:
    """Encode a `PredictRequest`.

    Args:
        model: Name under which the server holds the model; empty in warm-up records.
        signature: Such as `"serving_default"`.
        inputs: A `TensorProto` for each input name.

    Returns:
        The serialized message, as sent over gRPC.

    Example:

    ```python
    text = tf.make_tensor_proto(["A fine film."])
    predict_request("classifier", "serving_default", {"text": text})
    ```
    """
    specification = _field(3, signature.encode())
    if model:
        specification = _field(1, model.encode()) + specification
    message = _field(1, specification)
    for name, tensor in sorted(inputs.items()):
        message += _field(2, _field(1, name.encode()) + _field(2, tensor.SerializeToString()))
    return message


def prediction_log(request: bytes) -> bytes:
    """Encode a `PredictionLog` of one `PredictRequest`, as warm-up records hold."""
    return _field(6, _field(1, request))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
