"""First a fresh head by gradient steps, then head and backbone together."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.enough_epochs import enough_epochs
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class HeadThenFineTune(ScheduleConfig):
    """Train the head on the frozen backbone, then both, for tasks whose head cannot be solved.

    A head that starts at random would send its first, wrong gradients into what was pre-trained;
    on frozen stages whose features are computed once it learns cheaply.

    Args:
        head_epochs: Passes over the training examples with the backbone frozen. Defaults to 8.
        epochs: Passes in which the backbone trains, too. Defaults to 10.
        learning_rate: Peak rate of both phases. Defaults to 2e-3.
        stage_decay: Factor on the rate of the backbone's stages, once more for each further from
            the head. Defaults to 0.7.
        least_updates: More passes are made in a phase that would train on fewer batches than this;
            at most 30. Defaults to 250.
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
