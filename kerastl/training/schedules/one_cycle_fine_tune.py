"""Train the head for an epoch, then all stages with a one-cycle learning rate."""

from dataclasses import dataclass

from kerastl.basics.arguments import check_number
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class OneCycleFineTune(ScheduleConfig):
    """Train the head on the frozen backbone, then all stages at half the learning rate.

    The numbers of fastai's `Learner.fine_tune` (Howard and Gugger 2020, "fastai: a layered API
    for deep learning"): each phase is one cycle (Smith and Topin 2018). In the frozen
    phase the learning rate rises for 99 % of the steps from a 25th of the peak; in the second
    phase for 30 % from a fifth. From the first stage to the last it grows by equal factors, 100
    in total. fastai also cycles Adam's momentum and updates batch normalization in frozen
    stages; this schedule does neither.

    Args:
        epochs: Epochs with all stages unfrozen. Defaults to 5.
        frozen_epochs: Epochs in which only the head trains. Defaults to 1.
        learning_rate: Peak learning rate of the frozen phase. Defaults to 2e-3, as for fastai's
            convolutional networks; a text backbone needs a tenth of it or less.
        lr_mult: Learning rate of the last stage divided by that of the first, at least 1.
            Defaults to 100.
        augment: Whether examples are augmented. Defaults to True; texts are not.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> _, unfrozen = OneCycleFineTune().phases(("stem", "stage1", "stage2"))
    >>> unfrozen.rate.peak, round(unfrozen.rate.stage_decay, 3)
    (0.001, 0.1)
    """

    epochs: int = 5
    frozen_epochs: int = 1
    learning_rate: float = 2e-3
    lr_mult: float = 100.0
    augment: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("lr_mult", self.lr_mult, "[1, inf)")

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the frozen and the unfrozen phase."""
        steps = max(1, len(stage_names) - 1)
        frozen = LearningRate(self.learning_rate, "one_cycle", warmup=0.99)
        unfrozen = LearningRate(
            self.learning_rate / 2,
            "one_cycle",
            warmup=0.3,
            start=1 / 5,
            stage_decay=self.lr_mult ** (-1 / steps),
        )
        return [
            Phase("head", epochs=self.frozen_epochs, learning_rate=frozen, augment=self.augment),
            Phase("all", epochs=self.epochs, learning_rate=unfrozen, augment=self.augment),
        ]
