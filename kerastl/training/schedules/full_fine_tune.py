"""Train head and backbone from the first epoch."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class FullFineTune(ScheduleConfig):
    """Train backbone and a fresh head together.

    The usual way to fine-tune BERT (Devlin et al. 2019). On few examples the random head
    distorts the pre-trained features; `LinearProbeThenFineTune` avoids that.

    Args:
        epochs: Number of epochs. Defaults to 5: the paper's 2 to 4 are for
            thousands of examples and more.
        learning_rate: Peak learning rate. Defaults to the backbone's declared one.
        augment: Whether training examples are augmented. Defaults to True; texts are not.

    Example:

    >>> FullFineTune(epochs=3).phases(("stem", "stage1"))[0].trains
    'all'
    """

    epochs: int = 5
    learning_rate: float | None = None
    augment: bool = True

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return one phase that trains all stages."""
        return [
            Phase(
                "all",
                epochs=self.epochs,
                learning_rate=self.learning_rate,
                augment=self.augment,
            )
        ]
