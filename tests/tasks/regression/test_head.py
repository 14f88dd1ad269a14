import keras
import numpy as np
import pytest

from kerastl.tasks.regression.head import RegressionHead

pytestmark = pytest.mark.both_backends


def test_numbers_are_in_the_targets_units():
    head = RegressionHead([20.0, 0.0], [5.0, 0.1])
    head.build((None, 1))
    head.assign(np.array([[1.0, -2.0]]), np.array([1.0, 0.0]))
    found = keras.ops.convert_to_numpy(head(np.array([[0.0], [2.0]])))
    np.testing.assert_allclose(found, [[25, 0], [35, -0.4]], atol=1e-5)


def test_half_widths_are_infinite_until_they_are_known_and_saved(tmp_path):
    features = keras.Input((3,))
    model = keras.Model(features, RegressionHead([1.0], [2.0], name="head")(features))
    for half_widths in ((float("inf"),), (4.5,)):
        model.get_layer("head").half_widths = half_widths
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert loaded.get_layer("head").half_widths == half_widths
    assert RegressionHead([1.0], [2.0]).half_widths == (float("inf"),)


@pytest.mark.parametrize(("mean", "scale"), [([], []), ([1.0], [0.0]), ([1.0, 2.0], [1.0])])
def test_a_scale_that_cannot_be_divided_by_is_refused(mean, scale):
    with pytest.raises(ValueError, match="a scale above 0"):
        RegressionHead(mean, scale)
