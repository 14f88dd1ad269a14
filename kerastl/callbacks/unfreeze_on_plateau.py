"""Callback that unfreezes one more stage when a metric stops improving."""

import warnings
from collections.abc import Sequence
from typing import Any

from kerastl.basics.arguments import check_count, check_number
from kerastl.callbacks.metric_direction import metric_direction
from kerastl.callbacks.parts import Parts
from kerastl.callbacks.unfreezing import Unfreezing


class UnfreezeOnPlateau(Unfreezing):
    """Train the head first, and unfreeze one more stage whenever a metric stops improving.

    In a model without kerastl stages, one more block of layers is unfrozen each time, as for
    `GradualUnfreeze`. Freezing, saving and backends are as for `FreezeSchedule`. Give
    `EarlyStopping` and `ReduceLROnPlateau` more patience than this callback, or they act before
    it.

    The callback waits for its patience once: as long as no stage brings an improvement, one more
    is unfrozen after every epoch. After an improvement it waits again.

    A fit that begins after epoch 0, as `BackupAndRestore` resumes it, continues with the stages
    that the optimizer has trained. An optimizer without moments, such as plain SGD, does not
    record them: it starts with the head again.

    Args:
        monitor: Name of the metric in the epoch's logs. Defaults to `"val_loss"`.
        patience: Number of consecutive epochs without improvement before a stage is unfrozen.
            Defaults to 2.
        min_delta: Smallest change that counts as an improvement. Defaults to 0.
        mode: `"min"`, `"max"`, or `"auto"` to infer it from the name. Defaults to `"auto"`.
        head: Names of the head's layers, for a model without kerastl stages.
            Defaults to the last layer with weights.
        freeze_batch_norm: Whether batch normalization stays frozen in trained stages or layers,
            except in the head. Defaults to True.
        rewarm: Whether the learning rate of a Keras Adam is lowered after each unfreezing, as in
            `FreezeSchedule`. Defaults to True.

    Raises:
        ValueError: If a value is out of range, or the direction cannot be inferred from the
            name.
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
        self._steps: list[str] = []
        self._reached = 0
        self._best = -float("inf")
        self._waited = 0

    def plan(self, parts: Parts) -> list[str]:
        """Return the head, then each stage with all after it."""
        self._steps = parts.unfreezing_steps()
        return self._steps

    def part_at(self, epoch: int) -> str:
        """Return the step that has been reached."""
        if self.trains is None and epoch > 0:
            # Resumed: the optimizer's moments show which stages have trained.
            for candidate in range(1, len(self._steps)):
                if self.trained_before(self._steps[candidate], without=self._steps[candidate - 1]):
                    self._reached = candidate
        return self._steps[self._reached]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin at the head, without a best value."""
        super().on_train_begin(logs)
        self._reached, self._best, self._waited = 0, -float("inf"), 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the epochs without improvement."""
        metrics = logs or {}
        if self.monitor not in metrics:
            warnings.warn(
                f"UnfreezeOnPlateau skips this epoch: the logs hold no {self.monitor!r}. "
                f"Received: {', '.join(metrics)}",
                stacklevel=2,
            )
            return
        reached = self._sign * float(metrics[self.monitor])
        if reached > self._best + self.min_delta:
            self._best, self._waited = reached, 0
            return
        self._waited += 1
        if self._waited >= self.patience and self._reached < len(self._steps) - 1:
            self._reached += 1


def _sign(monitor: str, mode: str) -> int:
    if mode not in ("auto", "min", "max"):
        raise ValueError(f"`mode` must be 'auto', 'min' or 'max'. Received: mode={mode!r}")
    if mode == "auto":
        mode = metric_direction(monitor) or "auto"
    if mode == "auto":
        raise ValueError(
            "The direction of this metric is unknown: pass mode='min' or mode='max'. "
            f"Received: monitor={monitor!r}, mode='auto'"
        )
    return 1 if mode == "max" else -1
