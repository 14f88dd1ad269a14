import keras
import numpy as np
import pytest

from kerastl.backbones import Stage


@pytest.fixture
def stage() -> Stage:
    x = keras.Input((4,))
    normalized = keras.layers.BatchNormalization()(x)
    inner = keras.Model(x, keras.layers.Dropout(0.5, seed=0)(normalized))
    return Stage(inner, name="stem")


@pytest.mark.both_backends
def test_frozen_means_inference_mode(stage: Stage) -> None:
    x = np.random.default_rng(0).random((8, 4), np.float32) + 5
    stage.trainable = False
    frozen = keras.ops.convert_to_numpy(stage(x, training=True))
    np.testing.assert_allclose(frozen, x / np.sqrt(1.001), rtol=1e-5)
    stage.trainable = True
    trained = keras.ops.convert_to_numpy(stage(x, training=True))
    assert np.abs(trained - frozen).max() > 1


@pytest.mark.both_backends
def test_saves_and_loads(stage: Stage, tmp_path) -> None:
    x = keras.Input((4,))
    stage.trainable = False
    keras.Model(x, stage(x)).save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").get_layer("stem")
    assert isinstance(loaded, Stage)
    assert not loaded.trainable
    assert not loaded.trainable_variables
