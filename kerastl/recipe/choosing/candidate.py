"""The ways to read examples among which a training chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class InputCandidate:
    """One way to read examples, such as an image size.

    Attributes:
        name: Name for printed lines, such as `"288 x 288 pixels"`.
        settings: Attributes of the recipe by name, such as `{"image_size": (288, 288)}`.
        cost: Computation for one example relative to the default, an estimate.
    """

    name: str
    settings: Mapping[str, Any]
    cost: float = 1.0


@dataclass(frozen=True)
class InputCandidates:
    """The ways to read examples that a recipe offers, from cheap to expensive.

    Attributes:
        candidates: At least one.
        start: Index of the default among them.
        notes: Lines about the examples or about what bounds the candidates.
        why_one: Why there is only one candidate; None if there are several.
        alternatives: Ways to read at the computation of each candidate, such as truncations, the
            default first. Their settings are added to those of the candidates. Empty if there is
            only one.

    Example:

    >>> sizes = [InputCandidate(f"{n} pixels", {"image_size": (n, n)}) for n in (160, 224)]
    >>> InputCandidates(tuple(sizes), start=1).default.name
    '224 pixels'
    """

    candidates: tuple[InputCandidate, ...]
    start: int = 0
    notes: tuple[str, ...] = field(default=())
    why_one: str | None = None
    alternatives: tuple[InputCandidate, ...] = ()

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one way to read."""
        return len(self.candidates) > 1 or len(self.alternatives) > 1

    @property
    def default(self) -> InputCandidate:
        """The candidate that a recipe reads without a choice."""
        return self.candidates[self.start]

    @classmethod
    def only(
        cls, candidate: InputCandidate, why: str, notes: tuple[str, ...] = ()
    ) -> "InputCandidates":
        """Return one candidate and the reason why there are no others."""
        return cls((candidate,), 0, notes, why)

    def with_default_only(self, why: str) -> "InputCandidates":
        """Return the default and its alternatives, with the reason why there are no others."""
        if len(self.candidates) == 1:
            return self
        return replace(self, candidates=(self.default,), start=0, why_one=why)
