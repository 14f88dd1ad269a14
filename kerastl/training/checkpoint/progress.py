"""The callback that writes down how far a run has come, and takes it up from there."""

from typing import Any, Protocol

import keras

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
    """What changes from epoch to epoch of a phase besides the model and its optimizer."""

    def get_state(self) -> dict[str, Any]:
        """Return all that the next epochs depend on, as plain values and arrays."""

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what `get_state` returned, instead of from the beginning."""


class Trained(Stateful, Protocol):
    """What a run changes, from its first phase to its last."""

    model: keras.Model

    def variables(self) -> list[Any]:
        """Return the variables that training moves and that the model lacks."""


class Progress(keras.callbacks.Callback):
    """Keep the whole state of a run on disk, after every epoch and every phase.

    Put it after all other callbacks: the state is that of a finished epoch.

    Args:
        checkpoint: Where the state is kept, or None: nothing is written or read.
        run: What the run depends on; see `Checkpoint.load`.
        trained: The whole model, and whatever else the run changes.
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
        # What the model has if there is no state to go on from.
        begins = checkpoint is not None and self._loaded is None
        self._first = values_of(trained.model.variables) if begins else None
        if self._loaded is not None:
            self.finished = self._loaded["finished"]
            history.set_state(self._loaded["history"])

    @property
    def continues(self) -> bool:
        """Whether there is a state to continue from that no phase has taken up yet."""
        return self._loaded is not None

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
        assign(self._variables(), self._loaded["variables"])
        if self.within:
            return optimizer
        values = self._loaded["optimizer"]
        self._loaded = None
        return optimizer if values is None else optimizer_of(self._variables(), values)

    def take_up_step(self) -> None:
        """Set the state of what trains besides variables, where the run is taken up."""
        if self._loaded is not None:
            self._trained.set_state(self._loaded["step"])

    def take_back(self) -> None:
        """Leave the model of a run that ended early without a state as it was found."""
        if self._first is not None:
            assign(self._trained.model.variables, self._first)

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
        assign_optimizer(optimizer, self._variables(), self._loaded["optimizer"])
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
        """Write the state after a phase.

        Args:
            optimizer: Its optimizer, from which the next phase takes over.
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

    def _variables(self) -> list[Any]:
        return [*self._trained.model.variables, *self._trained.variables()]
