"""Show a user's callbacks one training of the whole model."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras

from kerastl.training.criterion import Criterion
from kerastl.training.loop.csv_columns import add_columns
from kerastl.training.optimizer.scheduled_learning_rate import ScheduledLearningRate
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.selection.kept_weights import KeptWeights


class UserCallbacks(keras.callbacks.Callback):
    """Run a user's callbacks as if the whole model were trained by one call of Keras's `fit`.

    A phase often runs only the part of the model after its frozen stages, each phase is a `fit`
    of its own, and a linear probe is not a `fit` at all. The user's callbacks see none of this:
    their `model` is the whole model, training begins and ends once, and epochs are counted over
    all phases, a linear probe as one epoch without batches.

    The last epoch of a phase ends for them after the phase has selected its weights, and the very
    last one after the training has ended. A file that is written then holds the final model.

    Args:
        callbacks: The user's callbacks.
        model: The whole model.
        criterion: Loss and metrics for the whole model, so that a callback can evaluate it.

    Attributes:
        stopped: Whether a callback has set `stop_training` of the whole model.
    """

    def __init__(
        self,
        callbacks: Sequence[keras.callbacks.Callback],
        model: keras.Model,
        criterion: Criterion,
    ) -> None:
        super().__init__()
        self._callbacks = list(callbacks)
        self._whole = model
        self._criterion = criterion
        self._shared: dict[str, Any] = {}
        self._history: PhasedHistory | None = None
        self._kept: KeptWeights | None = None
        self._running: keras.Model | None = None
        self._epochs_of_phase = 0
        self._first_epoch = 0
        self._pending: tuple[int, dict[str, Any]] | None = None
        self.stopped = False

    # Called by the training loop

    def begin(self, history: PhasedHistory, epochs: int, verbose: Any) -> int:
        """Begin the training.

        Args:
            history: The history of the training.
            epochs: Number of epochs in all phases.
            verbose: As for `keras.Model.fit`.

        Returns:
            The epoch to begin with: 0, or a later one that `BackupAndRestore` found.
        """
        if not self._callbacks:
            return 0
        self._history = history
        self.stopped = history.stopped
        self._shared = {"verbose": verbose, "epochs": epochs, "steps": None}
        self._compile(_no_steps())
        self._whole.history = history
        self._whole._initial_epoch = None
        for callback in self._callbacks:
            callback.set_params(self._shared)
            callback.set_model(self._whole)
        self._call("on_train_begin")
        self._first_epoch = self._whole._initial_epoch or 0
        self._whole._initial_epoch = None
        return self._first_epoch

    def set_epochs(self, epochs: int) -> None:
        """Change the number of epochs, as when a schedule has chosen further phases."""
        if self._callbacks:
            self._shared["epochs"] = epochs

    @contextmanager
    def of_phase(self, running: keras.Model, kept: KeptWeights) -> Iterator[None]:
        """Connect the whole model with the one that runs in a phase of gradient steps.

        Args:
            running: The model whose `fit` is called, compiled.
            kept: The callback that selects the weights of the phase.
        """
        if not self._callbacks:
            yield
            return
        self._kept, self._running = kept, running
        if running is not self._whole:
            self._compile(running.optimizer)
            if hasattr(running, "jax_state_sync"):
                # In the middle of an epoch, JAX has the weights of the model that runs.
                self._whole.jax_state_sync = partial(_sync_both, self._whole, running)
        try:
            yield
        finally:
            self._running = None
            if "jax_state_sync" in vars(self._whole):
                del self._whole.jax_state_sync

    def begin_probe(self, epoch: int) -> None:
        """Begin the epoch of a linear probe. The trainable part of the model is already set."""
        if not self._callbacks:
            return
        self._shared["steps"] = None
        self._compile(_no_steps())
        self.on_epoch_begin(epoch)

    def end_probe(self, epoch: int, logs: dict[str, float]) -> None:
        """End the epoch of a linear probe, as soon as `end_epoch` is called."""
        self._pending = epoch, dict(logs)

    def end_epoch(self) -> None:
        """End the last epoch of a phase, after the weights of the phase have been selected."""
        if self._pending is not None:
            (epoch, logs), self._pending = self._pending, None
            self._call("on_epoch_end", epoch, logs)

    def end(self) -> None:
        """End the training."""
        self.end_epoch()
        self._call("on_train_end", self._logs())

    # Called by Keras in each phase

    def set_params(self, params: dict[str, Any]) -> None:
        """Take over the number of batches in an epoch."""
        super().set_params(params)
        self._shared["steps"] = params.get("steps")
        self._epochs_of_phase = params["epochs"]

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin an epoch."""
        self._call("on_epoch_begin", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin a batch."""
        self._call("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """End a batch."""
        self._call("on_train_batch_end", batch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """End an epoch, with the weights that its metrics were measured with."""
        if not self._callbacks:
            return
        if epoch + 1 >= self._epochs_of_phase or self.model.stop_training:
            self._pending = epoch, dict(logs or {})
            return
        measured = None if self._kept is None else self._kept.measured_weights()
        if measured is None:
            self._call("on_epoch_end", epoch, logs)
            return
        training = self.model.get_weights()
        self.model.set_weights(measured)
        self._call("on_epoch_end", epoch, logs)
        self.model.set_weights(training)

    def _compile(self, optimizer: Any) -> None:
        if not optimizer.built:
            # Otherwise a saved file does not match its own optimizer.
            optimizer.build(self._whole.trainable_variables)
        self._whole.compile(
            optimizer, loss=self._criterion.loss(), metrics=self._criterion.keras_metrics()
        )

    def _logs(self) -> dict[str, float]:
        rows = {} if self._history is None else self._history.history
        return {name: values[-1] for name, values in rows.items() if values}

    def _call(self, hook: str, *arguments: Any) -> None:
        if not self._callbacks:
            return
        if hook.startswith("on_epoch") and arguments[0] < self._first_epoch:
            return
        running = self._running
        # A phase that has had its epochs stops the model that runs, and not the training.
        phase_ends = running is not None and running.stop_training
        self._whole.stop_training = self.stopped
        try:
            for callback in self._callbacks:
                if hook == "on_epoch_end" and isinstance(callback, keras.callbacks.CSVLogger):
                    add_columns(callback, arguments[1])
                getattr(callback, hook)(*arguments)
        except (TypeError, AttributeError) as error:
            # What Keras raises for `optimizer.learning_rate = ...` and `learning_rate.assign(...)`.
            if not re.search("LearningRateSchedule|no attribute 'assign'", str(error)):
                raise
            raise ValueError(
                "A callback cannot set the learning rate: the training has its own learning-rate "
                "schedule. Pass `learning_rate`, also in a Phase, and leave the callback out. "
                f"Received: {type(callback).__name__}, which sets the learning rate in {hook}"
            ) from error
        self.stopped = bool(self._whole.stop_training)
        if self._history is not None:
            self._history.stopped = self.stopped
        if running is not None:
            running.stop_training = phase_ends or self.stopped


def _sync_both(whole: keras.Model, running: keras.Model) -> None:
    """Write JAX's state back to the variables, after a prediction or a step of either model."""
    type(whole).jax_state_sync(whole)
    running.jax_state_sync()


def _no_steps() -> StagedAdamW:
    """Return the optimizer that callbacks see outside of phases of gradient steps."""
    # A schedule, so that a callback cannot set the learning rate without an effect.
    return StagedAdamW(ScheduledLearningRate("constant", 0.0, steps=1))
