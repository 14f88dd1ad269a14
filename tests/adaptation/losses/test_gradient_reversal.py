import keras
import numpy as np
import pytest

from kerastl.adaptation.losses.gradient_reversal import GradientReversal

pytestmark = pytest.mark.both_backends

POINTS = np.linspace(-2, 2, 12).reshape(4, 3).astype("float32")


def gradient(layer, weights):
    """Return the gradient of a weighted sum of the layer's output."""
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.grad(lambda x: (layer(x) * weights).sum())(POINTS))
    import tensorflow as tf

    points = tf.constant(POINTS)
    with tf.GradientTape() as tape:
        tape.watch(points)
        total = tf.reduce_sum(tf.cast(layer(points), "float32") * weights)
    return tape.gradient(total, points).numpy()


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0, 7.5])
@pytest.mark.parametrize("policy", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_the_gradient_is_minus_the_strength_times_the_plain_one(strength, policy):
    weights = np.arange(12, dtype="float32").reshape(4, 3) / 8
    reversal = GradientReversal(strength, dtype=policy)
    if keras.backend.backend() == "jax" and policy != "float32":
        weights = keras.ops.cast(weights, reversal.compute_dtype)
    given = gradient(reversal, weights)
    precision = {"float32": 1e-6, "mixed_float16": 1e-3, "mixed_bfloat16": 1e-2}[policy]
    np.testing.assert_allclose(given, -strength * np.asarray(weights, "float32"), rtol=precision)


def test_values_pass_unchanged_to_the_last_bit():
    given = keras.ops.convert_to_numpy(GradientReversal(0.37)(POINTS))
    np.testing.assert_array_equal(given, POINTS)


def test_a_saved_layer_comes_back_with_its_strength(tmp_path):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, GradientReversal(0.25, name="reversal")(inputs))
    model.get_layer("reversal").strength.assign(0.5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert float(loaded.get_layer("reversal").strength) == 0.5
    assert loaded.get_layer("reversal").get_config()["strength"] == 0.25


def test_a_negative_strength_is_an_error():
    with pytest.raises(ValueError, match=r"a number in \[0, inf\)\. Received: strength=-1"):
        GradientReversal(-1)
