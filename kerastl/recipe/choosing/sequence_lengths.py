"""The sequence lengths among which a training chooses."""

from collections.abc import Callable

from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates

# A transformer's computation for shorter texts is small beside reading them and fitting the probe.
_SHORT = 64
_MULTIPLE = 16


def sequence_length_candidates(whole: int, share_within: Callable[[int], float]) -> InputCandidates:
    """Return the sequence lengths that are worth trying, from short to long.

    Args:
        whole: The default, which reads 99 % of the texts whole.
        share_within: Function that returns the share of texts which a length reads whole.

    Returns:
        The default, half of it and a quarter of it, as multiples of 16; one for short texts.

    Example:

    >>> found = sequence_length_candidates(256, lambda length: 0.5)
    >>> [each.settings["sequence_length"] for each in found.candidates]
    [64, 128, 256]
    """
    lengths = sorted({whole, *(_rounded(whole / part) for part in (2, 4))})
    lengths = [length for length in lengths if length == whole or length >= _SHORT // 2]

    def candidate(length: int) -> InputCandidate:
        share = share_within(length)
        settings = {"sequence_length": length}
        return InputCandidate(f"{length} tokens ({share:.0%} whole)", settings, length / whole)

    if whole < _SHORT:
        return InputCandidates.only(candidate(whole), "99 % of the training texts are read whole")
    return InputCandidates(tuple(map(candidate, lengths)), len(lengths) - 1)


def _rounded(length: float) -> int:
    return max(_MULTIPLE, round(length / _MULTIPLE) * _MULTIPLE)
