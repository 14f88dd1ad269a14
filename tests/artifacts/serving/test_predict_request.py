"""The hand-made messages, read by TensorFlow Serving's own classes."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_log_pb2

from kerastl.artifacts.serving.predict_request import predict_request, prediction_log


# Lengths of one, two and three bytes.
@pytest.mark.parametrize("size", [0, 1, 127, 128, 20_000, 3_000_000])
def test_official_classes_read_the_request(size):
    values = {"a": np.array([b"x" * size, b""], object), "ü": np.arange(6.0).reshape(2, 3)}
    protos = {name: tf.make_tensor_proto(value) for name, value in values.items()}
    encoded = predict_request("classifier", "serving_default", protos)
    read = predict_pb2.PredictRequest.FromString(encoded)
    assert read.model_spec.name == "classifier"
    assert read.model_spec.signature_name == "serving_default"
    assert set(read.inputs) == set(values)
    for name, value in values.items():
        np.testing.assert_array_equal(tf.make_ndarray(read.inputs[name]), value)
    written = predict_pb2.PredictRequest(inputs=protos)
    written.model_spec.name = "classifier"
    written.model_spec.signature_name = "serving_default"
    assert read == written


def test_official_classes_read_the_log():
    request = predict_request("", "tensors", {"x": tf.make_tensor_proto([1.0])})
    read = prediction_log_pb2.PredictionLog.FromString(prediction_log(request))
    assert read.WhichOneof("log_type") == "predict_log"
    assert read.predict_log.request.model_spec.signature_name == "tensors"
    assert read.predict_log.request.model_spec.name == ""
    assert not read.predict_log.HasField("response")
