"""Margin disparity discrepancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MDD(AdaptationMethod):
    """Learn features on which no second classifier disagrees with the first on the target alone.

    Zhang et al. 2019, "Bridging Theory and Algorithm for Domain Adaptation".

    Args:
        margin: The paper's gamma. Defaults to 4, the paper's.
        strength: Largest factor on the gradient that is turned around. Defaults to 0.1, the
            paper's.
        hidden: Width of the second classifier's hidden layer. Defaults to 256.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="mdd")
    ```
    """

    bottleneck: ClassVar[bool] = True

    margin: float = 4.0
    strength: float = 0.1
    hidden: int = 256

    def __post_init__(self) -> None:
        self._check("margin", self.margin > 0, "is above 0")
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("hidden", self.hidden >= 1, "is at least 1")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the second classifier behind its gradient reversal."""
        from kerastl.adaptation.losses.margin_disparity import MarginDisparity

        return MarginDisparity(width, classes, self.margin, self.strength, self.hidden)
