"""Training on the target's own predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.methods.confident_labels import confident_labels
from kerastl.adaptation.methods.method import AdaptationMethod


@dataclass(frozen=True)
class SelfTraining(AdaptationMethod):
    """Label the target's surest examples by the model, train on them, and repeat with more.

    Zou et al. 2018, "Unsupervised Domain Adaptation for Semantic Segmentation via
    Class-Balanced Self-Training": the share of labelled examples grows from round to round, and
    it is the same in every class, so that easy classes do not take over. Source examples are not
    trained on any more: they have given what they know through the first labels, and where
    domains differ they pull away from the target. Where the head is solved, each example is
    labelled by heads that have not seen its own label, and phases that follow keep those labels.

    Args:
        passes: How often the target is labelled anew. Defaults to 5.
        share: Part of the target that has labels in the last round. Defaults to 0.8.
        min_confidence: Least probability of a label that is taken. Defaults to 0: the share alone
            decides.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=SelfTraining(share=0.6))
    ```
    """

    uses_source: ClassVar[bool] = False
    adapts: ClassVar[Literal["none", "features", "all"]] = "features"

    passes: int = 5
    share: float = 0.8
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        self._check("passes", self.passes >= 1, "is at least 1")
        self._check("share", 0 < self.share <= 1, "is above 0 and at most 1")
        self._check("min_confidence", 0 <= self.min_confidence < 1, "is at least 0 and below 1")

    @property
    def rounds(self) -> int:
        """How often target examples are labelled anew."""
        return self.passes

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Label the surest examples of every class, more in each round."""
        # From a little over half: a handful of first labels would draw the boundary by chance.
        share = self.share * (0.5 + 0.5 * round_number / self.passes)
        return confident_labels(target.probabilities, share, self.min_confidence)
