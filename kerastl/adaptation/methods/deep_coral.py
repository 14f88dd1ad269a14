"""The adaptation method `"deep_coral"`: alignment of means and covariances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class DeepCORAL(AdaptationMethod):
    """Learn features with similar means and covariances in both domains.

    Sun and Saenko 2016, "Deep CORAL: Correlation Alignment for Deep Domain Adaptation". The paper
    aligns covariances only. These do not change when features shift, so means are aligned too.
    Distances are estimated over pairs of different examples; see `MomentDistance`.

    Args:
        strength: Weight of the covariance loss, at least 0. The loss is divided by four times the
            number of features; the paper divides by its square, which makes the loss vanish for
            wide features. Defaults to 1.
        mean_strength: Weight of the squared distance of means, at least 0. Defaults to 1.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="deep_coral")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    strength: float = 1.0
    mean_strength: float = 1.0

    def __post_init__(self) -> None:
        check_number("strength", self.strength, "[0, inf)")
        check_number("mean_strength", self.mean_strength, "[0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the loss on means and covariances."""
        from kerastl.adaptation.losses.moment_distance import MomentDistance

        return MomentDistance(width, self.strength, self.mean_strength)
