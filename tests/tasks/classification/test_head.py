import keras
import numpy as np
import pytest

from kerastl.tasks.classification.head import ClassificationHead

pytestmark = pytest.mark.both_backends


def test_assigned_weights_are_what_it_computes():
    head = ClassificationHead(2)
    head.build((None, 3))
    head.assign(np.array([[1.0, 0], [0, 1], [0, 0]]), np.array([0.0, 0.5]))
    logits = keras.ops.convert_to_numpy(head.logits(np.array([[2.0, 1, 9]], "float32")))
    np.testing.assert_allclose(logits, [[2.0, 1.5]])


def test_probabilities_are_float32_under_mixed_precision():
    head = ClassificationHead(4, dtype="mixed_bfloat16")
    probabilities = head(keras.ops.ones((2, 8)))
    assert keras.backend.standardize_dtype(probabilities.dtype) == "float32"
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(keras.ops.sum(probabilities, axis=1)), 1.0, rtol=1e-5
    )


def test_one_class_is_refused():
    with pytest.raises(ValueError, match=r"a whole number of at least 2\. Received: classes=1"):
        ClassificationHead(1)


def test_it_survives_its_configuration():
    head = ClassificationHead.from_config(ClassificationHead(3, dropout=0.4).get_config())
    assert (head.classes, head.dropout.rate) == (3, 0.4)
