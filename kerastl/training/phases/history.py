"""A Keras history that spans all phases of a schedule."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import keras

from kerastl.training.phases.history_table import history_lines, history_table, history_title
from kerastl.training.selection.selection import Selection

if TYPE_CHECKING:
    from kerastl.seeing.notebook.plot import Plot

_STATE = ("epoch", "history", "rows", "phases", "decision", "stopped")
_FOUND = ("kept_instead", "refit", "calibration")


class PhasedHistory(keras.callbacks.History):
    """Collect the metrics of all phases in one history.

    A linear probe counts as one epoch. A saved recipe has it, and so has a loaded one.

    Attributes:
        epoch: Numbers of the epochs, counted from 0 over all phases.
        history: Values of each metric, as in Keras. A metric has no value for epochs of phases that
            do not measure it.
        rows: The metrics of each epoch.
        phases: One dictionary for each phase: its settings, its first epoch and what it found,
            such as the kept epoch, and `gains`: for each epoch the decrease of the deciding loss
            and its standard error.
        decision: The `Decision` of the schedule as plain values; None if it made none.
        stopped: Whether a user's callback has stopped the training.
        kept_instead: Which weights the model has, if not those of this training.
        refit: The linear probe that was fitted again on training and validation examples: its
            penalty, the number of examples, whether the features were tuned, and its cross-fitted
            metrics. None if there was no refit.
        calibration: The temperature that the logits were divided by, and the number and kind of
            the examples that it was fitted on. None if the outputs are not probabilities.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.rows: list[dict[str, float]] = []
        self.phases: list[dict[str, Any]] = []
        self.decision: dict[str, Any] | None = None
        self.stopped = False
        self.kept_instead: str | None = None
        self.refit: dict[str, Any] | None = None
        self.calibration: dict[str, Any] | None = None
        self._skipped = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep the rows of earlier phases, which Keras's own history would delete."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add the metrics of an epoch."""
        self.rows.append(dict(logs or {}))
        super().on_epoch_end(epoch, logs)

    def record(self, logs: dict[str, float]) -> None:
        """Add the metrics of an epoch that ran without `keras.Model.fit`."""
        self.epoch.append(self.next_epoch)
        self.rows.append(dict(logs))
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    @property
    def kept(self) -> str:
        """Which weights the model has after the training, and why, as one line."""
        if self.kept_instead is not None:
            return self.kept_instead
        reasons: list[str] = []
        for number, phase in reversed(list(enumerate(self.phases, start=1))):
            why = "".join(f"; {reason}" for reason in reversed(reasons))
            if phase["linear_probe"]:
                return f"the linear probe of phase {number}{why}"
            if "kept_epoch" not in phase:
                return f"the last epoch of phase {number}{why}"
            if phase["kept_epoch"] is not None:
                best = phase["kept_epoch"] - phase["first_epoch"] + 1
                return f"epoch {best}, the best of phase {number} on the validation split{why}"
            reasons.append(f"phase {number} did not improve enough on the validation split")
        return f"those from before the training{''.join(f'; {each}' for each in reasons[::-1])}"

    @property
    def kept_probe(self) -> int | None:
        """Index of the linear probe in `phases` that the model ended with, or None.

        None also if an earlier phase changed the backbone: its features are then not those of the
        pre-trained network.
        """
        changed = [not phase["linear_probe"] and _changed(phase) for phase in self.phases]
        probes = [number for number, phase in enumerate(self.phases) if phase["linear_probe"]]
        if self.kept_instead is not None or not probes or any(changed):
            return None
        return probes[-1]

    @property
    def explanation(self) -> str | None:
        """Why the best epoch of the last phase was kept or not; None if no epoch was compared."""
        for phase in reversed(self.phases):
            if "selection" in phase:
                return str(Selection.from_config(phase["selection"]))
        return None

    def plot(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the loss and the metrics over all epochs, with the phases marked.

        Args:
            path: Image file that the plot is also written to. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            ValueError: If there is no epoch, or matplotlib does not write such a file.
            OSError: If the file cannot be written.

        Example:

        ```python
        recipe.fit(data)
        recipe.history.plot("curves.png")
        ```
        """
        from kerastl.seeing.drawing.curves import draw_learning_curves
        from kerastl.seeing.notebook.plot import Plot
        from kerastl.training.phases.phase_spans import phase_spans

        if not self.epoch:
            raise ValueError("A plot needs at least one epoch. Received: a history without epochs")
        metrics = {
            name: [row.get(name, float("nan")) for row in self.rows] for name in self.history
        }
        figure = draw_learning_curves(
            metrics, phase_spans(self.phases, self.next_epoch), kept=self.kept_row
        )
        told = f"learning curves over {len(self.epoch)} epochs; weights: {self.kept}"
        return Plot(figure, told, path)

    def __repr__(self) -> str:
        table = history_table(self.epoch, self.rows, list(self.history), self.phases)
        lines = history_lines(table) if self.epoch else []
        title = history_title(len(self.epoch), len(self.phases))
        return "\n".join([title, *lines, f"weights: {self.kept}"])

    def _repr_html_(self) -> str:
        from kerastl.seeing.drawing.figure import has_matplotlib
        from kerastl.seeing.notebook.markup import Html, page_part, paragraphs, table

        head, *rows = history_table(self.epoch, self.rows, list(self.history), self.phases)
        drawn = self.plot()._repr_html_() if self.epoch and has_matplotlib() else ""
        told = [f"weights: {self.kept}", *filter(None, [self.explanation])]
        return page_part(
            history_title(len(self.epoch), len(self.phases)),
            Html(drawn),
            table(head, rows) if rows else "",
            paragraphs(told),
        )

    @property
    def kept_row(self) -> int | None:
        """The epoch whose weights the model has, or None if it has others."""
        if self.kept_instead is not None:
            return None
        for phase in reversed(self.phases):
            if phase["linear_probe"]:
                return int(phase["first_epoch"])
            if "kept_epoch" not in phase:
                return self.epoch[-1] if self.epoch and phase is self.phases[-1] else None
            if phase["kept_epoch"] is not None:
                return int(phase["kept_epoch"])
        return None

    def get_config(self) -> dict[str, Any]:
        """Return everything as plain values, for a file."""
        return {**self.get_state(), **{name: getattr(self, name) for name in _FOUND}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> PhasedHistory:
        """Make a history from what `get_config` returned."""
        made = cls()
        made.set_state(config)
        for name in _FOUND:
            setattr(made, name, config[name])
        return made

    def get_state(self) -> dict[str, Any]:
        """Return all rows and descriptions, as plain values."""
        return {name: getattr(self, name) for name in _STATE}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        for name in _STATE:
            setattr(self, name, state[name])

    @property
    def next_epoch(self) -> int:
        """Number of the next epoch, counted from 0 over all phases."""
        return max(self._skipped, self.epoch[-1] + 1 if self.epoch else 0)

    def skip_to(self, epoch: int) -> None:
        """Leave out the epochs before one, which an interrupted run has trained."""
        self._skipped = epoch


def _changed(phase: dict[str, Any]) -> bool:
    """Return whether weights of a phase of gradient steps were kept."""
    return "kept_epoch" not in phase or phase["kept_epoch"] is not None
