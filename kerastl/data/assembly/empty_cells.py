"""Leave out examples whose input or label is missing."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kerastl.data.assembly.examples import Examples
from kerastl.data.images.encoded_images import Images


def leave_out_empty(examples: Examples, labels: Mapping[str, Sequence[Any]]) -> None:
    """Leave out examples with an empty text or a missing label, and list them.

    Args:
        examples: The examples of a source. Changed in place.
        labels: The label columns by name, with one value for each example.

    Raises:
        ValueError: If no example is left.

    Example:

    >>> examples = Examples("text", ["good", " ", "bad"], ["yes", "no", None])
    >>> leave_out_empty(examples, {"label": examples.labels})
    >>> examples.inputs, examples.skipped
    (['good'], [('example 1', 'the text is empty'), ('example 2', 'the label is missing')])
    """
    inputs: Any = examples.inputs
    reasons: dict[int, str] = {}
    for name, values in labels.items():
        what = "the label" if name == "label" else f"the value of {name!r}"
        reasons |= {i: f"{what} is missing" for i, each in enumerate(values) if is_missing(each)}
    if examples.modality == "text":
        reasons |= {i: "the text is empty" for i, each in enumerate(inputs) if is_missing(each)}
    if not reasons:
        return
    bad = sorted(reasons)
    kept = [i for i in range(len(inputs)) if i not in reasons]
    if not kept:
        raise ValueError(
            "Every example is left out, because its input or its label is missing. "
            f"Received: {reasons[bad[0]]} for {examples.name(bad[0])}"
        )
    examples.skipped += [(examples.name(i), reasons[i]) for i in bad]
    taken = inputs.take(kept) if isinstance(inputs, Images) else [inputs[i] for i in kept]
    examples.inputs = taken
    examples.keep(kept)


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty: None, not a number, or a string of spaces."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())
