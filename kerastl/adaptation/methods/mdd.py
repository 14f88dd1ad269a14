"""The adaptation method `"mdd"`: margin disparity discrepancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MDD(AdaptationMethod):
    """Learn features on which classifiers that agree on the source also agree on the target.

    Zhang et al. 2019, "Bridging Theory and Algorithm for Domain Adaptation". A second classifier
    learns to agree with the head on the source and to disagree on the target. The features learn
    to prevent the disagreement.

    Args:
        margin: Weight of the agreement on the source, above 0; gamma in the paper. Defaults to 4,
            as in the paper.
        strength: Largest factor on the reversed gradient, at least 0. Defaults to 0.1, as in the
            paper.
        hidden: Width of the second classifier's hidden layer, at least 1. Defaults to 256.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="mdd")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    margin: float = 4.0
    strength: float = 0.1
    hidden: int = 256

    def __post_init__(self) -> None:
        check_number("margin", self.margin, "(0, inf)")
        check_number("strength", self.strength, "[0, inf)")
        check_count("hidden", self.hidden)

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the loss of the second classifier, with gradient reversal."""
        from kerastl.adaptation.losses.margin_disparity import MarginDisparity

        return MarginDisparity(width, classes, self.margin, self.strength, self.hidden)
