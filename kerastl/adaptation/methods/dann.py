"""The adaptation method `"dann"`: domain-adversarial training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class DANN(AdaptationMethod):
    """Learn features whose domain a discriminator cannot predict.

    Ganin et al. 2016, "Domain-Adversarial Training of Neural Networks".

    Args:
        strength: Largest factor on the reversed gradient, at least 0. Defaults to 1, as in the
            paper.
        gamma: How fast the strength rises, above 0; see `reversal_strength`. Defaults to 10, as
            in the paper.
        hidden: Width of the discriminator's hidden layer, at least 1. Defaults to 100, the width
            in the paper's digits experiments.
        information: Weight of the mutual information of target example and predicted class, which
            is maximized as well (Shi and Sha 2012, "Information-Theoretical Learning of
            Discriminative Clusters for Unsupervised Domain Adaptation"), at least 0. It rises as
            the strength does. 0 is the method of the paper. Defaults to 0.1.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=DANN(strength=0.5))
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    strength: float = 1.0
    gamma: float = 10.0
    hidden: int = 100
    information: float = 0.1

    def __post_init__(self) -> None:
        check_number("strength", self.strength, "[0, inf)")
        check_number("gamma", self.gamma, "(0, inf)")
        check_count("hidden", self.hidden)
        check_number("information", self.information, "[0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the loss of the discriminator, with gradient reversal."""
        from kerastl.adaptation.losses.domain_adversary import DomainAdversary

        return DomainAdversary(
            width, domains, self.hidden, self.strength, self.gamma, self.information
        )
