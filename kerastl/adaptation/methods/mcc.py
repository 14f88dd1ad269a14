"""The adaptation method `"mcc"`: minimum class confusion."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class MCC(AdaptationMethod):
    """Reduce the confusion between pairs of classes on the target.

    Jin et al. 2020, "Minimum Class Confusion for Versatile Domain Adaptation". With two classes
    the loss is lowest if all target examples get the same class, so a warning is issued.

    Args:
        strength: Weight of the loss, at least 0. Defaults to 1, as in the paper.
        temperature: Divisor of the logits, above 0. Defaults to 2.5, as in the paper.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="mcc")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"

    strength: float = 1.0
    temperature: float = 2.5

    def __post_init__(self) -> None:
        check_number("strength", self.strength, "[0, inf)")
        check_number("temperature", self.temperature, "(0, inf)")

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the class confusion loss."""
        from kerastl.adaptation.losses.class_confusion import ClassConfusion

        if classes == 2:
            warnings.warn(
                "With two classes, MCC may assign all target examples to one class: check the "
                "verdict, or use 'self_training' or 'dann'. Received: 2 classes",
                stacklevel=2,
            )
        return ClassConfusion(self.strength, self.temperature)
