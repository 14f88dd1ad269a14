"""Domain-adversarial training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class DANN(AdaptationMethod):
    """Learn features that a domain discriminator cannot tell apart.

    Ganin et al. 2016, "Domain-Adversarial Training of Neural Networks".

    Args:
        strength: Largest factor on the gradient that is turned around. Defaults to 1, the paper's.
        gamma: How early the strength rises; see `reversal_strength`. Defaults to 10, the paper's.
        hidden: Width of the discriminator's hidden layer. Defaults to 100, the paper's for
            digits.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=DANN(strength=0.5))
    ```
    """

    bottleneck: ClassVar[bool] = True

    strength: float = 1.0
    gamma: float = 10.0
    hidden: int = 100

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("gamma", self.gamma > 0, "is above 0")
        self._check("hidden", self.hidden >= 1, "is at least 1")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the discriminator behind its gradient reversal."""
        from kerastl.adaptation.losses.domain_adversary import DomainAdversary

        return DomainAdversary(width, domains, self.hidden, self.strength, self.gamma)
