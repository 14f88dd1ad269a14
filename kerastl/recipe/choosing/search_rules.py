"""The rules of a search among candidates that differ in computation."""

from collections.abc import Collection, Mapping

from kerastl.recipe.choosing.held_out_losses import HeldOutLosses


def next_to_try(
    measured: Mapping[int, HeldOutLosses], start: int, allowed: Collection[int]
) -> int | None:
    """Return the candidate to measure next. Cheaper candidates have lower numbers.

    The default is measured first and the next cheaper one second. Unless the cheaper one is better
    by more than one standard error, more expensive ones follow while each lowers the loss. If none
    does and the cheaper one has a lower loss than the default, still cheaper ones follow.

    Args:
        measured: Losses of the same examples by candidate.
        start: The default.
        allowed: Candidates that may be measured.

    Returns:
        The number of a candidate, or None at the end of the search.
    """
    for number in (start, start - 1):
        if number in allowed and number not in measured:
            return number
    best = min(measured, key=lambda number: measured[number].mean)
    highest, lowest = max(measured), min(measured)
    rises = highest == best or (highest == start and not _is_clearly_better(measured, best, start))
    if rises and highest + 1 in allowed:
        return highest + 1
    return lowest - 1 if lowest == best and lowest - 1 in allowed else None


def preferred(measured: Mapping[int, HeldOutLosses], default: int, errors: float = 1.0) -> int:
    """Return the cheapest candidate that is not clearly worse than the best one.

    A candidate is clearly worse if its loss exceeds the lowest by more than one standard error of
    the difference (Breiman et al. 1984). One that is cheaper than the default must also have no
    higher loss than the default, so that a choice does not trade accuracy for computation.

    Args:
        measured: As for `next_to_try`.
        default: The candidate that is read without a choice, which was measured.
        errors: Number of standard errors. Defaults to 1.

    Returns:
        The number of a candidate.
    """
    best = min(measured, key=lambda number: measured[number].mean)
    for number in sorted(measured):
        if number < default and measured[number].mean > measured[default].mean:
            continue
        behind = measured[number].minus(measured[best])
        if number == best or behind.mean <= errors * behind.error:
            return number
    return best


def _is_clearly_better(measured: Mapping[int, HeldOutLosses], number: int, start: int) -> bool:
    gain = measured[start].minus(measured[number])
    return gain.mean > gain.error
