import json

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from kerastl.artifacts.serving.warmup import FILE

pytestmark = pytest.mark.slow


def test_the_model_answers_every_record(small_bundle):
    directory = small_bundle.bundle.path("saved_model")
    told = json.loads((small_bundle.bundle.directory / "kerastl.json").read_text(encoding="utf-8"))
    count = told["saved_model"]["serving"]["warm_up_requests"]
    path = directory / FILE
    assert FILE.as_posix() == "assets.extra/tf_serving_warmup_requests"
    assert path.stat().st_size < 400_000
    records = list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator())
    # The server refuses to load a model with more than 1,000.
    assert len(records) == count <= 1000
    seen = set()
    for record in records:
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        fed = {n: tf.constant(tf.make_ndarray(p)) for n, p in request.inputs.items()}
        name = request.model_spec.signature_name
        scores = small_bundle.signatures[name](**fed)["scores"].numpy()
        assert np.isfinite(scores).all()
        seen.add((name, len(scores)))
    assert seen == {("serving_default", 1), ("serving_default", 8), ("tensors", 1)}


def test_no_record_holds_an_example(small_bundle):
    exportable, held_out = small_bundle.exportable, small_bundle.held_out
    raw = {item.encode() if isinstance(item, str) else item for item in held_out.raw}
    assert not raw & set(exportable.reader.samples())
