"""Minimum class confusion."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MCC(AdaptationMethod):
    """Learn to confuse no pair of classes on the target.

    Jin et al. 2020, "Minimum Class Confusion for Versatile Domain Adaptation". With two classes
    there is a single pair, and calling everything one class confuses it least: a warning says so.

    Args:
        strength: Weight of the loss. Defaults to 1, the paper's.
        temperature: What logits are divided by. Defaults to 2.5, the paper's.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="mcc")
    ```
    """

    bottleneck: ClassVar[bool] = True

    strength: float = 1.0
    temperature: float = 2.5

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("temperature", self.temperature > 0, "is above 0")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the loss."""
        from kerastl.adaptation.losses.class_confusion import ClassConfusion

        if classes == 2:
            warnings.warn(
                "MCC on two classes may call every target example one class: see the verdict, or "
                "use 'self_training' or 'dann'. Received: 2 classes",
                stacklevel=2,
            )
        return ClassConfusion(self.strength, self.temperature)
