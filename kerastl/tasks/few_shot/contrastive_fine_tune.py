"""The schedule of few-shot classification: contrastive tuning, then a linear probe."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kerastl.basics.checked_fields import check_fields
from kerastl.tasks.few_shot.class_batches import class_batches
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig

BATCH_SIZE = 32
"""Examples in a contrastive batch, at most."""
# A checkpoint is written after every epoch, and an encoder takes a while to write.
_MOST_EPOCHS = 10


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

    def steps(self, labels: np.ndarray) -> tuple[int, int]:
        """Return the batches in an epoch of the training loop, and the number of its epochs.

        Args:
            labels: Integers of shape `(examples,)`, of two classes at least.
        """
        size = len(next(class_batches(labels, BATCH_SIZE, 1, seed=0)))
        total = min(self.max_steps, -(-self.epochs * len(labels) // size))
        epochs = min(_MOST_EPOCHS, -(-total * size // len(labels)), total)
        return total // epochs, epochs

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the contrastive phase and the linear probe."""
        trains = f"from:{first_trained_stage(stage_names, self.from_stage)}"
        epochs = 1 if examples is None else self.steps(examples.training_labels)[1]
        tuning = Phase(trains, epochs=epochs, learning_rate=self.learning_rate, keep="last")
        return [tuning, Phase("head", linear_probe=True)]
