"""The adaptation methods `"kliep"` and `"kmm"`: weighted source examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kerastl.adaptation.methods.method import AdaptationMethod

# Gaussian kernels are uninformative above some tens of dimensions.
_COMPONENTS = 16
_LIMITS = (0.1, 10.0)


@dataclass(frozen=True)
class ImportanceWeighting(AdaptationMethod):
    """Weight source examples by the ratio of target to source density.

    The method suits covariate shift: the target has other frequencies of the same kinds of
    examples (Shimodaira 2000). It does not suit a target whose examples look different.

    Args:
        ratio: How the density ratio is estimated: `"kliep"` (Sugiyama et al. 2008) or `"kmm"`
            (Huang et al. 2006). Defaults to `"kliep"`.

    Raises:
        ValueError: If `ratio` is unknown.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=ImportanceWeighting("kmm"))
    ```
    """

    ratio: Literal["kliep", "kmm"] = "kliep"

    def __post_init__(self) -> None:
        if self.ratio not in ("kliep", "kmm"):
            raise ValueError(f"`ratio` must be 'kliep' or 'kmm'. Received: ratio={self.ratio!r}")

    def source_weights(self, source: np.ndarray, target: np.ndarray, seed: int) -> np.ndarray:
        """Return density ratios, estimated on principal components of both domains.

        Weights are clipped to 0.1 to 10, else a few examples could dominate training.
        """
        from sklearn.decomposition import PCA

        both = np.concatenate([source, target])
        components = PCA(min(_COMPONENTS, *both.shape), random_state=seed).fit_transform(both)
        source, target = components[: len(source)], components[len(source) :]
        if self.ratio == "kmm":
            from kerastl.adaptation.importance.kmm import kernel_mean_matching

            return np.clip(kernel_mean_matching(source, target), *_LIMITS)
        from kerastl.adaptation.importance.kliep import kliep

        return np.clip(kliep(source, target, seed), *_LIMITS)
