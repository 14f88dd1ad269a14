"""What a task asks of a model: the loss to minimise, the metrics to report, the head to solve."""

import abc
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.linear_probe.probe import LinearProbe
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase


class Criterion(abc.ABC):
    """Say how a model's outputs are compared with the targets of a task.

    Targets are one NumPy array whose first axis is the examples. `BestWeights` keeps the weights with
    the lowest `losses` on the validation split; `metrics` go into the history.

    Attributes:
        single_label: Whether a target is the index of one class, which class weights, balanced
            batches and mixing need. Defaults to False.
    """

    single_label: ClassVar[bool] = False

    def check(self, phase: Phase) -> None:
        """Refuse a phase that this task has no use for.

        Args:
            phase: How the model shall be trained.

        Raises:
            ValueError: If the phase asks for what only single labels have.
        """
        asked = {
            "loss_settings": phase.loss_settings is not None,
            "balanced": phase.balanced,
            "mix": phase.mix is not None,
        }
        if not self.single_label and any(asked.values()):
            names = ", ".join(name for name, is_set in asked.items() if is_set)
            raise ValueError(
                f"Only where every example has one class does a phase take {names}: leave it out "
                f"for this task. Received: {phase!r}"
            )

    @abc.abstractmethod
    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return what a phase minimises.

        Args:
            loss_settings: The phase's own wishes. Defaults to None: none.
            class_weights: Factor on each class's loss. Defaults to None: all alike.
        """

    @abc.abstractmethod
    def keras_metrics(self) -> list[Any]:
        """Return fresh Keras metrics that are shown while training."""

    @abc.abstractmethod
    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return how wrong each example is, shape `(examples,)`, in whatever unit suits."""

    @abc.abstractmethod
    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return `"loss"`, and what `metrics` shows, over all examples by name."""

    def fit_probe(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> LinearProbe:
        """Solve the head exactly on fixed features.

        Args:
            features: Shape `(examples, features)`, read in parts; see `fit_probe`.
            targets: Shape `(examples, ...)`.
            outputs: Width of the head.
            seed: Seed of the folds.
            sample_weights: Factor on each example's loss. Defaults to None: all alike.
            groups: What stays in one fold. Defaults to None: each example on its own.

        Returns:
            The linear map and the penalty that was chosen.

        Raises:
            ValueError: If this task's head has no such solution.
        """
        raise ValueError(
            "The head of this task cannot be solved: use phases without linear_probe=True. "
            f"Received: {type(self).__name__}"
        )

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the outputs that a linear probe gives for `features @ kernel + bias`."""
        return logits
