"""Training on source examples weighted by how much they look like the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kerastl.adaptation.methods.method import AdaptationMethod

# Kernels say little in more than some tens of dimensions.
_COMPONENTS = 16
_LIMITS = (0.1, 10.0)


@dataclass(frozen=True)
class ImportanceWeighting(AdaptationMethod):
    """Weigh each source example by the ratio of target to source density at its features.

    Right where the domains differ in what is common, not in what things look like (covariate
    shift; Shimodaira 2000).

    Args:
        ratio: How the ratio is found: `"kliep"` (Sugiyama et al. 2008) or `"kmm"` (Huang et
            al. 2006). Defaults to `"kliep"`.

    Raises:
        ValueError: If the ratio is not known.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=ImportanceWeighting("kmm"))
    ```
    """

    ratio: Literal["kliep", "kmm"] = "kliep"

    def __post_init__(self) -> None:
        self._check("ratio", self.ratio in ("kliep", "kmm"), "is 'kliep' or 'kmm'")

    def source_weights(self, source: np.ndarray, target: np.ndarray, seed: int) -> np.ndarray:
        """Return the density ratios on the principal components of both domains.

        No example counts less than a tenth or more than ten times: a few would be all there is.
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
