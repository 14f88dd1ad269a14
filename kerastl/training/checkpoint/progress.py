"""The callback that writes down how far a run has come, and takes it up from there."""

from typing import Any, Protocol

import keras

from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.variables import (
    assign_model,
    assign_optimizer,
    model_values,
    optimizer_of,
    optimizer_values,
)
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.history import PhasedHistory


class Stateful(Protocol):
    """What changes from epoch to epoch of a phase besides the model and its optimizer."""

    def get_state(self) -> dict[str, Any]:
        """Return all that the next epochs depend on, as plain values and arrays."""

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what `get_state` returned, instead of from the beginning."""


class Progress(keras.callbacks.Callback):
    """Keep the whole state of a run on disk, after every epoch and every phase.

    Put it after all other callbacks: the state is that of a finished epoch.

    Args:
        checkpoint: Where the state is kept, or None: nothing is written or read.
        run: What the run depends on; see `Checkpoint.load`.
        model: The whole model.
        history: The run's.

    Attributes:
        finished: How many phases are done.
        within: Whether the next phase is one that was broken off after some epoch.

    Raises:
        ValueError: If the checkpoint is that of another run, or damaged.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | None,
        run: dict[str, Any],
        model: keras.Model,
        history: PhasedHistory,
    ) -> None:
        super().__init__()
        self._checkpoint = checkpoint
        self._run = run
        self._whole = model
        self._history = history
        self._parts: dict[str, Stateful] = {}
        self._optimizer: StagedAdamW | None = None
        self.finished = 0
        self._loaded = None if checkpoint is None else checkpoint.load(run)
        # What the model has if there is no state to go on from.
        begins = checkpoint is not None and self._loaded is None
        self._first = model_values(model) if begins else None
        if self._loaded is not None:
            self.finished = self._loaded["finished"]
            history.set_state(self._loaded["history"])

    @property
    def within(self) -> bool:
        """Whether the next phase is one that was broken off after some epoch."""
        return self._loaded is not None and self._loaded["within"] is not None

    @property
    def summary(self) -> str:
        """Where the run goes on, in a line for the user."""
        if self._loaded is None:
            return "There is no checkpoint yet: training starts from the beginning"
        where = "within" if self.within else "with"
        return f"Going on after epoch {self._history.next_epoch}, {where} phase {self.finished + 1}"

    def restore(self, optimizer: StagedAdamW) -> StagedAdamW:
        """Set the model's variables where the run is taken up.

        Args:
            optimizer: That of the phase before.

        Returns:
            The same, or that of the phase that the run had finished last.
        """
        if self._loaded is None:
            return optimizer
        assign_model(self._whole, self._loaded["model"])
        if self.within:
            return optimizer
        values = self._loaded["optimizer"]
        self._loaded = None
        return optimizer if values is None else optimizer_of(self._whole, values)

    def take_back(self) -> None:
        """Leave the model of a run that ended early without a state as it was found."""
        if self._first is not None:
            assign_model(self._whole, self._first)

    def begin_epochs(self, optimizer: StagedAdamW, parts: dict[str, Stateful]) -> bool:
        """Say what belongs to the state of the phase, and set it where the phase is taken up.

        Args:
            optimizer: The phase's.
            parts: What else has a state.

        Returns:
            Whether a callback had stopped the phase already.
        """
        self._optimizer, self._parts = optimizer, parts
        if self._loaded is None:
            return False
        assign_optimizer(optimizer, self._whole, self._loaded["optimizer"])
        within = self._loaded["within"]
        for name, part in parts.items():
            part.set_state(within["parts"][name])
        self._loaded = None
        stopped: bool = within["stopped"]
        return stopped

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the state within a phase."""
        if self._checkpoint is not None:
            parts = {name: part.get_state() for name, part in self._parts.items()}
            self._save({"parts": parts, "stopped": bool(self.model.stop_training)})

    def finish_phase(self, optimizer: StagedAdamW) -> None:
        """Write the state between two phases.

        Args:
            optimizer: The last one, from which the next phase takes over.
        """
        self.finished += 1
        if self._checkpoint is not None:
            self._optimizer = optimizer
            self._save(None)

    def _save(self, within: dict[str, Any] | None) -> None:
        assert self._checkpoint is not None
        assert self._optimizer is not None
        optimizer = (
            optimizer_values(self._optimizer, self._whole) if self._optimizer.built else None
        )
        state = {
            "finished": self.finished,
            "within": within,
            "history": self._history.get_state(),
            "model": model_values(self._whole),
            "optimizer": optimizer,
        }
        self._checkpoint.save(self._run, state)
        self._first = None
