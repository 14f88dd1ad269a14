"""Unfreeze one more stage at a time, from the head down."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class GradualUnfreeze(ScheduleConfig):
    """Fit a linear probe, then train the last stage, the last two, and finally all stages.

    The stages nearest to the input are the most general: they change last and least (Howard and
    Ruder 2018, "Universal language model fine-tuning for text classification"). In every phase
    the learning rate is their slanted triangle: it rises from a 32nd of the peak in a tenth of
    the steps, then falls linearly, here to zero. A backbone of 12 blocks has 12 phases of
    unfreezing; with the paper's `stage_decay`, meant for 4, its first blocks hardly change.

    Args:
        epochs_per_stage: Epochs before the next stage is unfrozen.
            Defaults to 1.
        final_epochs: Epochs with all stages unfrozen. Defaults to 3.
        learning_rate: Peak learning rate. Defaults to the backbone's declared one.
        stage_decay: Factor on the learning rate for each stage further from the head, in `(0, 1]`.
            Defaults to 1/2.6.
        augment: Whether examples are augmented. Defaults to True; texts are not.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> phases = GradualUnfreeze(epochs_per_stage=1).phases(("stem", "stage1", "stage2"))
    >>> [phase.trains for phase in phases]
    ['head', 'last:1', 'last:2', 'all']
    """

    epochs_per_stage: int = 1
    final_epochs: int = 3
    learning_rate: float | None = None
    stage_decay: float = 1 / 2.6
    augment: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        LearningRate(stage_decay=self.stage_decay)

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the linear probe, then a phase for every stage."""
        unfreezing = [
            self._phase(f"last:{count}", self.epochs_per_stage)
            for count in range(1, len(stage_names))
        ]
        return [
            Phase("head", linear_probe=True),
            *unfreezing,
            self._phase("all", self.final_epochs),
        ]

    def _phase(self, trains: str, epochs: int) -> Phase:
        rate = LearningRate(
            self.learning_rate, "linear", start=1 / 32, stage_decay=self.stage_decay
        )
        return Phase(trains, epochs=epochs, learning_rate=rate, augment=self.augment)
