"""Split examples into training, validation and test."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.arguments import check_number

PARTS = ("train", "validation", "test")

PART_NAMES = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""The splits by the names that folders, columns and files give them, in lower case."""


def check_fractions(validation: float, test: float) -> None:
    """Check that `validation_split` and `test_split` leave examples to train on.

    Args:
        validation: Fraction of the examples to hold out for validation.
        test: Fraction of the examples to hold out for testing.

    Raises:
        ValueError: If a fraction is not in [0, 1), or their sum is 1 or more.
    """
    for name, fraction in (("validation_split", validation), ("test_split", test)):
        check_number(name, fraction, "[0, 1)")
    if validation + test >= 1:
        raise ValueError(
            "validation_split and test_split must leave examples to train on. "
            f"Received: validation_split={validation!r}, test_split={test!r}"
        )


def named_parts(
    names: Sequence[str] | None, count: int, validation_split: float, test_split: float
) -> np.ndarray:
    """Convert the split names that a source gives to integers.

    Args:
        names: One of `PARTS` for each example, or None if the source names no splits.
        count: Number of examples.
        validation_split: Fraction that the user asks to hold out for validation.
        test_split: Fraction that the user asks to hold out for testing.

    Returns:
        `int8` array of shape `(count,)`: 0 for training, 1 for validation, 2 for test. All are 0
        if the source names no splits.

    Raises:
        ValueError: If the source has no training split, or the user asks to hold out a split that
            the source already has.
    """
    if names is None:
        return np.zeros(count, np.int8)
    parts = np.array([PARTS.index(name) for name in names], np.int8)
    if not (parts == 0).any():
        raise ValueError(
            f"There is no training split. Received: only {', '.join(sorted(set(names)))}"
        )
    for name, part, fraction in (
        ("validation_split", 1, validation_split),
        ("test_split", 2, test_split),
    ):
        if fraction and (parts == part).any():
            raise ValueError(
                f"The data already has a {PARTS[part]} split, which is used as it is: leave "
                f"`{name}` out. Received: {name}={fraction!r}"
            )
    return parts


def split(
    labels: np.ndarray,
    class_names: Sequence[str],
    validation: float,
    test: float,
    seed: int,
    groups: Sequence[Any] | None = None,
) -> np.ndarray:
    """Assign every example to training, validation or test, stratified by class.

    The order within a class comes from a hash of seed and position. The result is therefore the
    same on every machine and with every version of NumPy. Each class is in each split if it has
    enough examples (or groups), and always in training.

    Args:
        labels: `int32` array of shape `(count,)`.
        class_names: The classes, for errors.
        validation: Fraction of the examples for validation.
        test: Fraction of the examples for testing.
        seed: Seed of the split.
        groups: The group of each example, such as a person, or None. All examples of a group go
            to the same split.

    Returns:
        `int8` array of shape `(count,)`: 0 for training, 1 for validation, 2 for test.

    Raises:
        ValueError: If a class has one example (or one group), or the fractions leave nothing to
            train on.
    """
    check_fractions(validation, test)
    if not validation and not test:
        return np.zeros(len(labels), np.int8)
    single = [class_names[int(c)] for c in np.flatnonzero(np.bincount(labels) == 1)]
    if single:
        raise ValueError(
            "A class with one example cannot be in both training and held-out data: add "
            f"examples or remove the class. Received: {', '.join(map(repr, single))}"
        )
    shares = np.array([1 - validation - test, validation, test])
    if groups is None:
        return _by_example(labels, len(class_names), shares, seed)
    return _by_group(labels, class_names, shares, seed, groups)


def _rank(seed: int, position: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{position}".encode(), digest_size=8).digest()


def _by_example(labels: np.ndarray, classes: int, shares: np.ndarray, seed: int) -> np.ndarray:
    counts = np.bincount(labels, minlength=classes)
    held_out = np.stack([_apportion(counts, share) for share in shares[1:]], 1)
    for row, count in zip(held_out, counts, strict=True):
        while row.sum() >= count > 0:
            row[np.argmax(row)] -= 1
    parts = np.zeros(len(labels), np.int8)
    for c in range(classes):
        members = sorted(np.flatnonzero(labels == c), key=lambda i: _rank(seed, int(i)))
        validation, test = held_out[c]
        parts[members[:validation]] = 1
        parts[members[validation : validation + test]] = 2
    return parts


def _apportion(counts: np.ndarray, share: float) -> np.ndarray:
    """Apportion a share of every class by largest remainders, at least one example of each."""
    wanted = counts * share
    taken = np.floor(wanted).astype(int)
    missing = round(float(wanted.sum())) - int(taken.sum())
    largest_first = np.argsort(taken - wanted, kind="stable")
    taken[largest_first[:missing]] += 1
    return np.where((taken == 0) & (counts > 0) & (share > 0), 1, taken)


def _by_group(
    labels: np.ndarray,
    class_names: Sequence[str],
    shares: np.ndarray,
    seed: int,
    groups: Sequence[Any],
) -> np.ndarray:
    members: dict[Any, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    names = list(members)
    counts = np.stack(
        [np.bincount(labels[members[name]], minlength=len(class_names)) for name in names]
    )
    groups_of_class = (counts > 0).sum(0)
    alone = [class_names[int(c)] for c in np.flatnonzero(groups_of_class == 1)]
    if alone:
        raise ValueError(
            "A class whose examples all belong to one group cannot be in both training and "
            "held-out data: add examples of another group or remove the class. "
            f"Received: {', '.join(map(repr, alone))}"
        )
    assigned = _fill_parts(counts, groups_of_class, shares, seed)
    parts = np.zeros(len(labels), np.int8)
    for name, part in zip(names, assigned, strict=True):
        parts[members[name]] = part
    return parts


def _fill_parts(
    counts: np.ndarray, groups_of_class: np.ndarray, shares: np.ndarray, seed: int
) -> np.ndarray:
    """Assign each group to the split that most lacks the group's classes."""
    target = np.outer(shares, counts.sum(0)).astype(float)
    filled = np.zeros_like(target)
    # Groups with rare classes come first, then large ones: small groups even out the rest.
    rarity = np.where(counts > 0, groups_of_class, len(counts)).min(1)
    order = sorted(range(len(counts)), key=lambda g: (rarity[g], -counts[g].sum(), _rank(seed, g)))
    assigned = np.zeros(len(counts), np.int8)
    used = np.flatnonzero(shares > 0)
    for g in order:
        lack = (target - filled)[used] / np.maximum(target[used], 1e-9)
        # A split that the group overfills scores below a split that has room for it.
        overflow = np.maximum(filled[used] + counts[g] - target[used], 0).sum(1)
        score = lack @ counts[g] - overflow
        part = used[int(np.argmax(score))]
        assigned[g] = part
        filled[part] += counts[g]
    return _represent(assigned, counts, used)


def _represent(assigned: np.ndarray, counts: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Move the smallest groups so that every split has every class, training first."""
    has = counts > 0
    for part in used:
        for c in range(counts.shape[1]):
            if has[assigned == part, c].any():
                continue
            movable = [
                g for g in np.flatnonzero(has[:, c]) if _can_leave(int(g), assigned, has, int(part))
            ]
            if movable:
                assigned[min(movable, key=lambda g: (counts[g].sum(), g))] = part
    return assigned


def _can_leave(g: int, assigned: np.ndarray, has: np.ndarray, to: int) -> bool:
    """Return whether a group's split keeps all its classes without the group."""
    if to == 0:
        return True
    rest = assigned == assigned[g]
    rest[g] = False
    return bool(np.all(has[rest].any(0) | ~has[g]))
