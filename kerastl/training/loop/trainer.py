"""The training loop, which runs the phases of a schedule."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from kerastl.basics.keras_models.precision import built_in, model_precision
from kerastl.basics.printer import printer
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.loss_scale import LossScale
from kerastl.training.checkpoint.progress import Progress, Stateful
from kerastl.training.checkpoint.run_key import run_key
from kerastl.training.checkpoint.variables import assign, values_of
from kerastl.training.freezing.freezing import frozen_batch_norm, stages, train_only
from kerastl.training.freezing.lora import low_rank_matrices
from kerastl.training.loop.built_metrics import build_metrics
from kerastl.training.loop.deciding import gather_evidence
from kerastl.training.loop.finite_loss import FiniteLoss
from kerastl.training.loop.phase_optimizer import optimizer_for_phase
from kerastl.training.loop.phase_progress import PhaseProgress
from kerastl.training.loop.time_limit import TimeLimit
from kerastl.training.loop.training_step import PhaseSetup, TrainingStep
from kerastl.training.loop.user_callbacks import UserCallbacks
from kerastl.training.optimizer.stable_rate import stable_rate
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.decision import Decision
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase
from kerastl.training.phases.probe_evidence import ProbeEvidence

Decide = Callable[[ProbeEvidence], Decision]
Finish = Callable[[PhasedHistory, bool], None]


@dataclass
class Trainer:
    """Run the phases of a schedule in order.

    The loop freezes stages, compiles, saves the state of the run and resumes it. The training
    step provides batches, loss and weight selection.

    Args:
        step: The kind of training, such as `SupervisedStep`.
        fine_tune_learning_rate: Default learning rate of phases that train a stage; `stable_rate`
            of the trained stages if that is lower.
        callbacks: Keras callbacks, which see one training of the whole model; see
            `UserCallbacks`. Or a `UserCallbacks`, which its owner ends after `run`.
        cache: A `FeatureCache`, or an `OpenFeatureCache` that several trainings share. Defaults
            to `FeatureCache()`.
        checkpoint: Where the state of the run is saved, so that a killed run can continue. It
            is not removed at the end. Defaults to None: nowhere.
        settings: Further settings that the result depends on, as plain values by name. A run
            with other settings cannot resume from the checkpoint. Defaults to none.
        verbose: As for `keras.Model.fit`; with 0 no lines about phases are printed.
        started: Value of `time.perf_counter()` from which a decision counts the seconds. Defaults
            to None: that at the first phase.
        deadline: Value of `time.perf_counter()` at which phases of gradient steps end; see
            `TimeLimit`. Defaults to None: none.

    Example:

    ```python
    step = SupervisedStep(model, examples, criterion, seed=0)
    history = Trainer(step, 1e-4).run([Phase("head", linear_probe=True)])
    ```
    """

    step: TrainingStep
    fine_tune_learning_rate: float
    callbacks: Sequence[keras.callbacks.Callback] | UserCallbacks = ()
    cache: FeatureCache | OpenFeatureCache = field(default_factory=FeatureCache)
    checkpoint: Checkpoint | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    verbose: Any = "auto"
    started: float | None = None
    deadline: float | None = None

    def __post_init__(self) -> None:
        self._say = printer(self.verbose)
        self._optimizer = StagedAdamW()
        self._user = (
            self.callbacks
            if isinstance(self.callbacks, UserCallbacks)
            else UserCallbacks(self.callbacks, self.step.model, self.step.criterion)
        )

    def run(
        self,
        schedule: Sequence[Phase],
        decide: Decide | None = None,
        finish: Finish | None = None,
    ) -> PhasedHistory:
        """Run every phase in order.

        Args:
            schedule: The phases, at least one.
            decide: Function that chooses further phases from the result of the first one, a linear
                probe. Defaults to None: no further phases.
            finish: Function that changes the model after the last phase. Callbacks see the last
                epoch and the end of the training after it. It is called once more, with True, if
                a callback then restores other weights. Defaults to None: nothing is changed.

        Returns:
            One history over all phases.

        Raises:
            ValueError: If the schedule is empty, a phase names an unknown stage or class or is not
                supported by this training, or the checkpoint belongs to another run.
            FloatingPointError: If a loss becomes NaN or infinite. The last good weights are
                restored.
        """
        if not schedule:
            raise ValueError("`schedule` must have at least one phase. Received: an empty schedule")
        self._check(schedule)
        # Keras scales the loss of a float16 model by the policy under which the model was made.
        with built_in(model_precision(self.step.model)), self._open_cache() as features:
            return self._run(list(schedule), decide, finish, features)

    def _open_cache(self) -> Any:
        if isinstance(self.cache, OpenFeatureCache):
            return nullcontext(self.cache)
        return OpenFeatureCache(self.cache, self._say)

    def _check(self, phases: Sequence[Phase]) -> None:
        for phase in phases:
            self.step.check(phase)
            with self._matrices(phase):
                train_only(self.step.model, phase.trains)

    def _run(
        self,
        schedule: list[Phase],
        decide: Decide | None,
        finish: Finish | None,
        features: OpenFeatureCache,
    ) -> PhasedHistory:
        history = PhasedHistory()
        key = run_key(self.step.model, self.step.examples, schedule, self.step.seed)
        run = {**key, **self.step.key(), **self.settings}
        progress = Progress(self.checkpoint, run, self.step, history)
        if self.checkpoint is not None and self.checkpoint.resume:
            self._say(progress.summary)
        if history.decision is not None:
            schedule += Decision.from_config(history.decision).phases
        try:
            self.step.begin(features)
            progress.restore_step()
            first = self._user.begin(history, _epochs(schedule), self.verbose)
            self._run_phases(schedule, decide, features, history, progress, first)
            self.step.end(features)
            if finish is not None:
                finish(history, False)
            if self._user is not self.callbacks:
                self._end_callbacks(history, finish)
        except BaseException:
            # Otherwise the same call would start from half-trained weights.
            progress.restore_first()
            raise
        return history

    def _end_callbacks(self, history: PhasedHistory, finish: Finish | None) -> None:
        if finish is None or not self.callbacks:
            self._user.end()
            return
        finished = self.step.model.get_weights()
        self._user.end()
        # `EarlyStopping(restore_best_weights=True)` restores weights from before `finish`.
        if not all(map(np.array_equal, finished, self.step.model.get_weights())):
            finish(history, True)

    def _run_phases(
        self,
        schedule: list[Phase],
        decide: Decide | None,
        features: OpenFeatureCache,
        history: PhasedHistory,
        progress: Progress,
        first_epoch: int,
    ) -> None:
        start = time.perf_counter() if self.started is None else self.started
        backed_up = values_of(self.step.model.variables) if first_epoch else []
        # `_decide` appends phases while the loop runs.
        for number, phase in enumerate(schedule, start=1):
            if number <= progress.finished:
                continue
            if history.stopped and not progress.within:
                left_out = ", ".join(str(each) for each in schedule[number - 1 :])
                self._say(f"A callback stopped the training. Phases left out: {left_out}")
                break
            features.begin_phase()
            undecided = decide is not None and history.decision is None
            # A schedule that decides by the linear probe may add phases.
            of_all = "" if undecided else f" of {len(schedule)}"
            title = f"{self.step.name}Phase {number}{of_all}"
            self._say(f"{title}: {phase}")
            if not progress.within:
                history.phases.append({**phase.get_config(), "first_epoch": history.next_epoch})
                end = history.next_epoch + _epochs([phase])
                if history.next_epoch < first_epoch and not undecided:
                    # BackupAndRestore has restored the weights of these epochs.
                    history.skip_to(min(first_epoch, end))
                if history.next_epoch == end:
                    progress.finish_phase(self._optimizer)
                    continue
            with self._matrices(phase):
                train_only(self.step.model, phase.trains, phase.freeze_batch_norm)
                note = frozen_batch_norm(self.step.model)
                if note and phase.freeze_batch_norm and phase.trains != "lora":
                    self._say(note)
                self._optimizer = progress.restore(self._optimizer)
                if phase.linear_probe:
                    self._fit_probe(phase, features, history)
                else:
                    self._fit_by_gradient_steps(phase, features, history, progress, title)
            if decide is not None and undecided:
                schedule += self._decide(decide, history, time.perf_counter() - start)
                # The check of the chosen phases has set their trainable parts.
                train_only(self.step.model, phase.trains, phase.freeze_batch_norm)
                self._user.set_epochs(_epochs(schedule))
                if first_epoch:
                    assign(self.step.model.variables, backed_up)
            if number < len(schedule):
                self._user.end_epoch()
            progress.finish_phase(self._optimizer)
        if progress.continues:
            # The run was killed after its last phase.
            self._optimizer = progress.restore(self._optimizer)

    def _decide(self, decide: Decide, history: PhasedHistory, seconds: float) -> list[Phase]:
        decision = decide(
            gather_evidence(self.step, history, self.fine_tune_learning_rate, seconds)
        )
        self._check(decision.phases)
        history.decision = decision.get_config()
        for reason in decision.reasons:
            self._say(f"Decision: {reason}")
        return list(decision.phases)

    @contextmanager
    def _matrices(self, phase: Phase) -> Iterator[None]:
        if phase.trains != "lora":
            yield
            return
        model = self.step.model
        try:
            with low_rank_matrices(stages(model), phase.lora_rank, self.step.seed):
                # A function that was compiled before lacks the matrices; one that is compiled
                # inside would still add them after they have been merged.
                model.compile(StagedAdamW())
                yield
        finally:
            train_only(model, "head")
            model.compile(StagedAdamW())

    def _fit_probe(self, phase: Phase, features: OpenFeatureCache, history: PhasedHistory) -> None:
        epoch = history.next_epoch
        self._user.begin_probe(epoch)
        logs, found = self.step.fit_probe(phase, features)
        history.record(logs)
        self._user.end_probe(epoch, logs)
        history.phases[-1] |= found
        self._say(" - ".join(f"{name}: {value:.4f}" for name, value in logs.items()))

    def _fit_by_gradient_steps(
        self,
        phase: Phase,
        features: OpenFeatureCache,
        history: PhasedHistory,
        progress: Progress,
        title: str,
    ) -> None:
        try:
            setup = self.step.set_up(phase, features, history.phases[-1]["first_epoch"])
            if setup.note is not None:
                self._say(setup.note)
            setup.kept.first_epoch = history.phases[-1]["first_epoch"]
            if len(history.phases) > 1 and history.phases[-2]["linear_probe"]:
                setup.kept.begins_with = "the linear probe"
            self._fit(setup, phase, history, progress, title)
        finally:
            self.step.end_phase()
        history.phases[-1] |= setup.described | setup.kept.described()
        if setup.rising is not None and setup.rising.reason is not None:
            history.phases[-1]["ended"] = setup.rising.reason
            self._say(setup.rising.reason)
        summary = setup.kept.summary()
        if summary is not None:
            self._say(summary)

    def _fit(
        self,
        setup: PhaseSetup,
        phase: Phase,
        history: PhasedHistory,
        progress: Progress,
        title: str,
    ) -> None:
        self._optimizer = optimizer_for_phase(
            setup.model.trainable_variables,
            phase,
            peak=phase.peak(self._fine_tune_rate(phase)),
            batches=int(setup.training.cardinality()) * phase.epochs,
            previous=self._optimizer,
            rate_multipliers=setup.rate_multipliers,
        )
        setup.model.compile(self._optimizer, loss=setup.loss, metrics=list(setup.metrics))
        if setup.metrics:
            build_metrics(setup.model, setup.training)
        parts: dict[str, Stateful] = {**setup.stateful, type(setup.kept).__name__: setup.kept}
        if setup.rising is not None:
            parts["RisingLoss"] = setup.rising
        if isinstance(setup.model.optimizer, keras.optimizers.LossScaleOptimizer):
            scaled = LossScale(setup.model.optimizer, setup.model.trainable_variables)
            parts["LossScale"] = scaled
        stopped = progress.begin_epochs(self._optimizer, parts)
        first = history.phases[-1]["first_epoch"]
        end = first + phase.epochs
        begin_epoch = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: setup.sampler.start(epoch)
        )
        finite = FiniteLoss(f"phase {len(history.phases)} ({phase})")
        watching = [finite] if setup.rising is None else [finite, setup.rising]
        measuring = [begin_epoch, *setup.callbacks, setup.kept, *watching, history]
        if self.deadline is not None:
            measuring.append(TimeLimit(self.deadline, self._say))
        shown: list[keras.callbacks.Callback] = []
        if self.verbose != 0:
            shown.append(PhaseProgress(title, first, phase.epochs, setup.kept))
        try:
            with self._user.of_phase(setup.model, setup.kept):
                setup.model.fit(
                    setup.training,
                    initial_epoch=history.next_epoch,
                    epochs=history.next_epoch if stopped else end,
                    callbacks=[*measuring, self._user, progress, *shown],
                    verbose=self.verbose,
                    shuffle=False,
                )
        except FloatingPointError:
            setup.kept.restore_good()
            raise

    def _fine_tune_rate(self, phase: Phase) -> float:
        """Return the backbone's rate, lowered if one step would change layers too much."""
        highest = stable_rate(self.step.model)
        if highest < self.fine_tune_learning_rate and phase.rate.peak is None:
            self._say(
                f"Learning rate {highest:.1e} instead of {self.fine_tune_learning_rate:g}: a step "
                "at the higher rate would change layers of this network too much"
            )
        return min(self.fine_tune_learning_rate, highest)


def _epochs(schedule: Sequence[Phase]) -> int:
    return sum(1 if phase.linear_probe else phase.epochs for phase in schedule)
