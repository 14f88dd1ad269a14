"""The adaptation method `"domain_standardization"`: standardize each domain by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from kerastl.adaptation.methods.method import AdaptationMethod


@dataclass(frozen=True)
class DomainStandardization(AdaptationMethod):
    """Standardize the features of each domain by its own mean and scale, and train nothing else.

    The linear probe of the source reads features that are centred on the source and scaled for
    each stage. In the adapted model, centre and scale are those of the target, so the file that is
    saved or exported has them. With few target examples they are blended with those of the
    source. It is the first step of every method that aligns features, and of self-training. The
    idea is that of Li et al. 2017, "Revisiting Batch Normalization for Practical Domain
    Adaptation", for any backbone.

    Means depend on class frequencies. Target examples are therefore weighted so that the
    statistics are those of a target with the class frequencies of the source. The weights come
    from the baseline's predictions, see `ClassShares`.

    The method needs a model with stages, as a recipe builds it. Of another model it trains the
    baseline a second time.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="domain_standardization")
    ```
    """

    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"
