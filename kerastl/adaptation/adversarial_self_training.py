"""Domain-adversarial training that ends on the target's own predictions as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerastl.adaptation.confident_labels import confident_labels
from kerastl.adaptation.dann import DANN
from kerastl.adaptation.domain_rows import UNKNOWN
from kerastl.adaptation.domain_view import DomainView


@dataclass(frozen=True)
class AdversarialSelfTraining(DANN):
    """Align the domains first, then also train on the target's surest predictions.

    DANN makes predictions on the target better, and self-training makes use of them: the first
    rounds are those of `DANN` alone, and from then on more and more of the target has labels, the
    same share of every class as in `SelfTraining` (Zou et al. 2018). Source examples are trained
    on throughout.

    Args:
        strength: As for `DANN`.
        gamma: As for `DANN`.
        hidden: As for `DANN`.
        passes: Rounds of training; the target is labelled anew before each. Defaults to 10.
        begin: Share of the rounds in which the target has no labels. Defaults to 0.4, where the
            schedule of `DANN` has reached its full strength.
        share: Part of the target that has labels in the last round. Defaults to 0.8.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="dann+self_training")
    ```
    """

    passes: int = 10
    begin: float = 0.4
    share: float = 0.8

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("passes", self.passes >= 1, "is at least 1")
        self._check("begin", 0 <= self.begin < 1, "is at least 0 and below 1")
        self._check("share", 0 < self.share <= 1, "is above 0 and at most 1")

    @property
    def rounds(self) -> int:
        """How often target examples are labelled anew."""
        return self.passes

    def target_labels(self, target: DomainView, round_number: int) -> np.ndarray:
        """Label none at first, then the surest examples of every class, more in each round."""
        alone = round(self.begin * self.passes)
        if round_number <= alone:
            return np.full(len(target.probabilities), UNKNOWN)
        share = self.share * (round_number - alone) / (self.passes - alone)
        return confident_labels(target.probabilities, share)
