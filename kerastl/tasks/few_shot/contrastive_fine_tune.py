"""The schedule of few-shot classification: contrastive tuning, then a linear probe."""

from dataclasses import dataclass
from typing import ClassVar

from kerastl.basics.checked_fields import check_fields
from kerastl.training.contrastive.contrastive_length import BATCH_SIZE, contrastive_length
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class ContrastiveFineTune(ScheduleConfig):
    """Tune a sentence encoder on pairs of labelled texts, then fit a linear probe.

    After SetFit (Tunstall et al. 2022): a handful of examples makes many pairs, and an encoder
    that brings pairs of one class together needs no more than a linear head.

    Args:
        epochs: How often each example is encoded, at most. Defaults to 40, as SetFit's 20
            rounds of pairs do with a positive and a negative pair for each example.
        max_steps: The largest number of batches: with many classes there are many more pairs
            than tuning needs. Defaults to 200.
        learning_rate: Peak learning rate. Defaults to the backbone's own.
        from_stage: The first stage that trains. Defaults to the second one.

    Raises:
        ValueError: If a value is out of its range.
    """

    epochs: int = 40
    max_steps: int = 200
    learning_rate: float | None = None
    from_stage: str | None = None

    needs_validation: ClassVar[bool] = False
    """Every labelled example trains; a validation split only measures."""

    def __post_init__(self) -> None:
        check_fields(self)

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the contrastive phase and the linear probe."""
        trains = f"from:{first_trained_stage(stage_names, self.from_stage)}"
        # Without examples, a number of them that does not limit the steps.
        count = self.max_steps * BATCH_SIZE if examples is None else examples.training_count
        steps, epochs = contrastive_length(count, self.epochs, self.max_steps)
        tuning = Phase(
            trains,
            epochs=epochs,
            learning_rate=self.learning_rate,
            contrastive_steps=steps,
            keep="last",
        )
        return [tuning, Phase("head", linear_probe=True)]
