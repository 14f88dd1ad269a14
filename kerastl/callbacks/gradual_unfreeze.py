"""Callback that unfreezes one more stage every few epochs."""

from collections.abc import Sequence

from kerastl.basics.arguments import check_count
from kerastl.callbacks.parts import Parts
from kerastl.callbacks.unfreezing import Unfreezing


class GradualUnfreeze(Unfreezing):
    """Train the head first, then unfreeze one more stage every few epochs, last stage first.

    Early stages are the most general, so they are unfrozen last (Howard and Ruder 2018). In a model
    without kerastl stages, one more block of layers is unfrozen each time. Blocks are found as the
    stages of `kerastl.backbone` are: those of a convolutional network end where the resolution
    changes, MobileNetV2 has 5. Freezing, saving and backends are as for `FreezeSchedule`.

    Args:
        epochs_per_stage: Epochs between one unfreezing and the next. Defaults to 1.
        first_epoch: Epoch, counted from 0, in which the first stage is unfrozen; the head
            trains alone before it. Defaults to `epochs_per_stage`.
        head: Names of the head's layers, for a model without kerastl stages.
            Defaults to the last layer with weights.
        freeze_batch_norm: Whether batch normalization stays frozen in trained stages or layers,
            except in the head. Defaults to True.
        rewarm: Whether the learning rate of a Keras Adam is lowered after each unfreezing, as in
            `FreezeSchedule`. Defaults to True.

    Raises:
        ValueError: If `epochs_per_stage` or `first_epoch` is below 1.
        RuntimeError: In `fit`, on a backend other than TensorFlow.

    Example:

    ```python
    model.fit(x, y, epochs=8, callbacks=[GradualUnfreeze(epochs_per_stage=2)])
    ```
    """

    def __init__(
        self,
        epochs_per_stage: int = 1,
        first_epoch: int | None = None,
        head: str | Sequence[str] | None = None,
        freeze_batch_norm: bool = True,
        rewarm: bool = True,
    ) -> None:
        super().__init__(head, freeze_batch_norm, rewarm)
        check_count("epochs_per_stage", epochs_per_stage)
        if first_epoch is not None:
            check_count("first_epoch", first_epoch)
        self.epochs_per_stage = epochs_per_stage
        self.first_epoch = epochs_per_stage if first_epoch is None else first_epoch
        self._steps: list[str] = []

    def plan(self, parts: Parts) -> list[str]:
        """Return the head, then each stage with all after it."""
        self._steps = parts.unfreezing_steps()
        return self._steps

    def part_at(self, epoch: int) -> str:
        """Return the step that the epoch has reached."""
        if epoch < self.first_epoch:
            return self._steps[0]
        reached = 1 + (epoch - self.first_epoch) // self.epochs_per_stage
        return self._steps[min(reached, len(self._steps) - 1)]
