"""What trains, by epoch."""

from collections.abc import Mapping, Sequence

from kerastl.callbacks.parts import Parts
from kerastl.callbacks.unfreezing import Unfreezing
from kerastl.training.phases.phase import Phase


class FreezeSchedule(Unfreezing):
    """Say from which epoch on which part of a model trains.

    For any Keras model and its own `compile` and `fit`. The head trains in every part.
    A model made of kerastl stages is frozen by stages, as in a `Phase`: a frozen stage has no
    dropout and its statistics do not move. Any other model is taken as the row of its
    layers, nested models opened. There the statistics of frozen batch normalization
    do not move either; but dropout inside the frozen part stays active, as Keras switches it
    by `training` alone.

    The layers' `trainable` flags are the schedule's from the first epoch on, whatever they were,
    and stay as the last epoch left them. A `.keras` file saved while some part is still
    frozen loads without the optimizer's state, of which Keras warns; weights files and
    `BackupAndRestore` keep it.

    On TensorFlow only: on other backends a schedule has one entry, and `fit` is called
    once for each phase.

    Args:
        schedule: Part by first epoch, counted from 0: `"head"`; `"from:NAME"`, the named
            stage or layer and all that follow; `"last:N"`, the last N stages, or the last N
            layers with weights, the head's among them and batch normalization counted with the
            layer before it; or `"all"`.
        head: Names of the layers that are the head, for a model that is not made of stages.
            Defaults to the last layer with weights.
        freeze_batch_norm: Whether batch normalization stays frozen in what trains, the head
            excepted. Defaults to True.
        rewarm: Whether the learning rate of a Keras Adam is lowered after each
            unfreezing so far that the new weights do not move faster than it says: Adam counts
            steps once for all weights. List batch-wise checkpoints after this callback.
            `StagedAdamW` needs no such thing, and slows nothing down. Defaults to True.

    Raises:
        ValueError: If the schedule is empty, does not begin at epoch 0, or a part cannot be
            read. In `fit`: if a name is unknown or nothing would train.
        RuntimeError: In `fit`, if what trains would change on a backend other than TensorFlow.

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
                    f"An epoch is a whole number from 0 on. Received: {epoch!r}: {trains!r}"
                )
            if Phase(trains).trains == "lora":
                raise ValueError(
                    "Low-rank matrices come and go with a phase of a kerastl recipe, not inside "
                    f"`fit`. Received: {epoch}: 'lora'"
                )
        if 0 not in schedule:
            raise ValueError(
                "A schedule begins at epoch 0: say what trains first. "
                f"Received: schedule={dict(schedule)!r}"
            )
        self.schedule = dict(sorted(schedule.items()))

    def plan(self, parts: Parts) -> list[str]:
        """Return the parts of the schedule, in order."""
        return list(self.schedule.values())

    def part_at(self, epoch: int) -> str:
        """Return the part of the last entry that has begun."""
        return self.schedule[max(first for first in self.schedule if first <= epoch)]
