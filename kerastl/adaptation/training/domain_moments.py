"""Domain-wise standardization: each domain's features by its own centre and scale."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from kerastl.adaptation.training.layers_of_model import layer_output

# Target examples that count as much as the source's statistics: with few target examples, their
# mean is mostly noise.
_PRIOR = 16


@dataclass(frozen=True)
class DomainMoments:
    """Centre and scale of the pooled features of both domains.

    The pooling layer of the model has those of the target, which are saved and exported with it.
    Features of source examples are mapped from these to those of the source, by `factor` and
    `offset`.

    Attributes:
        source: Centre and scale on the source, each of shape `(features,)`.
        target: Centre and scale on the target, each of shape `(features,)`.

    Example:

    ```python
    moments = DomainMoments.measured((centre, scale), (target_centre, target_scale), count=300)
    pooling.assign(*moments.target)
    ```
    """

    source: tuple[np.ndarray, np.ndarray]
    target: tuple[np.ndarray, np.ndarray]

    @classmethod
    def measured(
        cls,
        source: tuple[np.ndarray, np.ndarray],
        target: tuple[np.ndarray, np.ndarray],
        count: float,
    ) -> "DomainMoments":
        """Blend the target's statistics with those of the source by the number of examples.

        Args:
            source: Centre and scale on the source.
            target: Centre and scale on the target examples alone.
            count: Number of target examples; with weights, the number that equal weights would
                have.
        """
        share = count / (count + _PRIOR)
        centre = share * target[0] + (1 - share) * source[0]
        scale = np.exp(share * np.log(target[1]) + (1 - share) * np.log(source[1]))
        return cls(source, (centre.astype("float32"), scale.astype("float32")))

    def get_config(self) -> dict[str, Any]:
        """Return the statistics as arrays by name."""
        (source_centre, source_scale), (target_centre, target_scale) = self.source, self.target
        return {
            "source_centre": source_centre,
            "source_scale": source_scale,
            "target_centre": target_centre,
            "target_scale": target_scale,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DomainMoments":
        """Create moments from the result of `get_config`."""
        source, target = (
            (config[f"{domain}_centre"], config[f"{domain}_scale"])
            for domain in ("source", "target")
        )
        return cls(source, target)

    @property
    def factor(self) -> np.ndarray:
        """Factor from features standardized by the target to those by the source."""
        ratio: np.ndarray = (self.source[1] / self.target[1]).astype("float32")
        return ratio

    @property
    def offset(self) -> np.ndarray:
        """Offset from features standardized by the target to those by the source."""
        moved = (self.target[0] - self.source[0]) * self.source[1]
        return np.asarray(moved, "float32")

    def standardize(self, pooled: Any, is_source: Any) -> Any:
        """Return features that are standardized by the domain of each example.

        Args:
            pooled: Features standardized by the target, shape `(batch, features)`.
            is_source: 1 for source examples and 0 for target examples, shape `(batch,)`.
        """
        mask = ops.expand_dims(ops.cast(is_source, "float32"), 1)
        return pooled * (1.0 + mask * (self.factor - 1.0)) + mask * self.offset

    def of_source(self, model: keras.Model, tail: keras.Model) -> keras.Model:
        """Return a model that standardizes every example by the source.

        Args:
            model: A model, whose pooling layer has the target's statistics.
            tail: The part of it after the pooling layer.
        """
        pooled = layer_output(model, "pooling")
        own = keras.layers.Rescaling(self.factor, self.offset, dtype="float32")(pooled)
        return keras.Model(model.input, tail(own)["probabilities"], name="of_source")
