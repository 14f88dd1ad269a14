import keras
import numpy as np
import pytest

from kerastl.heads.mean_deviation import MeanAbsoluteDeviation
from kerastl.heads.pooling import pooled

pytestmark = pytest.mark.both_backends

MAPS = np.random.default_rng(0).normal(3.0, 2.0, (2, 5, 4, 3)).astype("float32")


def test_it_is_the_mean_distance_from_the_mean():
    expected = np.abs(MAPS - MAPS.mean(axis=(1, 2), keepdims=True)).mean(axis=(1, 2))
    found = keras.ops.convert_to_numpy(MeanAbsoluteDeviation()(MAPS))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_constant_map_has_none():
    found = keras.ops.convert_to_numpy(MeanAbsoluteDeviation()(np.full((1, 4, 4, 2), 7.0)))
    np.testing.assert_array_equal(found, np.zeros((1, 2)))


def test_statistics_are_mean_and_deviation():
    found = [keras.ops.convert_to_numpy(each) for each in pooled(MAPS, "statistics")]
    assert len(found) == 2
    np.testing.assert_allclose(found[0], MAPS.mean(axis=(1, 2)), rtol=1e-5)
    expected = np.abs(MAPS - MAPS.mean(axis=(1, 2), keepdims=True)).mean(axis=(1, 2))
    np.testing.assert_allclose(found[1], expected, rtol=1e-5)
    assert [len(pooled(MAPS, mode)) for mode in ("average", "max", "none")] == [1, 1, 1]


def test_it_survives_saving(tmp_path):
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, MeanAbsoluteDeviation()(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.output_shape == (None, 3)
    np.testing.assert_array_equal(loaded.predict(MAPS, verbose=0), model.predict(MAPS, verbose=0))
