import keras
import numpy as np
import pytest

from kerastl.training.keep_best import KeepBest


class Script(keras.callbacks.Callback):
    """Sets the weight to the epoch's number and reports the scripted figures."""

    def __init__(self, figures):
        super().__init__()
        self.figures = figures

    def on_epoch_end(self, epoch, logs=None):
        self.model.set_weights([np.full((1, 1), float(epoch + 1))])
        logs["val_accuracy"], logs["val_loss"] = self.figures[epoch]


@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("figures", "margin", "kept"),
    [
        ([(0.6, 1.0), (0.8, 1.5), (0.7, 0.9)], 0.0, 1),
        ([(0.8, 1.0), (0.8, 0.9), (0.8, 1.1)], 0.0, 1),
        ([(0.4, 0.1), (0.3, 0.1), (0.2, 0.1)], 0.0, None),
        ([(0.5, 0.8), (0.5, 0.6), (0.5, 0.6)], 0.0, None),
        ([(0.55, 0.1), (0.54, 0.1), (0.58, 0.1)], 0.1, None),
        ([(0.55, 0.1), (0.61, 0.9), (0.62, 0.9)], 0.1, 2),
    ],
)
def test_the_most_accurate_weights_come_back(figures, margin, kept):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse")
    model.set_weights([np.zeros((1, 1))])
    keeper = KeepBest({"val_accuracy": 0.5, "val_loss": 0.5}, margin)
    data = np.zeros((4, 1))
    model.fit(data, data, epochs=3, verbose=0, callbacks=[Script(figures), keeper])
    assert keeper.best_epoch == kept
    assert model.get_weights()[0][0, 0] == (0 if kept is None else kept + 1)
