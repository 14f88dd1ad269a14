"""The epoch that a phase ended with, and the numbers that decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kerastl.training.selection.measured import Gain


@dataclass(frozen=True)
class Selection:
    """The comparison of the best epoch of a phase with the weights that the phase began with.

    Attributes:
        epochs: The best epoch, or the epochs of a soup, counted from 1 within the phase.
        begins_with: What the phase began with, such as `"the linear probe"`.
        metric: Name of the task's metric, such as `"accuracy"`.
        value: The metric of the best epoch on the validation split.
        before: The metric of the weights that the phase began with.
        loss: What the loss is, such as `"calibrated loss"`.
        gain: Mean decrease of the loss.
        standard_error: Standard error of `gain`, from differences example by example.
        required_gain: Number of standard errors that the gain had to exceed.
        kept: Whether the best epoch was kept.
        share: Share of the best epoch in the weights that were compared; the rest are the weights
            that the phase began with. Defaults to 1.
    """

    epochs: tuple[int, ...]
    begins_with: str
    metric: str
    value: float
    before: float
    loss: str
    gain: float
    standard_error: float
    required_gain: float
    kept: bool
    share: float = 1.0

    def get_config(self) -> dict[str, Any]:
        """Return the attributes as plain values."""
        return {**asdict(self), "epochs": list(self.epochs)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Selection:
        """Make a selection from what `get_config` returned."""
        return cls(**{**config, "epochs": tuple(config["epochs"])})

    def __str__(self) -> str:
        epoch, against = f"epoch {numbers(self.epochs)}", _possessive(self.begins_with)
        candidate = epoch if self.share == 1 else "the mixture"
        mixture = f"The mixture of {self.share:.0%} of {epoch} and the rest from {self.begins_with}"
        subject = epoch.capitalize() if self.share == 1 else mixture
        compared = (
            f"{subject} has {self.metric} {self.value:.3f} against {against} {self.before:.3f}"
        )
        gain, loss = Gain(self.gain, self.standard_error), self.loss
        if self.kept:
            if self.gain > 0:
                return f"{compared}, and its {loss} is lower by {gain}: kept {candidate}."
            changed = f"but its {loss} is higher by {Gain(-self.gain, self.standard_error)}"
            return f"{compared}, {changed}: kept {candidate}, as asked for."
        if self.gain <= 0:
            tried = "epoch" if self.share == 1 else "epoch or mixture"
            why = f"and no {tried} lowers the {loss} ({candidate} changes it by {-self.gain:+.3f})"
        else:
            errors = (
                "a standard error"
                if self.required_gain == 1
                else f"{self.required_gain:g} standard errors"
            )
            why = f"but its {loss} is lower by only {gain}, not by more than {errors}"
        return f"{compared}, {why}: kept {self.begins_with}. Pass keep='best' to take {epoch}."


def numbers(epochs: Sequence[int]) -> str:
    """Return the numbers of epochs as text, such as `"2 + 4"`."""
    return " + ".join(map(str, epochs))


def _possessive(owner: str) -> str:
    return f"{owner}'s" if owner.startswith("the linear") else f"{owner}:"
