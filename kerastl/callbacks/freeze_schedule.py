"""Callback that sets the trainable part of a model by epoch."""

from collections.abc import Mapping, Sequence

from kerastl.callbacks.parts import Parts
from kerastl.callbacks.unfreezing import Unfreezing
from kerastl.training.phases.phase import Phase


class FreezeSchedule(Unfreezing):
    """Set which part of a model trains from which epoch on.

    It works with any Keras model and its own `compile` and `fit`. The head always trains. A model
    made of kerastl stages is frozen stage by stage, as in a `Phase`: a frozen stage has no dropout
    and its statistics do not change. Any other model is frozen layer by layer, nested models
    flattened. There the statistics of frozen batch normalization do not change either, but dropout
    in frozen layers stays active, since Keras switches it by `training` alone.

    The schedule overrides the layers' `trainable` flags; after `fit` they are those of the last
    epoch. A `.keras` file saved while a part is frozen loads without the optimizer's state, and
    Keras warns; weights files and `BackupAndRestore` keep it.

    Changes inside `fit` need TensorFlow. On other backends a schedule has one entry; call `fit`
    once for each phase.

    Args:
        schedule: Part by first epoch, counted from 0: `"head"`; `"from:NAME"`, the named
            stage or layer and all after it; `"last:N"`, the last N stages, or the last N layers
            with weights, the head's included and batch normalization counted with the layer
            before it; or `"all"`.
        head: Names of the head's layers, for a model without kerastl stages.
            Defaults to the last layer with weights.
        freeze_batch_norm: Whether batch normalization stays frozen in trained stages or layers,
            except in the head. Defaults to True.
        rewarm: Whether the learning rate of a Keras Adam is lowered after each unfreezing. Adam
            counts steps once for all weights, so newly unfrozen ones would otherwise move faster
            than the rate. List batch-wise checkpoints after this callback. `StagedAdamW` needs
            no rewarming and keeps the full rate. Defaults to True.

    Raises:
        ValueError: If the schedule is empty, does not begin at epoch 0, or names an invalid part.
            In `fit`: if a name is unknown or no weight would train.
        RuntimeError: In `fit`, if the trained part changes on a backend other than TensorFlow.

    Example:

    ```python
    model.compile(StagedAdamW(1e-3), "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=9, callbacks=[FreezeSchedule({0: "head", 3: "from:stage4", 6: "all"})])
    ```
    """

    def __init__(
        self,
        schedule: Mapping[int, str],
        head: str | Sequence[str] | None = None,
        freeze_batch_norm: bool = True,
        rewarm: bool = True,
    ) -> None:
        super().__init__(head, freeze_batch_norm, rewarm)
        for epoch, trains in schedule.items():
            if isinstance(epoch, bool) or not isinstance(epoch, int) or epoch < 0:
                raise ValueError(
                    f"An epoch must be an integer of at least 0. Received: {epoch!r}: {trains!r}"
                )
            if Phase(trains).trains == "lora":
                raise ValueError(
                    "A callback cannot add LoRA matrices inside `fit`: use a phase of a kerastl "
                    f"recipe. Received: {epoch}: 'lora'"
                )
        if 0 not in schedule:
            raise ValueError(
                f"A schedule must have an entry for epoch 0. Received: schedule={dict(schedule)!r}"
            )
        self.schedule = dict(sorted(schedule.items()))

    def plan(self, parts: Parts) -> list[str]:
        """Return the parts of the schedule, in order."""
        return list(self.schedule.values())

    def part_at(self, epoch: int) -> str:
        """Return the part of the last entry at or before the epoch."""
        return self.schedule[max(first for first in self.schedule if first <= epoch)]
