"""Check the examples of a source, split them and make their `Dataset`."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np

from kerastl.basics.utf8 import check_utf8
from kerastl.data.assembly.corrections import Corrections, corrected
from kerastl.data.assembly.duplicates import duplicate_notes
from kerastl.data.assembly.labels import order_classes, to_integers
from kerastl.data.assembly.listed_classes import ClassNames, ListedClasses
from kerastl.data.assembly.plain_labels import plain_labels, single_labels
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.images.inspection import Inspected, OnError, inspect_images
from kerastl.data.images.pixel_range import PixelRange
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality, Split
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split


@dataclass
class Examples:
    """Examples of a source before they are checked and split.

    Attributes:
        modality: `"image"` or `"text"`.
        inputs: Images or texts.
        labels: One label for each example, unchecked.
        parts: One of `PARTS` for each example, or None if the source names no splits.
        groups: The group of each example, or None.
        class_names: The classes in order, as a user lists them, or None.
        typed: Whether the source stores the types of labels, which a CSV file does not.
        name: The name of an example in errors, by its position in the source.
        skipped: `(name, reason)` of each example that was left out.
        notes: Remarks for the summary, one sentence each.
        corrections: What to change in the labels after the split, or None.
    """

    modality: Modality
    inputs: Sequence[str] | Images
    labels: Sequence[Any]
    parts: Sequence[str] | None = None
    groups: Sequence[Hashable] | None = None
    class_names: ClassNames | None = None
    typed: bool = True
    name: Callable[[int], str] = "example {}".format
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    corrections: Corrections | None = None

    def keep(self, indices: Sequence[int]) -> None:
        """Keep labels, parts and groups of some examples only, by position."""
        self.labels = [self.labels[i] for i in indices]
        self.parts = self.parts and [self.parts[i] for i in indices]
        self.groups = None if self.groups is None else [self.groups[i] for i in indices]
        name = self.name
        self.name = lambda i: name(indices[i])


def take_images(
    examples: Examples,
    sources: Sequence[Any],
    on_error: OnError,
    pixel_range: PixelRange | None = None,
) -> None:
    """Inspect encoded images and set the readable ones as the inputs of examples.

    Args:
        examples: Examples with labels, parts and groups in the order of `sources`. Changed in
            place: unreadable images are removed.
        sources: Paths as strings, or the contents of files.
        on_error: `"raise"` an error if images are unreadable, or `"skip"` them.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Raises:
        ValueError: If images are unreadable and `on_error` is `"raise"`, or if all are; or if
            their values have another range.
    """
    # Other sequences would read the content of a file for its name.
    paths = sources if isinstance(sources, list | tuple) else None

    def name(index: int) -> str:
        source = paths and paths[index]
        return source if source and isinstance(source, str) else examples.name(index)

    found: Inspected = inspect_images(sources, name, on_error, pixel_range)
    if len(found.kept) < len(sources):
        examples.keep(found.kept)
    examples.inputs = EncodedImages(sources, found.headers, np.array(found.kept, np.int64))
    examples.skipped += found.skipped
    if found.misnamed:
        examples.notes.append(
            f"images with the file extension of another format, decoded by their content: "
            f"{len(found.misnamed)}, such as {found.misnamed[0]}"
        )


def assemble(examples: Examples, validation_split: float, test_split: float, seed: int) -> Dataset:
    """Check examples with one class each and split them.

    Args:
        examples: The examples of a source.
        validation_split: Fraction to hold out for validation: of all examples, or of the training
            split if the source names a test split.
        test_split: Fraction of all examples to hold out for testing.
        seed: Seed of the split.

    Returns:
        The data set.

    Raises:
        ValueError: If there are no examples, a text is empty, labels are unusable, or the user
            asks to hold out a split that the source already has.
    """
    parts = check_examples(examples, validation_split, test_split)
    labels, classes = _classes(examples, parts)
    whole = Split(examples.modality, examples.inputs, labels, classes)
    return divide_examples(examples, whole, parts, validation_split, test_split, seed)


def check_examples(examples: Examples, validation_split: float, test_split: float) -> np.ndarray:
    """Check examples, apart from their labels.

    Args:
        examples: The examples of a source.
        validation_split: As for `assemble`.
        test_split: As for `assemble`.

    Returns:
        `int8` array of shape `(count,)` that indexes `PARTS`. All are 0 if the source names no
        splits.

    Raises:
        ValueError: If there are no examples, a text is empty, or the user asks to hold out a split
            that the source already has.
    """
    check_fractions(validation_split, test_split)
    if not len(examples.labels):
        raise ValueError("There are no examples. Received: an empty source")
    if examples.modality == "text":
        _check_texts(examples)
    return named_parts(examples.parts, len(examples.labels), validation_split, test_split)


def divide_examples(
    examples: Examples,
    whole: Split,
    parts: np.ndarray,
    validation_split: float,
    test_split: float,
    seed: int,
) -> Dataset:
    """Split checked examples.

    Args:
        examples: The examples of a source.
        whole: The same examples as one split, with labels as integers or numbers.
        parts: The result of `check_examples`. Held-out training examples are changed in place.
        validation_split: As for `assemble`.
        test_split: As for `assemble`.
        seed: Seed of the split.

    Returns:
        The data set, stratified. Multi-label and regression data with groups is not stratified:
        groups stay whole, and only the sizes of the splits are as asked.

    Raises:
        ValueError: If a stratum is too small, or the source puts a group into two splits.
    """
    groups = examples.groups
    if validation_split or test_split:
        training = np.flatnonzero(parts == 0)
        trained = whole.subset(training)
        strata, names = trained.strata, trained.strata_names
        if groups is not None and whole.labels is not None and whole.labels.ndim > 1:
            strata, names = np.zeros_like(strata), ("examples",)
        parts[training] = split(
            strata,
            names,
            validation_split,
            test_split,
            seed,
            None if groups is None else [groups[int(i)] for i in training],
        )
    if groups is not None:
        _check_groups(groups, parts)
    notes = list(examples.notes)
    if examples.corrections is not None:
        # After the split, so that every example stays in its split.
        done = corrected(whole, examples.corrections)
        whole, parts = done.split, parts[done.kept]
        groups = None if groups is None else [groups[int(i)] for i in done.kept]
        notes += done.notes
    rows = [np.flatnonzero(parts == part) for part in range(len(PARTS))]
    made = [whole.subset(each) for each in rows]
    numbers = None if groups is None else _numbered(groups, np.concatenate(rows))
    own = [] if numbers is None else np.split(numbers, np.cumsum([len(each) for each in rows])[:-1])
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=examples.skipped,
        notes=[*notes, *duplicate_notes(whole.inputs, parts)],
        groups=own[0] if own else None,
        held_out_groups=dict(zip(PARTS[1:], own[1:], strict=False)),
    )


def _numbered(groups: Sequence[Hashable], chosen: np.ndarray) -> np.ndarray:
    """Return the number of the group of some examples."""
    numbers: dict[Hashable, int] = {}
    found = [numbers.setdefault(groups[int(row)], len(numbers)) for row in chosen]
    return np.array(found, np.int64)


def _check_texts(examples: Examples) -> None:
    texts: Any = examples.inputs
    empty = []
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(
                f"Every text must be a string. Received: {text!r} for {examples.name(i)}"
            )
        if not text.strip():
            empty.append(i)
    if empty:
        listed = ", ".join(examples.name(i) for i in empty[:10])
        raise ValueError(
            f"{len(empty)} texts are empty: remove them or fill them in. "
            f"Received: '' for {listed}{', …' if len(empty) > 10 else ''}"
        )
    check_utf8(texts, examples.name)


def _classes(examples: Examples, parts: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the class of each example as an integer, and the classes in order."""
    labels = plain_labels(single_labels(examples.labels, examples.name), examples.name)
    if examples.class_names is not None:
        listed = ListedClasses.of(examples.class_names)
        if len(listed.names) < 2:
            raise ValueError(
                "Classification needs at least two classes. "
                f"Received: class_names={list(listed.names)!r}"
            )
        positions = listed.positions(labels, examples.name, typed=examples.typed)
        return np.array(positions, np.int32), listed.names
    names = [str(label) for label in labels]
    order_classes(names)
    classes = order_classes(list(compress(names, (parts == 0).tolist())))
    if unseen := set(names) - set(classes):
        here = next(i for i, name in enumerate(names) if name in unseen)
        raise ValueError(
            f"The {PARTS[parts[here]]} split has a label that the training split does not have: "
            "add training examples of it or remove it. "
            f"Training has {', '.join(map(repr, classes[:20]))}. Received: {names[here]!r}"
        )
    if len(classes) < 2:
        raise ValueError(
            f"Training data must contain at least two classes. Received: only {classes[0]!r}"
        )
    return to_integers(names, classes), classes


def _check_groups(groups: Sequence[Hashable], parts: np.ndarray) -> None:
    first: dict[Hashable, int] = {}
    for group, part in zip(groups, parts.tolist(), strict=True):
        if first.setdefault(group, part) != part:
            raise ValueError(
                "The data puts a group into two splits, so metrics on the held-out split would be "
                "optimistic: move all its examples to one split. "
                f"Received: group {group!r} in {PARTS[first[group]]} and {PARTS[part]}"
            )
