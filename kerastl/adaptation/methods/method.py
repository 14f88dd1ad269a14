"""What every method of domain adaptation is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment
    from kerastl.backbones.backbone import Backbone


@dataclass(frozen=True)
class AdaptationMethod:
    """Say how a model that learns from a labelled source is made to fit an unlabelled target.

    A subclass overrides what it needs: a loss beside the task's (`alignment`), weights of source
    examples (`source_weights`), labels for target examples (`target_labels`), or statistics
    (`adapts`). Its fields are its configuration, and nothing else is kept in it.

    Attributes:
        bottleneck: Whether frozen features need a trained layer before the head, as there is
            nothing else to align.
        uses_source: Whether source examples are trained on. Where they are not, training goes on
            from the model that learned from the source alone.
        trains_head: Whether the head's own weights move.
        rounds: How often target examples are labelled anew.
        pseudo_weight: Factor on the loss of such labels.
        aligns: Whether it has a loss on source and target together.
        adapts: What is normalized by the target: `"none"`; `"features"`, what the head sees; or
            `"all"`, batch normalization as well.
        pairs: Whether batches are half source and half target.
    """

    bottleneck: ClassVar[bool] = False
    uses_source: ClassVar[bool] = True
    trains_head: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "features", "all"]] = "none"

    @property
    def pseudo_weight(self) -> float:
        """Factor on the loss of labels that target examples were given."""
        return 1.0

    @property
    def aligns(self) -> bool:
        """Whether the method has a loss on source and target together."""
        return type(self).alignment is not AdaptationMethod.alignment

    @property
    def pairs(self) -> bool:
        """Whether batches are half source and half target."""
        return self.uses_source and self.aligns

    @property
    def rounds(self) -> int:
        """How often target examples are labelled anew."""
        return 0

    def phases(self) -> list[Phase]:
        """Return the phases where a user names none: the backbone stays frozen."""
        if self.bottleneck:
            return [Phase("head", epochs=20, learning_rate=1e-3, keep="last")]
        return [Phase("head", linear_probe=True)]

    def for_backbone(self, backbone: Backbone) -> AdaptationMethod:
        """Return the method with what it needs to know of a backbone.

        Raises:
            ValueError: If the backbone is not one that it can adapt.
        """
        return self

    def alignment(self, width: int, classes: int, domains: int) -> Alignment | None:
        """Make the layer that gives a loss beside the task's.

        Args:
            width: Number of features.
            classes: Number of classes.
            domains: Number of domains, the target among them.

        Returns:
            The layer, or None where the method has none.
        """
        return None

    def source_weights(self, source: np.ndarray, target: np.ndarray, seed: int) -> np.ndarray:
        """Return the factor on each source example's loss.

        Args:
            source: Features of source examples, shape `(examples, width)`.
            target: Features of target examples, shape `(examples, width)`.
            seed: Seed of what is drawn.

        Returns:
            Shape `(source examples,)`.
        """
        return np.ones(len(source), "float32")

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Return labels for target examples.

        Args:
            target: What the model makes of them now.
            round_number: From 1 to `rounds`.

        Returns:
            Classes, -1 for an example that stays without one, shape `(examples,)`.
        """
        return np.full(len(target.probabilities), -1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this method again."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AdaptationMethod:
        """Make the method that `get_config` described."""
        return cls(**config)

    def _check(self, name: str, valid: bool, wanted: str) -> None:
        """Raise the error for a field out of its range."""
        assert name in {field.name for field in fields(self)}
        if not valid:
            raise ValueError(f"`{name}` {wanted}. Received: {name}={getattr(self, name)!r}")
