"""Fit a linear probe on the frozen backbone, without fine-tuning."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class FeatureExtraction(ScheduleConfig):
    """Fit a linear probe on features of the frozen backbone.

    One pass over the data and a logistic regression: the cheapest use of a pre-trained
    network, and hard to beat on very few examples (Kornblith et al. 2019).

    Example:

    >>> [str(phase) for phase in FeatureExtraction().phases(("stem", "stage1"))]
    ['linear probe']
    """

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return one phase: the linear probe."""
        return [Phase("head", linear_probe=True)]
