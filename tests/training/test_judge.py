import keras
import numpy as np
import pytest
import tensorflow as tf

from kerastl.training.judge import Judge

CLASSES = 2
COUNT = 100


class Seen(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        assert {"val_accuracy", "val_loss"} <= set(logs)


def _kernel(leaning):
    return np.eye(CLASSES, dtype="float32") * leaning


def run(leanings, beginning, restore=True):
    """Train with scripted weights; return the judge and the weight that training ended with."""
    generator = np.random.default_rng(0)
    labels = (np.arange(COUNT) % CLASSES).astype("int32")
    signal = np.eye(CLASSES)[labels] + generator.normal(0, 0.5, (COUNT, CLASSES))
    noise = generator.normal(0, 1.0, (COUNT, CLASSES))
    inputs = np.concatenate([signal, noise], axis=1).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((2 * CLASSES,)),
            keras.layers.Dense(CLASSES, use_bias=False),
            keras.layers.Softmax(),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")

    def weights(leaning):
        # The share of the signal, the rest is noise.
        return [np.concatenate([_kernel(leaning), _kernel(1 - leaning)])]

    class Set(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            model.set_weights(weights(leanings[epoch]))

    model.set_weights(weights(beginning))
    judge = Judge(tf.data.Dataset.from_tensor_slices((inputs, labels)).batch(32), restore)
    model.fit(inputs, labels, epochs=len(leanings), verbose=0, callbacks=[Set(), judge, Seen()])
    return judge, float(model.get_weights()[0][0, 0])


@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("beginning", "leanings", "kept"),
    [
        (0.1, [0.5, 0.9, 0.6], 1),
        (0.9, [0.1, 0.5, 0.2], None),
        (0.5, [0.5, 0.5], None),
    ],
)
def test_the_best_weights_come_back_where_they_show_that_they_helped(beginning, leanings, kept):
    judge, ended = run(leanings, beginning)
    assert judge.kept_epoch == kept
    assert ended == pytest.approx(beginning if kept is None else leanings[kept])
    assert (judge.gain > judge.standard_error) == (kept is not None)
    assert set(judge.kept) == {"val_accuracy", "val_loss"}


def test_without_restoring_the_last_weights_stay():
    judge, ended = run([0.9, 0.1], 0.5, restore=False)
    assert judge.kept_epoch is None
    assert ended == pytest.approx(0.1)
