"""The part of a recipe that a training may choose: how examples are read, and feature stages."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kerastl.backbones.feature_stages import choose_feature_stages
from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.split import Split


class ChosenInput(abc.ABC):
    """Hold what a model reads of an example, and the stages whose features its head reads.

    Attributes:
        backbone: The backbone.
        input_reason: Why the model reads this much of an example, if a training has chosen it.
    """

    backbone: Backbone
    input_reason: str | None = None
    _feature_stages: str | Sequence[str] | None = None

    @property
    def feature_stages(self) -> tuple[str, ...]:
        """Names of the stages whose features the head reads. Reading them may load a preset."""
        return choose_feature_stages(self._feature_stages, self.backbone)

    @property
    def chooses_input(self) -> bool:
        """Whether a training may choose how examples are read: the user has not said it."""
        return False

    @property
    def chooses_stages(self) -> bool:
        """Whether a training may choose the stages that the head reads: none were given."""
        return self._feature_stages is None

    def read_stages(self, stages: Sequence[str]) -> None:
        """Set the stages whose features the head of the next model reads."""
        self._feature_stages = tuple(stages)

    @property
    @abc.abstractmethod
    def input_size(self) -> str:
        """Size of what the model reads of an example, and the reason for it, as one line."""

    @abc.abstractmethod
    def input_arguments(self) -> dict[str, Any]:
        """Return the arguments that set how much of an example is read, such as `image_size`."""

    def input_candidates(self, train: Split, max_pixels: int | None = None) -> InputCandidates:
        """Return the ways to read examples among which a training may choose.

        Args:
            train: The training examples.
            max_pixels: Most pixels of an image. Defaults to None: no bound.

        Returns:
            Candidates whose settings are attributes of the recipe; one if the user has given how
            to read, or a task has no choice.

        Raises:
            ValueError: If `max_pixels` excludes every candidate, or examples have no pixels.
        """
        settings = self.input_arguments()
        return InputCandidates.only(InputCandidate("as it is", settings), "this task has no choice")

    def read_as(self, settings: Mapping[str, Any], reason: str | None = None) -> None:
        """Set how examples are read by the next model.

        Args:
            settings: Those of a candidate.
            reason: Why, for `input_size`. Defaults to None: no reason.
        """
        for name, value in settings.items():
            setattr(self, name, value)
        self.input_reason = reason
