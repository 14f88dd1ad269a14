"""The adaptation method `"joint_mmd"`: joint maximum mean discrepancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class JointMMD(AdaptationMethod):
    """Align the joint distribution of features and predictions across domains.

    Long et al. 2017, "Deep Transfer Learning with Joint Adaptation Networks" (JAN). The kernel is
    that of `MMD` on features, times a Gaussian kernel on predictions.

    Args:
        strength: Weight of the discrepancy at the end of training, at least 0. It rises as in
            `DANN`. Defaults to 1.

    Raises:
        ValueError: If `strength` is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="joint_mmd")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    strength: float = 1.0

    def __post_init__(self) -> None:
        check_number("strength", self.strength, "[0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the joint discrepancy loss."""
        from kerastl.adaptation.losses.mean_discrepancy import MeanDiscrepancy

        return MeanDiscrepancy(self.strength, joint=True)
