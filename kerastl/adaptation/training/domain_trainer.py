"""Run phases with one method, or with none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.adaptation.domains.paired_sampler import PairedSampler
from kerastl.adaptation.domains.subset_sampler import SubsetSampler
from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.adapted_model import AdaptedModel, layer_output, layers_after
from kerastl.adaptation.training.pseudo_labels import PseudoLabels
from kerastl.adaptation.training.subset_probe import SubsetProbe
from kerastl.adaptation.training.supported_phase import check_possible
from kerastl.adaptation.training.target_statistics import has_batch_norm, take_statistics
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.cached_features import batches_of
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.loop.compilation import optimizer_for_phase, stage_multipliers
from kerastl.training.loop.finite_loss import FiniteLoss
from kerastl.training.loop.phase_run import PhaseRun
from kerastl.training.losses.crossentropy import Crossentropy
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase

# What is not pre-trained learns this much faster (Ganin et al. 2016, section 5.2.2; the same
# factor in the published code of CDAN, MDD and MCC).
_FRESH_RATE = 10.0
_VIEWED = 256  # examples in a batch that is only looked at


@dataclass
class DomainTrainer:
    """Train a model on source examples while a method fits it to target examples.

    Args:
        model: A functional model that gives probabilities; with stages, a head named `"head"` and
            a `StandardizedFeatures` named `"pooling"` where its head shall be solved.
        aligned: Name of the layer whose output is aligned.
        examples: Training examples of all domains in one order, then validation; their labels
            are numbers of `rows`.
        rows: What is known of every example.
        method: How the target is fitted; None trains on what is labelled alone.
        fine_tune_learning_rate: LearningRate of phases that name none and train some stage.
        features: Gives what frozen stages compute.
        seed: Seed of orders, augmentation and folds.
        callbacks: Keras callbacks, active in every phase that takes gradient steps.
        verbose: As for `keras.Model.fit`.
    """

    model: keras.Model
    aligned: str
    examples: Examples
    rows: DomainRows
    method: AdaptationMethod | None
    fine_tune_learning_rate: float
    features: OpenFeatureCache
    seed: int
    callbacks: Sequence[keras.callbacks.Callback] = ()
    verbose: Any = "auto"
    history: PhasedHistory = field(default_factory=PhasedHistory)

    def __post_init__(self) -> None:
        self._optimizer = StagedAdamW()
        self._alignment: Alignment | None = None
        after = layers_after(self.model, self.aligned)
        self._never_trained = [layer for layer in after if not layer.trainable]
        training = np.arange(self.examples.training_count)
        is_target = self.rows.is_target[training]
        self._training = training
        self._target = training[is_target]
        self._unlabelled = training[self.rows.labels[training] == UNKNOWN]
        self._labelled = training[self.rows.labels[training] != UNKNOWN]
        self._pseudo: PseudoLabels | None = None
        if self.method is not None and self.method.rounds:
            self._pseudo = PseudoLabels(self.method, self._unlabelled)

    def run(self, phases: Sequence[Phase]) -> PhasedHistory:
        """Run every phase in order.

        Args:
            phases: At least one. What a phase ends with is always its last weights: without
                target labels nothing says which epoch was best.

        Returns:
            The history.

        Raises:
            ValueError: If a phase cannot be run.
            FloatingPointError: If a loss becomes NaN or infinite. The model has the weights
                that the phase began with.
        """
        for phase in phases:
            check_possible(phase)
            train_only(self.model, phase.trains)
        rows = self._weighted() if self.method is not None else self.rows
        takes_statistics = self.method is not None and self.method.adapts == "all"
        if takes_statistics:
            self._normalize_by(self._labelled)
        for number, phase in enumerate(phases, start=1):
            self.features.begin_phase()
            name = "source alone" if self.method is None else type(self.method).__name__
            self._say(f"{name}, phase {number} of {len(phases)}: {phase}")
            self.history.phases.append(
                {**phase.get_config(), "first_epoch": self.history.next_epoch}
            )
            train_only(self.model, phase.trains, phase.freeze_batch_norm)
            if phase.linear_probe:
                self._solve(rows)
            else:
                self._descend(phase, rows)
        if takes_statistics:
            self._normalize_by(self._target)
        return self.history

    def view(self, rows: np.ndarray) -> DomainFeatures:
        """Return what the model makes of some examples.

        Args:
            rows: Their numbers; training examples before validation.
        """
        train_only(self.model, "head")
        boundary = divide(self.model)
        passes = [self.examples.training_in_order(), self.examples.validation_in_order()]
        model = self.model if boundary is None else boundary.suffix
        seen = keras.Model(
            model.input, [layer_output(model, self.aligned), model.outputs[0]], name="view"
        )
        found = []
        for each in passes:
            if boundary is None:
                batches = each.batches(0)
            else:
                batches = batches_of([self.features.needed(boundary.prefix, each)], _VIEWED)
            # Few batches of a small part: a compiled function would take longer to make.
            for inputs, _ in batches.as_numpy_iterator():
                given = seen(inputs, training=False)
                found.append([keras.ops.convert_to_numpy(tensor) for tensor in given])
        features, probabilities = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return DomainFeatures(features[rows], probabilities[rows])

    def _weighted(self) -> DomainRows:
        assert self.method is not None
        source = np.setdiff1d(self._training, self._target)
        if type(self.method).source_weights is AdaptationMethod.source_weights:
            return self.rows
        view = self.view(self._training)
        weights = self.method.source_weights(
            view.features[source], view.features[self._target], self.seed
        )
        return self.rows.weighted(source, weights)

    def _solve(self, rows: DomainRows) -> None:
        boundary = divide(self.model)
        if boundary is None:
            raise ValueError(
                "Only a recipe's head can be solved: give phases without linear_probe=True. "
                "Received: a model without stages"
            )
        kept = self.features.needed(boundary.prefix, self.examples.training_in_order())
        head = SubsetProbe(self.model, boundary, kept)
        classes = self.examples.classes
        if self.method is None or self.method.uses_source:
            head.standardize_by(self._labelled)
            head.fit_probe(rows, self._labelled, classes, self.seed)
        if self.method is not None and self.method.adapts == "features":
            head.centre_on(self._target)
        if self._pseudo is not None:
            self._pseudo.fit_probe(head, rows, self._target, classes, self.seed)
        self._record()

    def _record(self) -> None:
        count = len(self.rows.labels)
        held_out = np.arange(self.examples.training_count, count)
        view = self.view(np.arange(count))
        logs = {}
        for prefix, numbers in (("", self._labelled), ("val_", held_out)):
            labels = self.rows.labels[numbers]
            if not len(labels) or labels[0] == UNKNOWN:
                continue
            right = view.probabilities[numbers].argmax(axis=1) == labels
            own = view.probabilities[numbers, labels]
            logs[f"{prefix}accuracy"] = float(right.mean())
            logs[f"{prefix}loss"] = float(-np.log(np.maximum(own, 1e-7)).mean())
        self.history.record(logs)

    def _descend(self, phase: Phase, rows: DomainRows) -> None:
        method = self.method
        pseudo = self._pseudo
        if pseudo is not None and pseudo.cross_fitted is not None:
            # What a model says of examples that it was trained on drifts away with it.
            rows, pseudo = pseudo.cross_fitted, None
        draws = self._draws()
        run = PhaseRun.prepare(self.model, phase, self.examples, draws, self.features)
        steps = int(run.training.cardinality()) * phase.epochs
        if method is not None and self._alignment is None:
            width = layer_output(run.model, self.aligned).shape[-1]
            self._alignment = method.alignment(width, self.examples.classes, rows.target + 1)
        if self._alignment is not None:
            self._alignment.attach(run.model)
        self._set_head_trainable(method is None or method.trains_head)
        loss_settings = phase.loss_settings or LossSettings()
        loss = Crossentropy(loss_settings.label_smoothing, loss_settings.focal)
        adapted = AdaptedModel(run.model, self.aligned, rows, self._alignment, steps, loss)
        self._optimizer = optimizer_for_phase(
            adapted.trainable_variables,
            phase,
            peak=phase.peak(self.fine_tune_learning_rate),
            batches=steps,
            previous=self._optimizer,
            rate_multipliers=self._multipliers(adapted, run.model, phase),
        )
        adapted.compile(self._optimizer)
        before = self.model.get_weights()
        rounds = 1 if pseudo is None else min(pseudo.method.rounds, phase.epochs)
        ends = [phase.epochs * (i + 1) // rounds for i in range(rounds)]
        first = self.history.next_epoch
        try:
            for number, end in enumerate(ends, start=1):
                if pseudo is not None:
                    view = self.view(self._unlabelled)
                    adapted.set_rows(pseudo.given(rows, view, number))
                    train_only(self.model, phase.trains, phase.freeze_batch_norm)
                adapted.fit(
                    run.training,
                    validation_data=run.validation,
                    initial_epoch=self.history.next_epoch,
                    epochs=first + end,
                    callbacks=[
                        keras.callbacks.LambdaCallback(
                            on_epoch_begin=lambda epoch, logs: draws.start(epoch)
                        ),
                        FiniteLoss(f"phase {len(self.history.phases)} ({phase})"),
                        self.history,
                        *self.callbacks,
                    ],
                    verbose=self.verbose,
                    shuffle=False,
                )
        except FloatingPointError:
            self.model.set_weights(before)
            raise
        finally:
            self._set_head_trainable(True)

    def _set_head_trainable(self, trainable: bool) -> None:
        for layer in layers_after(self.model, self.aligned):
            if layer not in self._never_trained:
                layer.trainable = trainable

    def _draws(self) -> EpochSampler:
        """Return the order of a phase's batches."""
        if self.method is None:
            return SubsetSampler(self.seed, self._labelled)
        if not self.method.uses_source:
            return SubsetSampler(self.seed, self._target)
        if not self.method.pairs:
            return SubsetSampler(self.seed, self._labelled)
        sources = [
            self._training[self.rows.domains[self._training] == number]
            for number in range(self.rows.target)
        ]
        return PairedSampler(self.seed, sources, self._target, self.examples.batch_size)

    def _multipliers(
        self, adapted: AdaptedModel, model: keras.Model, phase: Phase
    ) -> dict[str, float]:
        multipliers = stage_multipliers(model, phase.rate.stage_decay)
        if not multipliers:
            return {}
        fresh = [each for each in adapted.trainable_variables if each.path not in multipliers]
        return {**multipliers, **{each.path: _FRESH_RATE for each in fresh}}

    def _normalize_by(self, rows: np.ndarray) -> None:
        """Normalize by some examples: batch normalization first, what the head sees after it."""
        if has_batch_norm(self.model):
            whole = max(1, len(rows) // self.examples.batch_size)
            batches = self.examples.training(False, SubsetSampler(self.seed, rows))
            take_statistics(self.model, batches.map(_inputs_alone).take(whole))
        train_only(self.model, "head")
        boundary = divide(self.model)
        if boundary is not None:
            kept = self.features.needed(boundary.prefix, self.examples.training_in_order())
            SubsetProbe(self.model, boundary, kept).centre_on(rows)

    def _say(self, line: str) -> None:
        if self.verbose != 0:
            print(line)


def _inputs_alone(inputs: Any, numbers: Any) -> Any:
    return inputs
