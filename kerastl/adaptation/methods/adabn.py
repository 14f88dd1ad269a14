"""The adaptation method `"adabn"`: adaptive batch normalization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod


@dataclass(frozen=True)
class AdaBN(AdaptationMethod):
    """Normalize each domain by its own statistics.

    Li et al. 2017, "Revisiting Batch Normalization for Practical Domain Adaptation". The model
    trains with the batch normalization statistics of the source instead of the pre-trained ones.
    Afterwards it uses the statistics of the target. The mean of the features that enter the head
    is also replaced by the target's, so the method works with any backbone. Means depend on class
    frequencies: if these differ between the domains, check the verdict.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="adabn")
    ```
    """

    adapts: ClassVar[Literal["none", "moments", "all"]] = "all"
