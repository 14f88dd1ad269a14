"""The adaptation method `"mmd"`: maximum mean discrepancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MMD(AdaptationMethod):
    """Learn features with a small maximum mean discrepancy between domains.

    Long et al. 2015, "Learning Transferable Features with Deep Adaptation Networks" (DAN). The
    kernel is a sum of five Gaussian kernels. Their widths are a quarter to four times the mean
    distance in the batch.

    Args:
        strength: Weight of the discrepancy at the end of training, at least 0. It rises as in
            `DANN`. Defaults to 1.

    Raises:
        ValueError: If `strength` is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="mmd")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    strength: float = 1.0

    def __post_init__(self) -> None:
        check_number("strength", self.strength, "[0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the discrepancy loss."""
        from kerastl.adaptation.losses.mean_discrepancy import MeanDiscrepancy

        return MeanDiscrepancy(self.strength, joint=False)
