"""The criterion of a task: its loss, its metrics and its linear probe."""

import abc
import math
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.linear_probe.probe import CrossFitted, LinearProbe
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase


class Criterion(abc.ABC):
    """The loss, the metrics and the linear probe of a task.

    Targets are a NumPy array whose first axis is the examples. `BestWeights` keeps the weights
    with the lowest `losses` on the validation split; `metrics` go into the history.

    Attributes:
        single_label: Whether every target is the index of one class. Class weights, balanced
            batches and mixing need it. Defaults to False.
        has_linear_probe: Whether the head can be fitted as a linear probe. `fit_probe` and
            schedules that decide by the probe's result need it. Defaults to False.
        has_probabilities: Whether outputs are probabilities, whose confidence a temperature
            corrects. `fit_temperature`, `at_temperature` and a head with `divide_logits` need it.
            Defaults to False.
        validation_metric: Key in `metrics` of the metric that a schedule decides by; 1 is best.
            Only with a linear probe.
        baseline_means: Name of the constant answer behind `baseline` for printed lines, such as
            `"always the mean"`. Only with a linear probe.
    """

    single_label: ClassVar[bool] = False
    has_linear_probe: ClassVar[bool] = False
    has_probabilities: ClassVar[bool] = False
    validation_metric: ClassVar[str]
    baseline_means: ClassVar[str]

    def check(self, phase: Phase) -> None:
        """Raise an error for a phase that this task does not support.

        Args:
            phase: The phase.

        Raises:
            ValueError: If the phase fits a linear probe and the task has none, or if it sets an
                option that needs one class for each example.
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
            "contrastive_steps": phase.contrastive_steps is not None,
        }
        if not self.single_label and any(asked.values()):
            names = ", ".join(name for name, is_set in asked.items() if is_set)
            raise ValueError(
                f"This task has no {names}: only tasks with one class for each example do. Leave "
                f"it out. "
                f"Received: {phase!r}"
            )

    def baseline(self, targets: np.ndarray) -> float:
        """Return the validation metric of a constant answer, the same for every example.

        Args:
            targets: Targets of the training examples, shape `(examples, ...)`.

        Raises:
            NotImplementedError: If the task has no linear probe.
        """
        raise NotImplementedError

    def baseline_error(self, baseline: float, count: int) -> float:
        """Return the standard error of the baseline's metric.

        Args:
            baseline: The metric that `baseline` returned, a share of examples.
            count: Number of validation examples.
        """
        return math.sqrt(baseline * (1 - baseline) / count)

    def uninformed_loss(self, outputs: int) -> float:
        """Return the loss of a model that knows nothing, in the unit of `loss`.

        A phase whose training loss rises to twice as much is ended; see `RisingLoss`.

        Args:
            outputs: Number of outputs of the head.

        Returns:
            The loss of equal probabilities, or of the mean of the targets. Defaults to infinity:
            not known.
        """
        return math.inf

    @abc.abstractmethod
    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the loss that a phase minimises.

        Args:
            loss_settings: Loss settings of the phase. Defaults to None: the task's plain loss.
            class_weights: Factor on the loss of each class, shape `(classes,)`. Defaults to
                None: 1 for every class.
        """

    @abc.abstractmethod
    def keras_metrics(self) -> list[Any]:
        """Return new Keras metrics, which are printed while the model trains."""

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
            outputs: Number of outputs of the head.
            seed: Seed of the folds.
            sample_weights: Factor on the loss of each example. Defaults to None: all 1.
            groups: Group of each example; a group stays in one fold. Defaults to None: no groups.

        Returns:
            The linear probe, with the penalty that cross-validation chose.

        Raises:
            NotImplementedError: If the task has no linear probe.
        """
        raise NotImplementedError

    def cross_fit(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        groups: np.ndarray | None = None,
    ) -> CrossFitted | None:
        """Compute logits for each example by a linear probe that was fitted without it.

        It serves to compare features. A task may fit another linear model than for its head, if
        that is quicker and ranks features alike.

        Args:
            features: As for `fit_probe`.
            targets: As for `fit_probe`.
            outputs: As for `fit_probe`.
            seed: Seed of the folds, which depend on nothing else but the targets and groups.
            groups: As for `fit_probe`. Defaults to None.

        Returns:
            Logits for `activate`; None if the examples cannot be divided into folds.

        Raises:
            NotImplementedError: If the task has no linear probe.
        """
        return self.fit_probe(features, targets, outputs, seed, groups=groups).cross_fitted

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the outputs of a linear probe from its logits, `features @ kernel + bias`."""
        return logits

    def fit_temperature(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Fit the temperature that corrects the confidence of probabilities.

        Args:
            outputs: Outputs for examples that the model has not been trained on.
            targets: Their targets.

        Raises:
            NotImplementedError: If the outputs are not probabilities.
        """
        raise NotImplementedError

    def at_temperature(self, outputs: np.ndarray, temperature: float) -> np.ndarray:
        """Return probabilities as a head with logits divided by `temperature` returns them.

        Raises:
            NotImplementedError: If the outputs are not probabilities.
        """
        raise NotImplementedError
