import keras
import numpy as np
import pytest

from kerastl.tasks.multi_label.head import MultiLabelHead

pytestmark = pytest.mark.both_backends


def test_probabilities_do_not_exclude_one_another():
    head = MultiLabelHead(2)
    head.build((None, 3))
    head.assign(np.zeros((3, 2)), np.array([2.0, -1.0]))
    found = keras.ops.convert_to_numpy(head(np.ones((1, 3))))
    np.testing.assert_allclose(found, [[0.880797, 0.268941]], atol=1e-6)


def test_thresholds_are_saved_with_the_model(tmp_path):
    features = keras.Input((3,))
    model = keras.Model(features, MultiLabelHead(2, name="head")(features))
    assert model.get_layer("head").thresholds == (0.5, 0.5)
    model.get_layer("head").thresholds = (0.25, 0.75)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.get_layer("head").thresholds == (0.25, 0.75)


def test_it_is_float32_under_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert keras.backend.standardize_dtype(MultiLabelHead(2)(np.ones((1, 3))).dtype) == (
            "float32"
        )
    finally:
        keras.config.set_dtype_policy("float32")


def test_no_label_is_refused():
    with pytest.raises(ValueError, match="Received: labels=0"):
        MultiLabelHead(0)
