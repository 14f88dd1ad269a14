"""The truncations of long texts among which a training chooses."""

from kerastl.recipe.choosing.candidate import InputCandidate

# With fewer texts that are cut, the losses hardly differ, and each truncation costs a pass.
_LEAST_SHARE = 0.05
_NAMES = {
    "head": "first tokens of long texts",
    "tail": "last tokens of long texts",
    "head_tail": "first and last tokens of long texts",
}


def truncation_alternatives(share_cut: float) -> tuple[InputCandidate, ...]:
    """Return the truncations that are worth trying, `"head"` first.

    Args:
        share_cut: Share of the training texts that are longer than the model's input.

    Returns:
        All truncations (Sun et al. 2019); none if at most 5 % of the texts are cut.

    Example:

    >>> [each.settings["truncation"] for each in truncation_alternatives(0.3)]
    ['head', 'tail', 'head_tail']
    >>> truncation_alternatives(0.01)
    ()
    """
    if share_cut <= _LEAST_SHARE:
        return ()
    return tuple(InputCandidate(text, {"truncation": name}) for name, text in _NAMES.items())
