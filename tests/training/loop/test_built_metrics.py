import keras
import numpy as np
import pytest
import tensorflow as tf

from kerastl.training.loop.built_metrics import build_metrics

pytestmark = pytest.mark.both_backends


class Counting(keras.layers.Layer):
    """Counts how often it is traced."""

    calls = 0

    def call(self, values):
        type(self).calls += 1
        return values


@pytest.mark.parametrize("labels", ["integers", "vectors"])
def test_a_step_is_traced_once_and_the_metrics_are_those_of_the_data(labels):
    generator = np.random.default_rng(0)
    inputs, targets = generator.normal(size=(12, 3)), generator.integers(0, 2, 12)
    metric, loss = ("sparse_categorical_accuracy", "sparse_categorical_crossentropy")
    if labels == "vectors":
        targets = np.eye(2)[targets]
        metric, loss = ("categorical_accuracy", "categorical_crossentropy")
    batches = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(4)
    inputs_of_model = keras.Input((3,))
    outputs = keras.layers.Dense(2, activation="softmax")(Counting()(inputs_of_model))
    model = keras.Model(inputs_of_model, outputs)
    optimizer = keras.optimizers.SGD(0.0)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, loss=loss, metrics=[metric])
    build_metrics(model, batches)
    Counting.calls = 0
    found = model.fit(batches, verbose=0).history
    if keras.backend.backend() == "tensorflow":
        assert Counting.calls == 1
    assert found[metric][0] == pytest.approx(model.evaluate(batches, verbose=0)[1])
