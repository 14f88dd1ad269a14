"""Normalization by the target's own statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod


@dataclass(frozen=True)
class AdaBN(AdaptationMethod):
    """Normalize each domain by its own statistics.

    Li et al. 2017, "Revisiting Batch Normalization for Practical Domain Adaptation": the model
    learns from the source with the source's statistics, which take the place of those it was
    pre-trained with, and is used with the target's. Besides those of batch normalization, where
    a backbone has it, the mean of the features that the head sees is taken from the target, for
    any backbone. Means depend on how common each class is: with other class shares in the
    target, see the verdict.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="adabn")
    ```
    """

    adapts: ClassVar[Literal["none", "features", "all"]] = "all"
