"""The criterion of classification: every example has one class."""

from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.criterion import Criterion
from kerastl.training.linear_probe.probe import SolvedProbe, solve_probe
from kerastl.training.losses.calibrated_loss import calibrated_losses
from kerastl.training.losses.crossentropy import Crossentropy
from kerastl.training.phases.objective import Objective


class Classes(Criterion):
    """Compare probabilities of shape `(examples, classes)` with class indices.

    Example:

    >>> import numpy as np
    >>> figures = Classes().figures(np.array([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1]))
    >>> figures["accuracy"]
    0.5
    """

    single_label: ClassVar[bool] = True

    def loss(
        self, objective: Objective | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the log-loss in nats, changed where the objective asks for it."""
        objective = objective or Objective()
        return Crossentropy(objective.label_smoothing, objective.focal, class_weights)

    def metrics(self) -> list[Any]:
        """Return accuracy."""
        return ["accuracy"]

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's log-loss at the temperature that suits all of them best."""
        return calibrated_losses(outputs, targets)

    def figures(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return accuracy and mean log-loss in nats."""
        right = outputs[np.arange(len(targets)), targets]
        losses = -np.log(np.maximum(right, keras.config.epsilon()), dtype="float64")
        return {
            "accuracy": float((outputs.argmax(axis=1) == targets).mean()),
            "loss": float(losses.mean()),
        }

    def solve(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> SolvedProbe:
        """Solve the regularised multinomial logistic regression; see `solve_probe`."""
        return solve_probe(features, targets, outputs, seed, sample_weights, groups)

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the softmax."""
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
