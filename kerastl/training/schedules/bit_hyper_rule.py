"""Choose the length of fine-tuning and MixUp by the number of examples."""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


class _Regime(NamedTuple):
    below: float  # examples
    updates: int
    warmup: int
    mixes: bool


_REGIMES = (
    _Regime(20_000, 500, 100, mixes=False),
    _Regime(500_000, 10_000, 500, mixes=True),
    _Regime(math.inf, 20_000, 500, mixes=True),
)


@dataclass(frozen=True)
class BiTHyperRule(ScheduleConfig):
    """Fine-tune all stages, with a number of updates that depends on the number of examples.

    The rule of Kolesnikov et al. 2020, "Big Transfer (BiT): General visual representation
    learning": 500 updates for less than 20,000 examples, 10,000 for less than 500,000, else
    20,000; the learning rate falls to a tenth at 30, 60 and 90 % of them; MixUp from 20,000
    examples on.

    Differences: the paper uses SGD with momentum 0.9 and a learning rate of 0.003 on batches of
    512; this schedule uses `StagedAdamW` at the backbone's learning rate and the batch size of
    `fit`. The falls are counted after the warm-up, which is 100 updates for less than 20,000
    examples, else 500. Images have the recipe's `image_size`; see `image_size` here for the
    paper's.

    `fit` prints how long the updates take before they start: 500 of them are many epochs on few
    examples.

    Args:
        learning_rate: Peak learning rate. Defaults to the backbone's declared one.
        augment: Whether examples are augmented. Defaults to True.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    side = ktl.schedules.BiTHyperRule.image_size(32, 32)
    recipe = ktl.ImageClassification("resnet50v2", image_size=(side, side))
    recipe.fit(data, "bit_hyper_rule")
    ```
    """

    says_expected_time: ClassVar[bool] = True
    """Whether `fit` prints an estimate of the time first."""

    learning_rate: float | None = None
    augment: bool = True

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return one phase that trains all stages.

        Args:
            stage_names: The backbone's stages, from input to output.
            examples: Give the number of examples and the batch size.

        Returns:
            The phase.

        Raises:
            ValueError: If `examples` is not given.
        """
        if examples is None:
            raise ValueError(
                "BiTHyperRule depends on the number of training examples: pass `examples`, as "
                "recipe.fit() does. Received: examples=None"
            )
        count = examples.training_count
        regime = next(regime for regime in _REGIMES if count < regime.below)
        rate = LearningRate(self.learning_rate, "steps", warmup=regime.warmup / regime.updates)
        return [
            Phase(
                "all",
                epochs=math.ceil(regime.updates / math.ceil(count / examples.batch_size)),
                learning_rate=rate,
                augment=self.augment,
                mix="mixup" if regime.mixes else None,
            )
        ]

    @staticmethod
    def image_size(height: int, width: int) -> int:
        """Return the side in pixels at which the rule trains on images of a data set.

        Args:
            height: Height of the images in pixels; the mean if they differ.
            width: Width of the images in pixels.

        Example:

        >>> BiTHyperRule.image_size(32, 32), BiTHyperRule.image_size(500, 375)
        (128, 384)
        """
        return 128 if height * width < 96 * 96 else 384
