"""Choose the stages whose features the head reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kerastl.recipe.choosing.held_out_losses import HeldOutLosses

Stages = tuple[str, ...]


def stage_lists(default: Sequence[str]) -> list[Stages]:
    """Return the lists of stages that are worth trying, the default first.

    The last stages of a network are the most specialised to the task it was trained on, and those
    of a network that was tuned to another task may be of no use (Evci et al. 2022, "Head2Toe").

    Args:
        default: The stages that the head reads without a choice, from input to output.

    Returns:
        The default, the same without its last stage and without its last two, and the last alone.

    Example:

    >>> stage_lists(("stem", "stage1", "stage2"))[1:]
    [('stem', 'stage1'), ('stem',), ('stage2',)]
    """
    names = tuple(default)
    lists = [names, names[:-1], names[:-2], names[-1:]]
    return list(dict.fromkeys(each for each in lists if each))


@dataclass(frozen=True)
class StageChoice:
    """The stages that a head reads, with the losses of all lists that were tried.

    Attributes:
        chosen: Names of the chosen stages.
        default: Names of the stages that are read without a choice.
        measured: Held-out losses by list, that of the default first.
    """

    chosen: Stages
    default: Stages
    measured: dict[Stages, HeldOutLosses]

    @property
    def reason(self) -> str:
        """Why these stages, as one line."""
        if len(self.measured) < 2:
            return "as given"
        best = min(self.measured, key=lambda each: self.measured[each].mean)
        gain = self.measured[self.default].minus(self.measured[best])
        found = f"{gain.mean:.3f} ± {gain.error:.3f}"
        if self.chosen != self.default:
            return f"their cross-validated loss is {found} lower than that of all stages by default"
        if best == self.default:
            return "no other list has a lower cross-validated loss"
        return f"the cross-validated loss of {', '.join(best)} is not clearly lower ({found})"


def choose_stages(
    default: Sequence[str], measure: Callable[[Stages], HeldOutLosses]
) -> StageChoice:
    """Choose the stages that the head reads by held-out losses.

    The default is kept unless another list has a loss that is lower by more than one standard
    error. The list without the last two stages is tried only if leaving out the last one helps.

    Args:
        default: The stages that the head reads without a choice.
        measure: Function that returns the held-out losses of a list of stages.
    """
    first, *others = stage_lists(default)
    measured = {first: measure(first)}
    for stages in others:
        without_two = len(first) > 2 and stages == first[:-2]
        if without_two and measured[first[:-1]].mean >= measured[first].mean:
            continue
        measured[stages] = measure(stages)
    best = min(measured, key=lambda each: measured[each].mean)
    gain = measured[first].minus(measured[best])
    return StageChoice(best if gain.mean > gain.error else first, first, measured)
