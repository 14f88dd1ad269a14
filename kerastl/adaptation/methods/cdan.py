"""Domain-adversarial training on features together with predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class CDAN(AdaptationMethod):
    """Show the discriminator features and predictions together, so that classes are aligned too.

    Long et al. 2018, "Conditional Adversarial Domain Adaptation". What the discriminator sees is
    the outer product of both, or, where that is wider than 4,096 as in the paper, products of
    random projections.

    Args:
        entropy: Weigh each example by how sure its prediction is (CDAN+E). Defaults to False.
        strength: Largest factor on the gradient that is turned around. Defaults to 1, the paper's.
        gamma: How early the strength rises; see `reversal_strength`. Defaults to 10, the paper's.
        hidden: Width of the discriminator's hidden layer. Defaults to 100.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=CDAN(entropy=True))
    ```
    """

    bottleneck: ClassVar[bool] = True

    entropy: bool = False
    strength: float = 1.0
    gamma: float = 10.0
    hidden: int = 100

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("gamma", self.gamma > 0, "is above 0")
        self._check("hidden", self.hidden >= 1, "is at least 1")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the conditional discriminator behind its gradient reversal."""
        from kerastl.adaptation.losses.conditional_adversary import ConditionalAdversary

        return ConditionalAdversary(
            width, classes, domains, self.hidden, self.strength, self.gamma, self.entropy
        )
