"""The adaptation method `"cdan"`: conditional domain-adversarial training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_flag, check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class CDAN(AdaptationMethod):
    """Align features and predictions jointly with a domain discriminator.

    Long et al. 2018, "Conditional Adversarial Domain Adaptation". The discriminator reads the
    outer product of features and predictions. Above a width of 4,096 it reads products of random
    projections instead, as in the paper.

    Args:
        entropy: Whether to weight each example by the confidence of its prediction (CDAN+E).
            Defaults to False.
        strength: Largest factor on the reversed gradient, at least 0. Defaults to 1, as in the
            paper.
        gamma: How fast the strength rises, above 0; see `reversal_strength`. Defaults to 10, as
            in the paper.
        hidden: Width of the discriminator's hidden layer, at least 1. Defaults to 100.
        information: As for `DANN`. Defaults to 0.1.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=CDAN(entropy=True))
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    entropy: bool = False
    strength: float = 1.0
    gamma: float = 10.0
    hidden: int = 100
    information: float = 0.1

    def __post_init__(self) -> None:
        check_flag("entropy", self.entropy)
        check_number("strength", self.strength, "[0, inf)")
        check_number("gamma", self.gamma, "(0, inf)")
        check_count("hidden", self.hidden)
        check_number("information", self.information, "[0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the loss of the conditional discriminator, with gradient reversal."""
        from kerastl.adaptation.losses.conditional_adversary import ConditionalAdversary

        return ConditionalAdversary(
            width,
            classes,
            domains,
            self.hidden,
            self.strength,
            self.gamma,
            self.information,
            self.entropy,
        )
