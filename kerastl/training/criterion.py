"""The criterion of a task: its loss, its metrics and its linear probe."""

import abc
import math
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.linear_probe.probe import LinearProbe
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase


class Criterion(abc.ABC):
    """Compare a model's outputs with the targets of a task.

    Targets are one NumPy array whose first axis is the examples. `BestWeights` keeps the weights
    with the lowest `losses` on the validation split; `metrics` go into the history.

    Attributes:
        single_label: Whether a target is the index of one class, which class weights, balanced
            batches and mixing need. Defaults to False.
        has_linear_probe: Whether the head can be fitted as a linear probe, which `fit_probe`
            and a schedule that decides by the probe's result need. Defaults to False.
        validation_metric: Key in `metrics` of the metric that a schedule decides by; 1 is best.
            Only with a linear probe.
        baseline_means: What the model behind `baseline` answers, for printed lines. Only with a
            linear probe.
    """

    single_label: ClassVar[bool] = False
    has_linear_probe: ClassVar[bool] = False
    validation_metric: ClassVar[str]
    baseline_means: ClassVar[str]

    def check(self, phase: Phase) -> None:
        """Refuse a phase that this task cannot run.

        Args:
            phase: The phase.

        Raises:
            ValueError: If the phase fits a linear probe and the task has none, or if it sets
                what only tasks with one class for each example have.
        """
        if phase.linear_probe and not self.has_linear_probe:
            raise ValueError(
                "The head of this task cannot be fitted as a linear probe. Pass schedule='auto' or "
                "a schedule without a linear probe: JointFineTune(), HeadThenFineTune(), "
                "OneCycleFineTune() or FullFineTune() of kerastl.schedules, or phases such as "
                f"Phase('head', epochs=10, learning_rate=1e-2). Received: {phase!r}"
            )
        asked = {
            "loss_settings": phase.loss_settings is not None,
            "balanced": phase.balanced,
            "mix": phase.mix is not None,
        }
        if not self.single_label and any(asked.values()):
            names = ", ".join(name for name, is_set in asked.items() if is_set)
            raise ValueError(
                f"Only tasks with one class for each example have {names}: leave it out. "
                f"Received: {phase!r}"
            )

    def baseline(self, targets: np.ndarray) -> float:
        """Return the validation metric of a model that answers the same for every example.

        Args:
            targets: Those of the training examples, shape `(examples, ...)`.

        Raises:
            NotImplementedError: If the task has no linear probe.
        """
        raise NotImplementedError

    def baseline_error(self, baseline: float, count: int) -> float:
        """Return the standard error of the baseline's metric.

        Args:
            baseline: What `baseline` returned, a share of examples.
            count: Number of validation examples.
        """
        return math.sqrt(baseline * (1 - baseline) / count)

    @abc.abstractmethod
    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the loss that a phase minimises.

        Args:
            loss_settings: The phase's loss settings. Defaults to None: the task's plain loss.
            class_weights: Factor on each class's loss. Defaults to None: all 1.
        """

    @abc.abstractmethod
    def keras_metrics(self) -> list[Any]:
        """Return fresh Keras metrics that are printed while the model trains."""

    @abc.abstractmethod
    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the loss of each example, shape `(examples,)`, in a unit of the task."""

    @abc.abstractmethod
    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return `"loss"` and the task's metrics over all examples, by name."""

    def fit_probe(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> LinearProbe:
        """Fit the head as a linear probe on fixed features.

        Args:
            features: Shape `(examples, features)`, read in parts; see `fit_probe`.
            targets: Shape `(examples, ...)`.
            outputs: Width of the head.
            seed: Seed of the folds.
            sample_weights: Factor on each example's loss. Defaults to None: all 1.
            groups: Group of each example; a group stays in one fold. Defaults to None: no groups.

        Returns:
            The linear map and the penalty that was chosen.

        Raises:
            NotImplementedError: If the task has no linear probe.
        """
        raise NotImplementedError

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the outputs that a linear probe gives for `features @ kernel + bias`."""
        return logits
