"""Warm-up records: requests that TensorFlow Serving runs before it reports that it is ready."""

from pathlib import Path
from typing import Any

from kerastl.artifacts.serving.predict_request import predict_request, prediction_log
from kerastl.artifacts.serving.signature import ServedSignature

FILE = Path("assets.extra", "tf_serving_warmup_requests")

# Batch sizes of the requests: a single one, and a batch as the server joins them.
_BATCHES = (1, 8)


def write_warmup(
    saved_model: Path, raw: ServedSignature, tensors: ServedSignature, samples: list[bytes]
) -> int:
    """Write `assets.extra/tf_serving_warmup_requests`, a TFRecord file of `PredictionLog`.

    Source: "SavedModel Warmup" in the documentation of TensorFlow Serving.

    Args:
        saved_model: The directory that holds `saved_model.pb`.
        raw: The signature of raw input.
        tensors: The signature of the model's own inputs.
        samples: Raw inputs, not taken from data.

    Returns:
        The number of records.
    """
    import tensorflow as tf

    (name,) = raw.inputs
    requests = [
        predict_request("", raw.name, {name: tf.make_tensor_proto([sample] * size, tf.string)})
        for size in _BATCHES
        for sample in samples
    ]
    requests.append(predict_request("", tensors.name, _ones(tensors)))
    path = saved_model / FILE
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as records:
        for request in requests:
            records.write(prediction_log(request))
    return len(requests)


def _ones(signature: ServedSignature) -> dict[str, Any]:
    import tensorflow as tf
    from tensorflow.core.framework import tensor_pb2

    protos = {}
    for name, tensor in signature.inputs.items():
        dtype = tf.as_dtype(tensor.dtype)
        # A single value fills the whole tensor, so that an image takes a few bytes.
        proto = tensor_pb2.TensorProto(dtype=dtype.as_datatype_enum)
        proto.tensor_shape.CopyFrom(tf.TensorShape([s or 1 for s in tensor.shape]).as_proto())
        getattr(proto, "float_val" if dtype.is_floating else "int_val").append(1)
        protos[name] = proto
    return protos
