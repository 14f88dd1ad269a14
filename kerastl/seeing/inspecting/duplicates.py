"""Report equal and almost equal examples, within a split and across splits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerastl.data.images.encoded_images import Images
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.groups import Groups, buckets
from kerastl.seeing.inspecting.image_facts import ImageFacts
from kerastl.seeing.inspecting.near_images import join_near_images
from kerastl.seeing.inspecting.near_texts import join_near_texts
from kerastl.seeing.inspecting.problem import Problem

# A held-out copy stays, so that metrics of earlier runs stay comparable.
_STAYS_FIRST = ("test", "validation", "train")


@dataclass(frozen=True)
class Duplicates:
    """Groups of equal and of similar examples.

    Attributes:
        equal: Number of each example's group of equal ones, shape `(examples,)`.
        similar: Number of each example's group of equal or almost equal ones, `(examples,)`.
        groups: The groups of two or more similar examples.
    """

    equal: np.ndarray
    similar: np.ndarray
    groups: list[list[int]]


def find_duplicates(examples: AllExamples, facts: ImageFacts | None) -> Duplicates:
    """Find equal and almost equal examples.

    Args:
        examples: The examples.
        facts: What was read of the images; None for texts.

    Returns:
        The groups.
    """
    groups = Groups(len(examples))
    inputs = examples.whole.inputs
    if isinstance(inputs, Images):
        assert facts is not None
        keys: Sequence[str | None] = [digest or None for digest in facts.digests]
    else:
        keys = [text.strip() for text in inputs]
    for bucket in buckets(keys):
        for other in bucket[1:]:
            groups.join(bucket[0], other)
    equal = groups.numbers()
    if facts is not None:
        join_near_images(facts, groups)
    elif not isinstance(inputs, Images):
        join_near_texts(inputs, groups)
    return Duplicates(equal, groups.numbers(), groups.several())


def duplicate_problems(examples: AllExamples, found: Duplicates) -> list[Problem]:
    """Describe the copies: those in two splits, those with two labels, and all others.

    Args:
        examples: The examples.
        found: Their groups.

    Returns:
        One problem for each copy; the one that should stay is its partner.
    """
    problems = []
    for members in found.groups:
        stays = min(members, key=lambda i: (_STAYS_FIRST.index(examples.split(i)), i))
        given = {index: examples.given(index) for index in members}
        usual = Counter(given.values()).most_common(1)[0][0]
        for index in members:
            if index == stays:
                continue
            same = found.equal[index] == found.equal[stays]
            what = "the same as" if same else "almost the same as"
            partner = examples.shown(stays, 50)
            across = examples.split(index) != examples.split(stays)
            if given[index] != given[stays] and same:
                said = f"{what} {partner}, which has other {examples.label_name}"
                if examples.label_name == "label":
                    said = f"{what} {partner}, which has the label {given[stays]}"
                suggested = "" if given[index] == usual else usual
                problems.append(_problem(examples, index, stays, "conflict", said, 1.0, suggested))
            kind = "leakage" if across else "duplicate"
            where = f" of the {examples.split(stays)} split" if across else ""
            problems.append(
                _problem(
                    examples,
                    index,
                    stays,
                    kind,
                    f"{what} {partner}{where}",
                    1.0 - 0.1 * (not same),
                    "",
                )
            )
    return problems


def _problem(
    examples: AllExamples,
    index: int,
    partner: int,
    kind: object,
    detail: str,
    score: float,
    suggested: str,
) -> Problem:
    return Problem(
        kind,  # type: ignore[arg-type]
        examples.key(index),
        examples.split(index),
        examples.given(index),
        suggested,
        detail,
        score,
        index,
        partner,
    )
