"""The loop that runs a schedule on a model."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from kerastl.basics.byte_size import written_size
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.tasks.classification.criterion import ClassificationCriterion
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.loss_scale import LossScale
from kerastl.training.checkpoint.progress import Progress, Stateful
from kerastl.training.checkpoint.run_key import run_key
from kerastl.training.criterion import Criterion
from kerastl.training.freezing.freezing import stages, train_only
from kerastl.training.freezing.lora import low_rank_matrices
from kerastl.training.loop.best_weights import BestWeights
from kerastl.training.loop.compilation import compile_for_phase
from kerastl.training.loop.finite_loss import FiniteLoss
from kerastl.training.loop.fitted_probe import fit_linear_probe
from kerastl.training.loop.mixing import check_mixable
from kerastl.training.loop.pass_time import seconds_per_pass
from kerastl.training.loop.phase_run import PhaseRun
from kerastl.training.loop.weight_average import WeightAverage
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.decision import Decision
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase
from kerastl.training.phases.probe_evidence import ProbeEvidence

Decide = Callable[[ProbeEvidence], Decision]


@dataclass
class Trainer:
    """Run phases on a model, one after the other, as one history.

    Where stages are frozen and examples do not change from epoch to epoch, what those stages
    give is computed once, and only the rest of the model is run in every epoch; see `cache`.

    Args:
        model: A model made of stages, a `StandardizedFeatures` named `"pooling"` and a head
            named `"head"`.
        examples: Where batches come from.
        fine_tune_learning_rate: LearningRate of phases that name none and train some stage.
        seed: Seed of shuffling, augmentation and folds.
        callbacks: Keras callbacks, active in every phase that takes gradient steps. Their
            `model` is what is run in the phase: the part after the frozen stages where
            these are computed once.
        cache: Where and how much of what frozen stages give is kept. Defaults to a
            `FeatureCache` with its defaults.
        checkpoint: Where the state of the run is kept, so that a killed one can go on. It is
            not removed in the end. Defaults to None: nowhere.
        settings: What the result depends on besides, as plain values by name. The state of
            a run with others is refused. Defaults to nothing.
        criterion: What is minimised, measured and solved. Defaults to classification's.
        verbose: As for `keras.Model.fit`; 0 also silences the lines about phases.

    Example:

    ```python
    history = Trainer(model, examples, 1e-4, seed=0).run([Phase("head", linear_probe=True)])
    ```
    """

    model: keras.Model
    examples: Examples
    fine_tune_learning_rate: float
    seed: int
    callbacks: Sequence[keras.callbacks.Callback] = ()
    cache: FeatureCache = field(default_factory=FeatureCache)
    checkpoint: Checkpoint | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    criterion: Criterion = field(default_factory=ClassificationCriterion)
    verbose: Any = "auto"

    def __post_init__(self) -> None:
        self._optimizer = StagedAdamW()

    def run(self, schedule: Sequence[Phase], decide: Decide | None = None) -> PhasedHistory:
        """Run every phase in order.

        Args:
            schedule: The phases, at least one.
            decide: Chooses the phases that follow, from what the linear probe showed, which is
                then the first phase. Defaults to None: none follow.

        Returns:
            One history over all phases.

        Raises:
            ValueError: If the schedule is empty, or a phase names a stage or a class that does
                not exist, or mixes what are not images; or the checkpoint is of another run.
            FloatingPointError: If a loss becomes NaN or infinite. The model has the weights
                that the phase would have ended with before.
        """
        if not schedule:
            raise ValueError("A schedule has at least one phase. Received: an empty schedule")
        self._check(schedule)
        with OpenFeatureCache(self.cache, self._say) as features:
            return self._run(list(schedule), decide, features)

    def _check(self, phases: Sequence[Phase]) -> None:
        for phase in phases:
            self.criterion.check(phase)
            with self._matrices(phase):
                train_only(self.model, phase.trains)
            if phase.mix is not None:
                check_mixable(self.model, phase.mix)
            self._class_weights(phase)

    def _run(
        self, schedule: list[Phase], decide: Decide | None, features: OpenFeatureCache
    ) -> PhasedHistory:
        history = PhasedHistory()
        run = {**run_key(self.model, self.examples, schedule, self.seed), **self.settings}
        progress = Progress(self.checkpoint, run, self.model, history)
        if self.checkpoint is not None and self.checkpoint.resume:
            self._say(progress.summary)
        if history.decision is not None:
            schedule += Decision.from_config(history.decision).phases
        try:
            self._run_phases(schedule, decide, features, history, progress)
        except BaseException:
            # Whatever ended it: the same call would begin with weights half trained.
            progress.take_back()
            raise
        return history

    def _run_phases(
        self,
        schedule: list[Phase],
        decide: Decide | None,
        features: OpenFeatureCache,
        history: PhasedHistory,
        progress: Progress,
    ) -> None:
        start = time.perf_counter()
        # Phases are appended meanwhile.
        for number, phase in enumerate(schedule, start=1):
            if number <= progress.finished:
                continue
            features.begin_phase()
            self._say(f"Phase {number} of {len(schedule)}: {phase}")
            if not progress.within:
                history.phases.append({**phase.get_config(), "first_epoch": history.next_epoch})
            with self._matrices(phase):
                train_only(self.model, phase.trains, phase.freeze_batch_norm)
                self._optimizer = progress.restore(self._optimizer)
                if phase.linear_probe:
                    self._solve(phase, features, history)
                else:
                    self._descend(phase, features, history, progress)
            if decide is not None and history.decision is None:
                schedule += self._decide(decide, history, time.perf_counter() - start)
            if number < len(schedule):
                progress.finish_phase(self._optimizer)

    def _decide(self, decide: Decide, history: PhasedHistory, seconds: float) -> list[Phase]:
        criterion, targets = self.criterion, self.examples.training_labels
        validation_examples = len(self.examples.validation_in_order().labels)
        baseline = criterion.baseline(targets)
        rarest = None
        if criterion.single_label:
            rarest = int(np.bincount(targets, minlength=self.examples.classes).min())
        decision = decide(
            ProbeEvidence(
                examples=self.examples.training_count,
                outputs=self.examples.classes,
                validation_examples=validation_examples,
                metric=criterion.validation_metric.replace("_", " "),
                value=history.history[f"val_{criterion.validation_metric}"][-1],
                baseline=baseline,
                baseline_means=criterion.baseline_means,
                baseline_error=criterion.baseline_error(baseline, validation_examples),
                rarest=rarest,
                modality=self.examples.modality,
                input_size=self.examples.input_size,
                batch_size=self.examples.batch_size,
                augments=self.examples.augments,
                stage_names=tuple(stage.name for stage in stages(self.model)),
                learning_rate=self.fine_tune_learning_rate,
                nearest_mean_accuracy=history.phases[-1]["nearest_mean_accuracy"],
                seconds=seconds,
                seconds_per_pass=lambda: seconds_per_pass(self.model, self.examples),
            )
        )
        self._check(decision.phases)
        history.decision = decision.get_config()
        for reason in decision.reasons:
            self._say(f"Chosen: {reason}")
        return list(decision.phases)

    @contextmanager
    def _matrices(self, phase: Phase) -> Iterator[None]:
        if phase.trains != "lora":
            yield
            return
        try:
            with low_rank_matrices(stages(self.model), phase.lora_rank):
                # A function compiled before would not know the matrices, and one compiled
                # meanwhile would still add them after they have been merged.
                self.model.compile(StagedAdamW())
                yield
        finally:
            train_only(self.model, "head")
            self.model.compile(StagedAdamW())

    def _solve(self, phase: Phase, features: OpenFeatureCache, history: PhasedHistory) -> None:
        views = phase.views or 0 if phase.augment and self.examples.augments else 0
        solved = fit_linear_probe(
            self.model,
            self.examples,
            self.seed,
            features,
            views,
            self._class_weights(phase),
            self.criterion,
        )
        history.record(solved.logs)
        history.phases[-1]["inverse_penalty"] = solved.probe.inverse_penalty
        history.phases[-1]["nearest_mean_accuracy"] = solved.nearest_mean_accuracy
        self._say(" - ".join(f"{name}: {value:.4f}" for name, value in solved.logs.items()))

    def _descend(
        self,
        phase: Phase,
        features: OpenFeatureCache,
        history: PhasedHistory,
        progress: Progress,
    ) -> None:
        balance = self.examples.training_labels if phase.balanced else None
        draws = EpochSampler(self.seed, balance=balance)
        run = PhaseRun.prepare(self.model, phase, self.examples, draws, features)
        if run.computed_once:
            once = ", ".join(run.computed_once)
            self._say(
                f"{'Found in the cache' if run.found else 'Computed once'}: {once} "
                f"({written_size(run.feature_bytes)} of features)"
            )
        self._optimizer = compile_for_phase(
            run.model,
            phase,
            peak=phase.peak(self.fine_tune_learning_rate),
            batches=int(run.training.cardinality()) * phase.epochs,
            previous=self._optimizer,
            class_weights=self._class_weights(phase),
            criterion=self.criterion,
        )
        average = None
        if phase.keep == "average":
            average = WeightAverage(window=int(run.training.cardinality()))
        judge = BestWeights(
            run.validation,
            phase.keep,
            average,
            phase.patience,
            phase.required_gain,
            self.criterion,
        )
        measuring: list[Any] = [judge] if average is None else [average, judge]
        parts: dict[str, Stateful] = {type(each).__name__: each for each in measuring}
        if isinstance(run.model.optimizer, keras.optimizers.LossScaleOptimizer):
            scale = LossScale(run.model.optimizer, run.model.trainable_variables)
            parts["LossScale"] = scale
        stopped = progress.begin_epochs(self._optimizer, parts)
        end = history.phases[-1]["first_epoch"] + phase.epochs
        begin_epoch = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: draws.start(epoch)
        )
        watched = FiniteLoss(f"phase {len(history.phases)} ({phase})")
        try:
            run.model.fit(
                run.training,
                initial_epoch=history.next_epoch,
                epochs=history.next_epoch if stopped else end,
                callbacks=[begin_epoch, *measuring, watched, history, *self.callbacks, progress],
                verbose=self.verbose,
                shuffle=False,
            )
        except FloatingPointError:
            judge.restore_good()
            raise
        if phase.keep != "last":
            history.phases[-1]["kept_epoch"] = judge.kept_epoch
            if phase.keep == "soup":
                history.phases[-1]["kept_epochs"] = judge.kept_epochs
            numbers = " + ".join(str(epoch + 1) for epoch in judge.kept_epochs)
            kept = f"epoch {numbers}" if numbers else "the weights the phase began with"
            metrics = " - ".join(f"{name}: {value:.4f}" for name, value in judge.kept.items())
            self._say(
                f"Kept {kept}: {metrics} - loss lower by {judge.gain:.4f} "
                f"± {judge.standard_error:.4f} in the best epoch"
            )

    def _class_weights(self, phase: Phase) -> np.ndarray | None:
        if phase.loss_settings is None:
            return None
        return phase.loss_settings.weights(self.examples.training_labels, self.examples.class_names)

    def _say(self, line: str) -> None:
        if self.verbose != 0:
            print(line)
