"""The loop that runs a schedule on a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kerastl.training.compilation import compile_for_phase
from kerastl.training.examples import Examples
from kerastl.training.freezing import train_only
from kerastl.training.history import PhasedHistory
from kerastl.training.judge import Judge
from kerastl.training.optimizer import StagedAdamW
from kerastl.training.phase import Phase
from kerastl.training.phase_run import PhaseRun
from kerastl.training.solving import solve_head

_HEAD_LEARNING_RATE = 1e-3


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
        probe, logs = solve_head(self.model, self.examples, self.seed)
        history.record(logs)
        history.phases[-1]["inverse_penalty"] = probe.inverse_penalty
        self._say(" - ".join(f"{name}: {value:.4f}" for name, value in logs.items()))

    def _descend(self, phase: Phase, history: PhasedHistory) -> None:
        run = PhaseRun.prepare(self.model, phase, self.examples, self.seed)
        if run.computed_once:
            self._say(
                f"Computed once: {', '.join(run.computed_once)} "
                f"({run.feature_bytes / 2**20:,.0f} MiB of features)"
            )
        self._optimizer = compile_for_phase(
            run.model,
            phase,
            peak=phase.rate.peak or self._usual_peak(phase),
            steps=int(run.training.cardinality()) * phase.epochs,
            previous=self._optimizer,
        )
        judge = Judge(run.validation, restore=phase.keep_best)
        run.model.fit(
            run.training,
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

    def _usual_peak(self, phase: Phase) -> float:
        return _HEAD_LEARNING_RATE if phase.trains == "head" else self.fine_tune_learning_rate

    def _say(self, line: str) -> None:
        if self.verbose != 0:
            print(line)
