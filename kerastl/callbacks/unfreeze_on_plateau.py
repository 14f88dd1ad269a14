"""One more stage whenever training stops to improve."""

import re
import warnings
from collections.abc import Sequence
from typing import Any

from kerastl.basics.arguments import check_count, check_number
from kerastl.callbacks.parts import Parts
from kerastl.callbacks.unfreezing import Unfreezing

_HIGHER_IS_BETTER = re.compile(r"acc|auc|precision|recall|f1|f_?beta|fbeta|r2|iou")
_LOWER_IS_BETTER = re.compile(r"loss|error|mse|mae|perplexity")


class UnfreezeOnPlateau(Unfreezing):
    """Train the head first, and one more stage whenever a figure stops improving.

    In a model that is not made of kerastl stages, every layer with weights is a step. Freezing,
    saving and backends are as for `FreezeSchedule`. Give `EarlyStopping` and
    `ReduceLROnPlateau` more patience than this callback, or they come first.

    A fit that begins after epoch 0, as `BackupAndRestore` resumes it, goes on with the stages
    that the optimizer has trained. An optimizer without moments, such as plain SGD, cannot
    tell them: there the head comes first again.

    Args:
        monitor: Name of the figure in the epoch's logs. Defaults to `"val_loss"`.
        patience: Epochs without improvement, in a row, after which a stage is unfrozen. Each
            stage gets as many to show its worth. Defaults to 2.
        min_delta: Least change that counts as improvement. Defaults to 0.
        mode: `"min"`, `"max"`, or `"auto"` to tell by the name. Defaults to `"auto"`.
        head: Names of the layers that are the head, for a model that is not made of stages.
            Defaults to the last layer with weights.
        freeze_batch_norm: Whether batch normalization stays frozen in what trains, the head
            excepted. Defaults to True.
        rewarm: Whether the rate of a Keras Adam is held down after each unfreezing, as in
            `FreezeSchedule`. Defaults to True.

    Raises:
        ValueError: If a value is out of its range, or the name does not tell which
            direction is better.
        RuntimeError: In `fit`, on a backend other than TensorFlow.

    Example:

    ```python
    model.fit(x, y, validation_split=0.2, epochs=30, callbacks=[UnfreezeOnPlateau(patience=2)])
    ```
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 2,
        min_delta: float = 0.0,
        mode: str = "auto",
        head: str | Sequence[str] | None = None,
        freeze_batch_norm: bool = True,
        rewarm: bool = True,
    ) -> None:
        super().__init__(head, freeze_batch_norm, rewarm)
        check_count("patience", patience)
        check_number("min_delta", min_delta, "[0, inf)")
        self.monitor = monitor
        self.patience = patience
        self.min_delta = min_delta
        self._sign = _sign(monitor, mode)
        self._candidates: list[str] = []
        self._candidate = 0
        self._best = -float("inf")
        self._waited = 0

    def plan(self, parts: Parts) -> list[str]:
        """Return the head, then each stage with all above it."""
        self._candidates = parts.fallbacks()
        return self._candidates

    def part_at(self, epoch: int) -> str:
        """Return the candidate that has been reached."""
        if self.trains is None and epoch > 0:
            # Resumed: what trained before shows in the optimizer's moments.
            for candidate in range(1, len(self._candidates)):
                if self.trained_before(
                    self._candidates[candidate], without=self._candidates[candidate - 1]
                ):
                    self._candidate = candidate
        return self._candidates[self._candidate]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin at the head, with no best figure."""
        super().on_train_begin(logs)
        self._candidate, self._best, self._waited = 0, -float("inf"), 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the epochs without improvement."""
        metrics = logs or {}
        if self.monitor not in metrics:
            warnings.warn(
                f"Nothing is unfrozen: the logs hold no {self.monitor!r}. "
                f"Received: {', '.join(metrics)}",
                stacklevel=2,
            )
            return
        reached = self._sign * float(metrics[self.monitor])
        if reached > self._best + self.min_delta:
            self._best, self._waited = reached, 0
            return
        self._waited += 1
        if self._waited >= self.patience and self._candidate < len(self._candidates) - 1:
            self._candidate, self._waited = self._candidate + 1, 0


def _sign(monitor: str, mode: str) -> int:
    if mode not in ("auto", "min", "max"):
        raise ValueError(f"`mode` must be 'auto', 'min' or 'max'. Received: mode={mode!r}")
    if mode == "auto" and _LOWER_IS_BETTER.search(monitor):
        mode = "min"
    if mode == "auto" and _HIGHER_IS_BETTER.search(monitor):
        mode = "max"
    if mode == "auto":
        raise ValueError(
            "Say by `mode` whether higher or lower is better. "
            f"Received: monitor={monitor!r}, mode='auto'"
        )
    return 1 if mode == "max" else -1
