"""Choose among ways to read examples that need the same computation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates
from kerastl.recipe.choosing.held_out_losses import HeldOutLosses


@dataclass(frozen=True)
class AlternativeChoice:
    """The way to read that was chosen, with the losses of all that were tried.

    Attributes:
        measured: Held-out losses by name, that of the default first; empty if there is only one.
    """

    measured: Mapping[str, HeldOutLosses]

    @property
    def default(self) -> str:
        """Name of the default."""
        return next(iter(self.measured), "")

    @property
    def chosen(self) -> str:
        """Name of the chosen one.

        The default is kept unless another one has a loss that is lower by more than one standard
        error of the difference.
        """
        best = min(self.measured, key=lambda each: self.measured[each].mean, default="")
        if not best:
            return ""
        gain = self.measured[self.default].minus(self.measured[best])
        return best if gain.mean > gain.error else self.default

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, as one line; none if there was no choice."""
        if len(self.measured) < 2:
            return ()
        best = min(self.measured, key=lambda each: self.measured[each].mean)
        gain = self.measured[self.default].minus(self.measured[best])
        found = f"{gain.mean:.3f} ± {gain.error:.3f}"
        if best == self.default:
            return (f"{best}: no other way to read them has a lower cross-validated loss",)
        if self.chosen == self.default:
            return (f"{self.default}: the loss of {best} is not clearly lower ({found})",)
        return (f"{best}: the loss is {found} lower than that of {self.default}",)


def read_with(candidates: InputCandidates, alternative: InputCandidate) -> InputCandidates:
    """Return candidates that all read as an alternative does.

    Args:
        candidates: The candidates, from cheap to expensive.
        alternative: One of their alternatives.
    """
    combined = tuple(
        replace(each, settings={**each.settings, **alternative.settings})
        for each in candidates.candidates
    )
    return replace(candidates, candidates=combined)
