"""Distillation of a fake-quantized network from its float network."""

from typing import Any

import keras
import numpy as np
from keras import ops


class Distillation(keras.Model):
    """Train a student to give the outputs of a teacher, without labels.

    Where the outputs are probabilities of classes, the loss is the Kullback-Leibler divergence
    of both at a temperature, times its square (Hinton et al. 2015, "Distilling the knowledge in
    a neural network"); else the mean squared difference. The student runs in inference mode:
    moving statistics stand still and dropout is off, as in the exported file.

    Args:
        student: The model that trains.
        teacher: The model whose outputs are the targets; its weights do not train.
        of_classes: Whether the last axis of the outputs is a distribution over classes.
        temperature: Above 0; higher ones weigh improbable classes more. Defaults to 2.
        **kwargs: As for `keras.Model`.

    Example:

    ```python
    distillation = Distillation(student, teacher, of_classes=True)
    distillation.compile("adam")
    distillation.fit(batches)
    ```
    """

    def __init__(
        self,
        student: keras.Model,
        teacher: keras.Model,
        of_classes: bool,
        temperature: float = 2.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        teacher.trainable = False
        self.student = student
        self.teacher = teacher
        self.of_classes = of_classes
        self.temperature = temperature

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the student's outputs, in inference mode."""
        return self.student(inputs, training=False)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the mean divergence from the teacher's outputs for the same inputs."""
        expected = ops.stop_gradient(self.teacher(x, training=False))
        if self.of_classes:
            return ops.mean(_divergence(expected, y_pred, self.temperature))
        return ops.mean(ops.square(y_pred - expected))


def divergences(expected: np.ndarray, outputs: np.ndarray, of_classes: bool) -> np.ndarray:
    """Measure how far outputs are from the expected ones, example by example.

    Args:
        expected: Shape `(examples, ...)`.
        outputs: In the same shape.
        of_classes: Whether the last axis is a distribution over classes.

    Returns:
        Shape `(examples,)`: in nats for classes, else mean squared differences.
    """
    if of_classes:
        return ops.convert_to_numpy(_divergence(expected, outputs, 1.0))
    return np.square(outputs - expected).reshape(len(outputs), -1).mean(axis=1)


def _divergence(expected: Any, outputs: Any, temperature: float) -> Any:
    wanted, given = (_log_softened(each, temperature) for each in (expected, outputs))
    return temperature**2 * ops.sum(ops.exp(wanted) * (wanted - given), axis=-1)


def _log_softened(probabilities: Any, temperature: float) -> Any:
    clipped = ops.clip(probabilities, keras.config.epsilon(), 1.0)
    return ops.log_softmax(ops.log(clipped) / temperature)
