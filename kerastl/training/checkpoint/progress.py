"""The callback that saves the state of a run and restores it."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

import keras

from kerastl.basics.files.json_fields import read_field, read_optional
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.variables import (
    assign,
    assign_optimizer,
    optimizer_of,
    optimizer_values,
    values_of,
)
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.history import PhasedHistory


class Stateful(Protocol):
    """An object, besides model and optimizer, whose state changes from epoch to epoch."""

    def get_state(self) -> dict[str, Any]:
        """Return all that the next epochs depend on, as plain values and arrays."""

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""


class Trained(Stateful, Protocol):
    """An object that a whole run trains: a model, further variables and a state."""

    model: keras.Model

    def variables(self) -> list[Any]:
        """Return trained variables that are not part of the model."""


class Progress(keras.callbacks.Callback):
    """Save the state of a run after every epoch and every phase, and restore it.

    Put it after all other callbacks, so that the state is that of a finished epoch.

    Args:
        checkpoint: Where the state is saved; with None nothing is written or read.
        run: Settings that the result depends on; see `Checkpoint.load`.
        trained: The whole model, and everything else that the run changes.
        history: The history of the run.

    Attributes:
        finished: Number of finished phases.
        within: Whether the next phase was interrupted after one of its epochs.

    Raises:
        ValueError: If the checkpoint belongs to another run or is damaged.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | None,
        run: dict[str, Any],
        trained: Trained,
        history: PhasedHistory,
    ) -> None:
        super().__init__()
        self._checkpoint = checkpoint
        self._run = run
        self._trained = trained
        self._history = history
        self._parts: dict[str, Stateful] = {}
        self._optimizer: StagedAdamW | None = None
        self.finished = 0
        self._loaded = None if checkpoint is None else checkpoint.load(run)
        starts = checkpoint is not None and self._loaded is None
        self._within: dict[str, Any] | None = None
        self._first = values_of(trained.model.variables) if starts else None
        if self._loaded is not None:
            with self._reading():
                self.finished = read_field(self._loaded, "finished", int)
                self._within = read_optional(self._loaded, "within", dict)
                history.set_state(read_field(self._loaded, "history", dict))

    @property
    def continues(self) -> bool:
        """Whether a state was loaded that no phase has restored yet."""
        return self._loaded is not None

    @property
    def within(self) -> bool:
        """Whether the next phase was interrupted after one of its epochs."""
        return self._loaded is not None and self._within is not None

    @property
    def summary(self) -> str:
        """A printed line about where the run resumes."""
        if self._loaded is None:
            return "There is no checkpoint yet: training starts from the beginning"
        where = "within phase" if self.within else "with phase"
        done = self._history.next_epoch
        return f"Resuming after epoch {done}, {where} {self.finished + 1}"

    def restore(self, optimizer: StagedAdamW) -> StagedAdamW:
        """Restore the model's variables in the first phase of a resumed run.

        Args:
            optimizer: The optimizer of the phase before.

        Returns:
            The same, or the restored optimizer of the last finished phase.
        """
        if self._loaded is None:
            return optimizer
        with self._reading():
            assign(self._variables(), self._loaded["variables"])
            if self.within:
                return optimizer
            values = read_optional(self._loaded, "optimizer", dict)
            self._loaded = None
            return optimizer if values is None else optimizer_of(self._variables(), values)

    def restore_step(self) -> None:
        """Restore the state of the training step in a resumed run."""
        if self._loaded is not None:
            with self._reading():
                self._trained.set_state(self._loaded["step"])

    def restore_first(self) -> None:
        """Restore the first values of the model if a run failed before its first saved state."""
        if self._first is not None:
            assign(self._trained.model.variables, self._first)

    def begin_epochs(self, optimizer: StagedAdamW, parts: dict[str, Stateful]) -> bool:
        """Register the objects whose state is saved, and restore it in a resumed phase.

        Args:
            optimizer: The optimizer of the phase.
            parts: Further objects with a state, by name.

        Returns:
            Whether a callback had already stopped the phase.
        """
        self._optimizer, self._parts = optimizer, parts
        if self._loaded is None:
            return False
        with self._reading():
            assign_optimizer(optimizer, self._variables(), self._loaded["optimizer"])
            known = read_field(self._within, "parts", dict)
            for name, part in parts.items():
                part.set_state(known[name])
            stopped = read_field(self._within, "stopped", bool)
        self._loaded = self._within = None
        return stopped

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the state within a phase."""
        if self._checkpoint is not None:
            parts = {name: part.get_state() for name, part in self._parts.items()}
            self._save({"parts": parts, "stopped": bool(self.model.stop_training)})

    def finish_phase(self, optimizer: StagedAdamW) -> None:
        """Save the state after a phase.

        Args:
            optimizer: Its optimizer, whose state the next phase takes over.
        """
        self.finished += 1
        if self._checkpoint is not None:
            self._optimizer = optimizer
            self._save(None)

    def _save(self, within: dict[str, Any] | None) -> None:
        assert self._checkpoint is not None
        assert self._optimizer is not None
        optimizer = (
            optimizer_values(self._optimizer, self._variables()) if self._optimizer.built else None
        )
        state = {
            "finished": self.finished,
            "within": within,
            "history": self._history.get_state(),
            "variables": values_of(self._variables()),
            "step": self._trained.get_state(),
            "optimizer": optimizer,
        }
        self._checkpoint.save(self._run, state)
        self._first = None

    def _reading(self) -> AbstractContextManager[None]:
        assert self._checkpoint is not None
        return self._checkpoint.reading()

    def _variables(self) -> list[Any]:
        return [*self._trained.model.variables, *self._trained.variables()]
