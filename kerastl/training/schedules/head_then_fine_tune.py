"""Train a fresh head on the frozen backbone, then head and backbone together."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.enough_epochs import enough_epochs
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class HeadThenFineTune(ScheduleConfig):
    """Train the head on the frozen backbone, then both.

    The default schedule of object detection, whose head cannot be fitted as a linear probe. A
    random head would send large gradients into the pre-trained weights; on frozen stages it
    trains cheaply, as their features are computed once.

    Args:
        head_epochs: Epochs of the first phase, with the backbone frozen. Defaults to 8.
        epochs: Epochs of the second phase, with the backbone. Defaults to 10.
        learning_rate: Peak learning rate of both phases. Defaults to 2e-3.
        stage_decay: Factor on the learning rate of the backbone's stages, applied once more for
            each stage further from the head. Defaults to 0.7.
        least_updates: A phase with fewer batches than this gets more epochs, at most 30.
            Defaults to 250.
        from_stage: The first stage that trains. Defaults to the second one.
        augment: Whether the second phase augments. Defaults to True.

    Example:

    >>> [p.trains for p in HeadThenFineTune().phases(("stem", "stage1"))]
    ['head', 'from:stage1']
    """

    head_epochs: int = 8
    epochs: int = 10
    learning_rate: float = 2e-3
    stage_decay: float = 0.7
    least_updates: int = 250
    from_stage: str | None = None
    augment: bool = True

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the two phases."""
        start = first_trained_stage(stage_names, self.from_stage)
        return [
            Phase(
                "head",
                epochs=enough_epochs(self.head_epochs, self.least_updates, examples),
                learning_rate=self.learning_rate,
            ),
            Phase(
                f"from:{start}",
                epochs=enough_epochs(self.epochs, self.least_updates, examples),
                learning_rate=LearningRate(self.learning_rate, stage_decay=self.stage_decay),
                augment=self.augment,
            ),
        ]
