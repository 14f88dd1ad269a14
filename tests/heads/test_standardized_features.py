import keras
import numpy as np
import pytest

from kerastl.heads.standardized_features import StandardizedFeatures

pytestmark = pytest.mark.both_backends


def feature_stages(count=64):
    generator = np.random.default_rng(0)
    small = generator.normal(5, 0.01, (count, 3)).astype("float32")
    large = generator.normal(-2, 40, (count, 4)).astype("float32")
    return [small, large]


def test_it_passes_features_on_until_it_is_fitted():
    given = feature_stages()
    layer = StandardizedFeatures()
    np.testing.assert_array_equal(layer(given), np.concatenate(given, axis=1))
    assert layer.trainable_variables == []


def test_each_tap_gets_zero_mean_and_one_size():
    given = feature_stages()
    layer = StandardizedFeatures()
    layer.fit(keras.ops.convert_to_numpy(layer(given)))
    result = keras.ops.convert_to_numpy(layer(given))
    np.testing.assert_allclose(result.mean(axis=0), 0, atol=1e-3)
    for part in (result[:, :3], result[:, 3:]):
        assert np.square(part).mean() == pytest.approx(1, rel=1e-3)


def test_a_feature_that_hardly_moves_is_not_blown_up():
    features = np.random.default_rng(0).normal(size=(64, 5)).astype("float32")
    features[:, 2] *= 1e-6
    layer = StandardizedFeatures()
    layer(features)
    layer.fit(features)
    result = keras.ops.convert_to_numpy(layer(features))
    assert np.abs(result[:, 2]).max() < 1e-4


def test_a_tap_that_never_moves_stays_finite():
    layer = StandardizedFeatures()
    constant = np.full((8, 3), 7.0, "float32")
    layer(constant)
    layer.fit(constant)
    np.testing.assert_array_equal(layer(constant), np.zeros((8, 3)))


def test_it_survives_saving(tmp_path):
    inputs = [keras.Input((3,)), keras.Input((4,))]
    layer = StandardizedFeatures(name="pooling")
    model = keras.Model(inputs, layer(inputs))
    given = feature_stages()
    layer.fit(np.concatenate(given, axis=1))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(given, verbose=0), model.predict(given, verbose=0))


def test_features_that_are_not_finite_leave_the_layer_as_it_was():
    given = feature_stages()
    layer = StandardizedFeatures()
    features = keras.ops.convert_to_numpy(layer(given)).copy()
    layer.fit(features)
    before = layer.get_weights()
    features[[3, 7], 1] = np.inf
    with pytest.raises(ValueError, match=r"Received: 2 of 64 examples .* number 3, 7$"):
        layer.fit(features)
    for ours, theirs in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
