"""Alignment of second-order statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class DeepCORAL(AdaptationMethod):
    """Learn features whose covariances are alike in both domains.

    Sun and Saenko 2016, "Deep CORAL: Correlation Alignment for Deep Domain Adaptation". Means are
    aligned as well: centred covariances do not see a shift.

    Args:
        strength: Weight of the loss, which is divided by four times the width where the paper
            divides by its square, so that it does not vanish for wide features. Defaults to 1.
        mean_strength: Weight of the squared distance of means. Defaults to 1.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="deep_coral")
    ```
    """

    bottleneck: ClassVar[bool] = True

    strength: float = 1.0
    mean_strength: float = 1.0

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("mean_strength", self.mean_strength >= 0, "is at least 0")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the loss."""
        from kerastl.adaptation.losses.moment_distance import MomentDistance

        return MomentDistance(width, self.strength, self.mean_strength)
