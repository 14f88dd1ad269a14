"""Fit a linear probe, then fine-tune the backbone with a small learning rate."""

from dataclasses import dataclass
from typing import ClassVar

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class LinearProbeThenFineTune(ScheduleConfig):
    """Fit a linear probe, then fine-tune from a named stage with a small learning rate.

    A head that already fits the features prevents fine-tuning from distorting them (Kumar et
    al. 2022, "Fine-tuning can distort pretrained features"). If no epoch of the second phase
    lowers the validation loss by one standard error, the linear probe is restored.

    Input size and feature stages are chosen first, as by `ProbeGuidedFineTune`.

    Args:
        from_stage: The first stage that trains. Defaults to the second one: the first (a
            stem, an embedding table) holds general features, or most of the weights.
        epochs: Epochs of the second phase. Defaults to 5.
        learning_rate: Peak learning rate of the second phase. Defaults to the backbone's
            declared one.
        augment: Whether the second phase augments. Defaults to True; texts are not augmented.

    Example:

    >>> schedule = LinearProbeThenFineTune()
    >>> [phase.trains for phase in schedule.phases(("stem", "stage1", "stage2"))]
    ['head', 'from:stage1']
    """

    from_stage: str | None = None
    epochs: int = 5
    learning_rate: float | None = None
    augment: bool = True

    chooses_input: ClassVar[bool] = True

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the two phases.

        Args:
            stage_names: The backbone's stages, from input to output.
            examples: Not used.

        Returns:
            The phases.

        Raises:
            ValueError: If the backbone has no stage of the given name.
        """
        start = first_trained_stage(stage_names, self.from_stage)
        return [
            Phase("head", linear_probe=True),
            Phase(
                f"from:{start}",
                epochs=self.epochs,
                learning_rate=self.learning_rate,
                augment=self.augment,
            ),
        ]
