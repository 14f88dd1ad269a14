"""The adaptation method `"self_training"`: training on pseudo-labels of the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.methods.confident_labels import confident_labels
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_number


@dataclass(frozen=True)
class SelfTraining(AdaptationMethod):
    """Train on pseudo-labels of the most confident target examples, in several rounds.

    Zou et al. 2018, "Unsupervised Domain Adaptation for Semantic Segmentation via
    Class-Balanced Self-Training". The share of labelled examples grows from round to round. It
    is the same for each class, so that easy classes do not dominate. Training continues from the
    source-only baseline on the target alone: where domains differ, source examples pull the model
    away from the target. A linear probe labels each example by heads that were fitted without
    its label, and the phases after it keep these labels.

    Args:
        passes: Number of pseudo-labelling rounds, at least 1. Defaults to 5.
        share: Share of the target that is labelled in the last round, above 0 and at most 1.
            Defaults to 0.8.
        min_confidence: Lowest probability of a predicted class that becomes a label, at least 0
            and below 1. Defaults to 0: no limit.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=SelfTraining(share=0.6))
    ```
    """

    uses_source: ClassVar[bool] = False
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    passes: int = 5
    share: float = 0.8
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        check_count("passes", self.passes)
        check_number("share", self.share, "(0, 1]")
        check_number("min_confidence", self.min_confidence, "[0, 1)")

    @property
    def rounds(self) -> int:
        """Number of pseudo-labelling rounds."""
        return self.passes

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Return labels of the most confident examples of each class, more in each round."""
        # The first round labels over half of the final share: a boundary fitted to a handful of
        # labels would be arbitrary.
        share = self.share * (0.5 + 0.5 * round_number / self.passes)
        return confident_labels(target.probabilities, share, self.min_confidence)
