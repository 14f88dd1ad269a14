"""Report images that are odd in their size, their shape or their content."""

from __future__ import annotations

import numpy as np

from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.image_facts import ImageFacts
from kerastl.seeing.inspecting.problem import Kind, Problem

_LEAST_SIDE = 32  # pixels
_MOST_ELONGATED = 4.0
# Of the usual ratio of the longer to the shorter side.
_UNUSUAL_SHAPE = 2.5
_UNUSUAL_SIZE = 64.0
_PLAIN = 3.0  # standard deviation of the grey values
_DARK, _BRIGHT = 12.0, 248.0


def odd_images(examples: AllExamples, facts: ImageFacts) -> list[Problem]:
    """Report unreadable, tiny, elongated, plain, dark and bright images.

    Args:
        examples: The images.
        facts: What was read of them.

    Returns:
        The problems.
    """
    problems = [
        _problem(examples, index, "unreadable", f"cannot be read: {reason}", 1.0)
        for index, reason in facts.problems.items()
    ]
    readable = np.flatnonzero(facts.sizes.min(axis=1) > 0)
    if not len(readable):
        return problems
    sizes = facts.sizes[readable].astype("float64")
    ratios = sizes[:, 0] / sizes[:, 1]
    usual, area = float(np.median(ratios)), float(np.median(sizes.prod(axis=1)))
    values = facts.grey[readable].reshape(len(readable), -1).astype("float32")
    means, spreads = values.mean(axis=1), values.std(axis=1)
    for place, index in enumerate(readable.tolist()):
        width, height = facts.sizes[index].tolist()
        reasons = []
        if min(width, height) < min(_LEAST_SIDE, 0.25 * float(np.sqrt(area))):
            reasons.append("tiny")
        elif not 1 / _UNUSUAL_SIZE < width * height / area < _UNUSUAL_SIZE:
            reasons.append("of another size than the others")
        shape = max(ratios[place] / usual, usual / ratios[place])
        if max(width / height, height / width) > _MOST_ELONGATED and shape > _UNUSUAL_SHAPE:
            reasons.append("elongated")
        if spreads[place] < _PLAIN:
            dark, bright = means[place] < _DARK, means[place] > _BRIGHT
            reasons.append("black" if dark else "white" if bright else "of one colour")
        if reasons:
            detail = f"{' and '.join(reasons)}: {width} x {height} pixels"
            problems.append(_problem(examples, index, "odd", detail, 0.5))
    return problems


def _problem(examples: AllExamples, index: int, kind: Kind, detail: str, score: float) -> Problem:
    return Problem(
        kind,
        examples.key(index),
        examples.split(index),
        examples.given(index),
        detail=detail,
        score=score,
        index=index,
    )
