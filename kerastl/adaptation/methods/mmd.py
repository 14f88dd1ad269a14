"""Alignment by maximum mean discrepancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MMD(AdaptationMethod):
    """Learn features of small maximum mean discrepancy between the domains.

    Long et al. 2015, "Learning Transferable Features with Deep Adaptation Networks" (DAN): the sum
    of five Gaussian kernels, whose widths are a quarter to four times the mean distance in the
    batch.

    Args:
        strength: Weight of the discrepancy at the end of training; it rises as that of DANN.
            Defaults to 1.

    Raises:
        ValueError: If the strength is negative.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="mmd")
    ```
    """

    bottleneck: ClassVar[bool] = True

    strength: float = 1.0

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the loss."""
        from kerastl.adaptation.losses.mean_discrepancy import MeanDiscrepancy

        return MeanDiscrepancy(self.strength, joint=False)
