import base64
import json

import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2

from kerastl.artifacts.serving.request_examples import rest_request, write_request_examples
from kerastl.artifacts.serving.signature import ServedSignature, ServedTensor


def _signature(name):
    return ServedSignature("serving_default", {name: ServedTensor("t:0", "string", (None,))}, {})


def test_images_travel_as_base64_and_texts_as_they_are():
    images = rest_request(_signature("image_bytes"), [b"\xff\xd8"])
    assert images["instances"] == [{"image_bytes": {"b64": base64.b64encode(b"\xff\xd8").decode()}}]
    texts = rest_request(_signature("text"), ["ä".encode(), b"b"])
    assert texts["instances"] == [{"text": "ä"}, {"text": "b"}]
    assert texts["signature_name"] == "serving_default"


@pytest.mark.slow
def test_both_files_ask_the_same_of_the_real_signature(small_bundle, tmp_path):
    exportable, directory = small_bundle.exportable, small_bundle.bundle.path("saved_model")
    signature = ServedSignature.read(directory, "serving_default")
    assert list(signature.inputs) == [exportable.reader.input_name]
    assert set(signature.outputs) == {"error", "label", "labels", "scores"}
    samples = exportable.reader.samples()[:1]
    paths = write_request_examples(tmp_path, signature, samples)
    body = json.loads((tmp_path / paths["rest"]).read_text(encoding="utf-8"))
    request = predict_pb2.PredictRequest.FromString((tmp_path / paths["grpc"]).read_bytes())
    (instance,) = body["instances"]
    assert set(instance) == set(request.inputs) == set(signature.inputs)
    (value,) = instance.values()
    sent = base64.b64decode(value["b64"]) if isinstance(value, dict) else value.encode()
    (proto,) = request.inputs.values()
    assert tf.make_ndarray(proto).tolist() == [sent] == samples
    assert request.model_spec.signature_name == body["signature_name"] == signature.name


@pytest.mark.slow
def test_an_unknown_signature_is_named(small_bundle):
    with pytest.raises(KeyError, match=r"'predict' of .*'serving_default'"):
        ServedSignature.read(small_bundle.bundle.path("saved_model"), "predict")
