"""The loop that runs a schedule on a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np

from kerastl.training.boundary import divide
from kerastl.training.freezing import train_only
from kerastl.training.history import PhasedHistory
from kerastl.training.judge import Judge
from kerastl.training.kept_features import KeptFeatures, size_in_bytes
from kerastl.training.optimizer import StagedAdamW
from kerastl.training.phase import Phase
from kerastl.training.probe import SolvedProbe, solve_probe

_HEAD_LEARNING_RATE = 1e-3
_FEATURES_IN_MEMORY = 2 * 2**30  # bytes


class Examples(Protocol):
    """What a trainer needs to know of the examples."""

    classes: int
    batch_size: int
    training_count: int

    def training(self, augment: bool, seed: int) -> Any:
        """Return shuffled batches of `(inputs, labels)` as a `tf.data.Dataset`."""

    def training_in_order(self) -> Any:
        """Return the same batches unshuffled and never augmented."""

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`."""


@dataclass
class Trainer:
    """Run phases on a model, one after the other, as one history.

    Where stages are frozen and examples do not change from epoch to epoch, what those stages
    give is computed once and only the rest of the model is run, if it fits into 2 GiB.

    Args:
        model: A model made of stages, a `StandardizedTaps` named `"pooling"` and a head
            named `"head"`.
        examples: Where batches come from.
        fine_tune_learning_rate: Rate of phases that name none and train some stage.
        seed: Seed of shuffling, augmentation and folds.
        callbacks: Keras callbacks, active in every phase that takes gradient steps. Their
            `model` is what is run in the phase: the part after the frozen stages where
            these are computed once.
        verbose: As for `keras.Model.fit`; 0 also silences the lines about phases.

    Example:

    ```python
    history = Trainer(model, examples, 1e-4, seed=0).run([Phase("head", solve=True)])
    ```
    """

    model: keras.Model
    examples: Examples
    fine_tune_learning_rate: float
    seed: int
    callbacks: Sequence[keras.callbacks.Callback] = ()
    verbose: Any = "auto"

    def __post_init__(self) -> None:
        self._optimizer = StagedAdamW()

    def run(self, schedule: Sequence[Phase]) -> PhasedHistory:
        """Run every phase in order.

        Args:
            schedule: The phases, at least one.

        Returns:
            One history over all phases.

        Raises:
            ValueError: If the schedule is empty, or a phase names a stage that does not exist.
        """
        if not schedule:
            raise ValueError("A schedule has at least one phase. Received: an empty schedule")
        for phase in schedule:
            train_only(self.model, phase.trains)
        history = PhasedHistory()
        for number, phase in enumerate(schedule, start=1):
            self._say(f"Phase {number} of {len(schedule)}: {phase}")
            history.phases.append({**phase.get_config(), "first_epoch": history.next_epoch})
            train_only(self.model, phase.trains, phase.freeze_batch_norm)
            if phase.solve:
                self._solve(history)
            else:
                self._descend(phase, history)
        return history

    def _solve(self, history: PhasedHistory) -> None:
        pooling = self.model.get_layer("pooling")
        pooling.reset()
        features, labels = self._features(self.examples.training_in_order())
        features = pooling.fit(features)
        probe = solve_probe(features, labels, self.examples.classes, self.seed)
        self.model.get_layer("head").assign(probe.kernel, probe.bias)
        logs = _figures(probe, features, labels)
        validation = self._features(self.examples.validation())
        logs |= {f"val_{name}": value for name, value in _figures(probe, *validation).items()}
        history.record(logs)
        history.phases[-1]["inverse_penalty"] = probe.inverse_penalty
        self._say(" - ".join(f"{name}: {value:.4f}" for name, value in logs.items()))

    def _features(self, batches: Any) -> tuple[np.ndarray, np.ndarray]:
        pooling = {"pooled": self.model.get_layer("pooling").output}
        kept = KeptFeatures.compute(keras.Model(self.model.inputs, pooling), batches)
        return kept.features["pooled"], kept.labels

    def _descend(self, phase: Phase, history: PhasedHistory) -> None:
        model, batches, validation = self._what_runs(phase)
        self._compile(model, phase, int(batches.cardinality()) * phase.epochs)
        judge = Judge(validation, restore=phase.keep_best)
        model.fit(
            batches,
            initial_epoch=history.next_epoch,
            epochs=history.next_epoch + phase.epochs,
            callbacks=[judge, history, *self.callbacks],
            verbose=self.verbose,
            shuffle=False,
        )
        if phase.keep_best:
            history.phases[-1]["kept_epoch"] = judge.kept_epoch
            kept = (
                "the weights the phase began with"
                if judge.kept_epoch is None
                else f"epoch {judge.kept_epoch + 1}"
            )
            figures = " - ".join(f"{name}: {value:.4f}" for name, value in judge.kept.items())
            self._say(
                f"Kept {kept}: {figures} - calibrated loss lower by {judge.gain:.4f} "
                f"± {judge.standard_error:.4f} in the best epoch"
            )

    def _what_runs(self, phase: Phase) -> tuple[keras.Model, Any, Any]:
        """Return the part of the model that a phase runs, with its batches."""
        validation = self.examples.validation()
        boundary = None if phase.augment else divide(self.model)
        if boundary is None or not boundary.saves_work:
            return self.model, self.examples.training(phase.augment, self.seed), validation
        in_order = self.examples.training_in_order()
        first, _ = next(in_order.as_numpy_iterator())
        size = size_in_bytes(boundary.prefix, first, self.examples.training_count)
        if size > _FEATURES_IN_MEMORY:
            return self.model, self.examples.training(phase.augment, self.seed), validation
        self._say(
            f"Computed once: {', '.join(boundary.stages)} ({size / 2**20:,.0f} MiB of features)"
        )
        kept = KeptFeatures.compute(boundary.prefix, in_order)
        batch_size = self.examples.batch_size
        return (
            boundary.suffix,
            kept.batches(batch_size, shuffle=True, seed=self.seed),
            KeptFeatures.compute(boundary.prefix, validation).batches(batch_size),
        )

    def _compile(self, model: keras.Model, phase: Phase, steps: int) -> None:
        peak = phase.learning_rate or (
            _HEAD_LEARNING_RATE if phase.trains == "head" else self.fine_tune_learning_rate
        )
        warmup = round(steps * phase.warmup)
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=0.0 if warmup else peak,
            decay_steps=max(1, steps - warmup),
            warmup_target=peak if warmup else None,
            warmup_steps=warmup,
        )
        optimizer = StagedAdamW(rate, weight_decay=phase.weight_decay, global_clipnorm=1.0)
        optimizer.build(model.trainable_variables)
        # What trained in an earlier phase of this run goes on with its moments.
        optimizer.take_over(self._optimizer)
        self._optimizer = optimizer
        model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    def _say(self, line: str) -> None:
        if self.verbose != 0:
            print(line)


def _figures(probe: SolvedProbe, features: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    logits = features @ probe.kernel + probe.bias
    logits -= logits.max(axis=1, keepdims=True)
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return {
        "accuracy": float((logits.argmax(axis=1) == labels).mean()),
        "loss": float(-log_probabilities[np.arange(len(labels)), labels].mean()),
    }
