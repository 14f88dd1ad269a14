"""Train the source-only baseline and the adapted model, and compare them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from kerastl.adaptation.baseline import BaselinePlan
from kerastl.adaptation.domains.domain_rows import UNKNOWN
from kerastl.adaptation.methods.auto import Auto
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.adaptation_step import AdaptationStep
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.verdict import Verdict
from kerastl.basics import progress
from kerastl.basics.printer import printer
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.variables import assign, values_of
from kerastl.training.loop.trainer import Trainer
from kerastl.training.loop.user_callbacks import UserCallbacks
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase

MakeStep = Callable[[AdaptationMethod | None], AdaptationStep]


@dataclass(frozen=True)
class Adapted:
    """The history and the verdict of an adaptation.

    Attributes:
        history: Metrics of the adapted model's training.
        verdict: Whether adaptation helped.
    """

    history: PhasedHistory
    verdict: Verdict


@dataclass(frozen=True)
class AdaptationRun:
    """Train the source-only baseline and the adapted model, and reach a verdict.

    Args:
        make_step: Function that makes the training step of a method, or of the baseline for None.
        phases: The phases, the same for both.
        features: The feature cache, shared by both.
        fine_tune_learning_rate: Default learning rate of phases that train a stage.
        callbacks: Keras callbacks, which see the training of the adapted model.
        checkpoint: Where the state of both trainings is saved. Defaults to None: nowhere.
        settings: Further settings that the result depends on, as plain values by name.
        verbose: As for `keras.Model.fit`.
    """

    make_step: MakeStep
    phases: Sequence[Phase]
    features: OpenFeatureCache
    fine_tune_learning_rate: float
    callbacks: Sequence[keras.callbacks.Callback] = ()
    checkpoint: Checkpoint | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    verbose: Any = "auto"

    def train(
        self,
        method: AdaptationMethod,
        callbacks: Sequence[keras.callbacks.Callback] | UserCallbacks = (),
    ) -> tuple[AdaptationStep, PhasedHistory]:
        """Train a model with a method.

        Args:
            method: The adaptation method.
            callbacks: As for `Trainer`. Defaults to none.

        Returns:
            The training step, whose model is trained, and the history.
        """
        return self._train(method, self.phases, "adapted", callbacks)

    def _train(
        self,
        method: AdaptationMethod | None,
        phases: Sequence[Phase],
        part: str,
        callbacks: Sequence[keras.callbacks.Callback] | UserCallbacks = (),
    ) -> tuple[AdaptationStep, PhasedHistory]:
        step = self.make_step(method)
        trainer = Trainer(
            step,
            self.fine_tune_learning_rate,
            callbacks,
            self.features,
            None if self.checkpoint is None else self.checkpoint.part(part),
            self.settings,
            self.verbose,
        )
        return step, trainer.run(phases)

    def compare(self, method: AdaptationMethod, seed: int, keep_adapted: bool = False) -> Adapted:
        """Train the baseline and the adapted model, and compare them.

        Both begin with the linear probe of the source where the model has stages, and with the
        same weights otherwise.

        Args:
            method: The adaptation method.
            seed: Seed of the random choices of the verdict.
            keep_adapted: Whether to keep the adapted model even if the verdict advises the
                baseline. Defaults to False.

        Returns:
            History and verdict. The model has the weights that were kept.
        """
        model = self.make_step(None).model
        beginning, alone, history = self.train_baseline(model)
        baseline_weights = values_of(model.variables)
        labels = alone.rows.labels
        held_out = np.arange(alone.examples.training_count, len(labels))
        unlabelled = np.flatnonzero(labels == UNKNOWN)
        every = np.arange(len(labels))
        seen = alone.read(every, self.features)
        baseline = seen.take(held_out), seen.take(unlabelled)
        choice = None
        if isinstance(method, Auto):
            before = _evidence(baseline, baseline, labels[held_out], seed)
            chosen = method.choose(before, all(phase.trains == "head" for phase in self.phases))
            choice = str(chosen)
            printer(self.verbose)(choice)
            if chosen.method is None:
                verdict = Verdict.without_adaptation(before, chosen.reasons, choice)
                return Adapted(history, replace(verdict, views={"source alone": baseline}))
            method = chosen.method
        if method.uses_source:
            assign(model.variables, beginning)
        user = UserCallbacks(self.callbacks, model, alone.criterion)
        step, history = self.train(method, user)
        seen = step.read(every, self.features)
        adapted = seen.take(held_out), seen.take(unlabelled)
        separation = history.history.get("domain_accuracy", [None])[-1]
        evidence = _evidence(baseline, adapted, labels[held_out], seed, separation)
        verdict = replace(
            Verdict.reach(evidence, method.uses_source),
            choice=choice,
            views={"source alone": baseline, type(method).__name__: adapted},
        )
        if verdict.advised == "baseline" and not keep_adapted:
            assign(model.variables, baseline_weights)
            verdict = replace(verdict, kept="baseline")
            history.kept_instead = f"{verdict.weights}, not those of this history"
        # Only now the model has the weights that a callback may write to a file.
        user.end()
        return Adapted(history, verdict)

    def train_baseline(
        self, model: keras.Model
    ) -> tuple[list[np.ndarray], AdaptationStep, PhasedHistory]:
        """Train the baseline.

        Returns:
            The weights that the adaptation begins with, the training step, and the history.
        """
        plan = BaselinePlan.of(model, self.phases)
        beginning = self._beginning(model)
        if plan.probe is None:
            return beginning, *self._train(None, plan.phases, "baseline")
        alone, history = self._train(None, [plan.probe], "probe")
        probe = values_of(model.variables)
        if not plan.phases:
            return probe, alone, history
        loss = self._held_out_loss(alone)
        alone, history = self._train(None, plan.phases, "baseline")
        if self._held_out_loss(alone) > loss:
            # As in `fit`: fine-tuning that does not help on the source is not kept.
            assign(model.variables, probe)
        return probe, alone, history

    def _held_out_loss(self, step: AdaptationStep) -> float:
        """Return the calibrated loss on held-out source examples."""
        labels = step.rows.labels
        held_out = np.arange(step.examples.training_count, len(labels))
        seen = step.read(held_out, self.features)
        return float(np.mean(step.criterion.losses(seen.probabilities, held_out)))

    def _beginning(self, model: keras.Model) -> list[np.ndarray]:
        """Return the first values of both trainings; those of the killed run if it resumes."""
        values = values_of(model.variables)
        if self.checkpoint is None:
            return values
        part = self.checkpoint.part("beginning")
        run = {"shapes": [list(value.shape) for value in values]}
        found = part.load(run)
        if found is not None:
            with part.reading():
                assign(model.variables, found["variables"])
                return list(found["variables"])
        part.save(run, {"variables": values})
        return values


def _evidence(*measured: Any) -> AdaptationEvidence:
    with progress.step("Comparing source and target"):
        return AdaptationEvidence.gather(*measured)
