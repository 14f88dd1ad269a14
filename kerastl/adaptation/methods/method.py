"""The base class of adaptation methods."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment
    from kerastl.backbones.backbone import Backbone


@dataclass(frozen=True)
class AdaptationMethod:
    """Define how a model trained on a labelled source adapts to an unlabelled target.

    A subclass overrides the parts it uses: an additional loss (`alignment`), weights of source
    examples (`source_weights`), pseudo-labels of target examples (`target_labels`), or the
    statistics of the target (`adapts`). Its dataclass fields are its whole configuration.

    Attributes:
        bottleneck: Whether to add a trained dense layer before the head. Methods that align
            features need one if the backbone is frozen.
        uses_source: Whether the adapted model trains on source examples. If False, training
            continues from the source-only baseline, on the target alone.
        trains_head: Whether the weights of the head are trained.
        rounds: How often pseudo-labels of the target are computed.
        pseudo_weight: Factor on the loss of pseudo-labelled examples.
        aligns: Whether the method has a loss on source and target together.
        adapts: Which statistics come from the target: `"none"`; `"moments"`, the mean of the
            pooled features and the scale of each stage, so that each domain is standardized by
            its own; or `"all"`, the mean and the statistics of batch normalization.
        pairs: Whether each batch is half source and half target.
    """

    bottleneck: ClassVar[bool] = False
    uses_source: ClassVar[bool] = True
    trains_head: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "none"

    @property
    def pseudo_weight(self) -> float:
        """Factor on the loss of pseudo-labelled examples."""
        return 1.0

    @property
    def aligns(self) -> bool:
        """Whether the method has a loss on source and target together."""
        return type(self).alignment is not AdaptationMethod.alignment

    @property
    def pairs(self) -> bool:
        """Whether each batch is half source and half target."""
        return self.uses_source and self.aligns

    @property
    def rounds(self) -> int:
        """How often pseudo-labels of the target are computed."""
        return 0

    def phases(self) -> list[Phase]:
        """Return the default training phases, in which the backbone is frozen."""
        if self.bottleneck:
            return [Phase("head", epochs=40, learning_rate=1e-3, keep="last")]
        return [Phase("head", linear_probe=True)]

    def for_backbone(self, backbone: Backbone) -> AdaptationMethod:
        """Return the method with settings completed from a backbone.

        Args:
            backbone: The backbone of the recipe.

        Raises:
            ValueError: If the method cannot adapt this backbone.
        """
        return self

    def alignment(self, width: int, classes: int, domains: int) -> Alignment | None:
        """Return the loss that is added to the task loss.

        Args:
            width: Number of features.
            classes: Number of classes.
            domains: Number of domains, including the target.

        Returns:
            The loss, or None if the method has none.
        """
        return None

    def source_weights(self, source: np.ndarray, target: np.ndarray, seed: int) -> np.ndarray:
        """Return a weight for each source example.

        Args:
            source: Features of source examples, shape `(examples, width)`.
            target: Features of target examples, shape `(examples, width)`.
            seed: Random seed.

        Returns:
            Factors on the loss, shape `(source examples,)`.
        """
        return np.ones(len(source), "float32")

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Return pseudo-labels for target examples.

        Args:
            target: Their features and predictions by the current model.
            round_number: From 1 to `rounds`.

        Returns:
            Class numbers, -1 for examples without a label, shape `(examples,)`.
        """
        return np.full(len(target.probabilities), -1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this method."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AdaptationMethod:
        """Create a method from the result of `get_config`."""
        return cls(**config)
