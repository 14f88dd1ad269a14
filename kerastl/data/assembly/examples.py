"""The last step of every source: check the labels, split, and make the `Dataset`."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.labels import order_classes, read_labels, to_integers
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.images.inspection import Inspected, OnError, inspect_images
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality, Split
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split


@dataclass
class Examples:
    """What a source has read, before it is checked and split.

    Attributes:
        modality: `"image"` or `"text"`.
        inputs: Images or texts.
        labels: One label each, as written.
        parts: One of `PARTS` each, where the source says so; else None.
        groups: What each example belongs to, where known.
        class_names: The classes that integer labels count, where known.
        name: What an error calls an example, by its position in the source.
        skipped: `(name, reason)` of what was left out.
        notes: Sentences for the summary.
    """

    modality: Modality
    inputs: Sequence[str] | Images
    labels: Sequence[Any]
    parts: Sequence[str] | None = None
    groups: Sequence[Hashable] | None = None
    class_names: Sequence[str] | None = None
    name: Callable[[int], str] = "example {}".format
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def keep(self, indices: Sequence[int]) -> None:
        """Reduce labels, parts and groups to some examples."""
        self.labels = [self.labels[i] for i in indices]
        self.parts = self.parts and [self.parts[i] for i in indices]
        self.groups = None if self.groups is None else [self.groups[i] for i in indices]
        name = self.name
        self.name = lambda i: name(indices[i])


def take_images(examples: Examples, sources: Sequence[Any], on_error: OnError) -> None:
    """Inspect encoded images and make the readable ones the inputs of the examples.

    Args:
        examples: Changed in place; labels, parts and groups belong to `sources`.
        sources: Paths as strings, or the contents of files.
        on_error: `"raise"` or `"skip"`.
    """

    def name(index: int) -> str:
        source = sources[index]
        return source if isinstance(source, str) else examples.name(index)

    found: Inspected = inspect_images(sources, name, on_error)
    if len(found.kept) < len(sources):
        examples.keep(found.kept)
    examples.inputs = EncodedImages(sources, found.headers, np.array(found.kept, np.int64))
    examples.skipped += found.skipped
    if found.misnamed:
        examples.notes.append(
            f"{len(found.misnamed)} images have the ending of another format and are read by "
            f"their content, such as {found.misnamed[0]}"
        )


def assemble(examples: Examples, validation_split: float, test_split: float, seed: int) -> Dataset:
    """Check examples and divide them.

    Args:
        examples: What a source has read.
        validation_split: The share to hold out for validation: of all examples, or of the
            training part where the source names a test part.
        test_split: The share of all examples to hold out for testing.
        seed: Chooses the split.

    Returns:
        The data set.

    Raises:
        ValueError: If there are no examples, a text is empty, labels are unusable, or the
            fractions contradict the parts that the source names.
    """
    parts = check_examples(examples, validation_split, test_split)
    names, classes = _classes(examples, parts)
    whole = Split(examples.modality, examples.inputs, to_integers(names, classes), classes)
    return divide_examples(examples, whole, parts, validation_split, test_split, seed)


def check_examples(examples: Examples, validation_split: float, test_split: float) -> np.ndarray:
    """Check what does not depend on the kind of labels.

    Args:
        examples: What a source has read.
        validation_split: As for `assemble`.
        test_split: As for `assemble`.

    Returns:
        `int8` array of shape `(count,)` that indexes `PARTS`; 0 where no part is named.

    Raises:
        ValueError: If there are no examples, a text is empty, or the fractions contradict the
            parts that the source names.
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
    """Divide checked examples.

    Args:
        examples: What a source has read.
        whole: The same examples with labels as integers or numbers.
        parts: From `check_examples`; training examples are divided further, in place.
        validation_split: As for `assemble`.
        test_split: As for `assemble`.
        seed: Chooses the split.

    Returns:
        The data set. Each part has every stratum in proportion, except where several labels or
        numbers come in groups: these stay whole, and only their sizes are kept in proportion.

    Raises:
        ValueError: If a stratum is too small, or a group is in two parts.
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
    made = [whole.subset(np.flatnonzero(parts == part)) for part in range(len(PARTS))]
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=examples.skipped,
        notes=[*examples.notes, *_duplicates(examples.inputs, parts)],
        grouped=groups is not None,
    )


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
            f"{len(empty)} texts are empty: fill them in or remove them. "
            f"Received: '' for {listed}{', …' if len(empty) > 10 else ''}"
        )


def _classes(examples: Examples, parts: np.ndarray) -> tuple[list[str], tuple[str, ...]]:
    names = read_labels(examples.labels, examples.name)
    if examples.class_names is not None:
        classes = tuple(str(name) for name in examples.class_names)
        order_classes(classes)
        return _by_class_names(names, classes, examples.name), classes
    order_classes(names)
    classes = order_classes([n for n, part in zip(names, parts, strict=True) if part == 0])
    for name, part in zip(names, parts, strict=True):
        if name not in classes:
            raise ValueError(
                f"The {PARTS[part]} part has a label that training never saw: add training "
                f"examples of it or remove it. Received: {name!r}; training has "
                f"{', '.join(map(repr, classes[:20]))}"
            )
    if len(classes) < 2:
        raise ValueError(
            f"Classification needs at least two classes. Received: only {classes[0]!r}"
        )
    return names, classes


def _by_class_names(
    names: list[str], classes: tuple[str, ...], title: Callable[[int], str]
) -> list[str]:
    """Read labels as names or as positions, whichever all of them are."""
    if all(name in classes for name in names):
        return names
    positions = {str(i): name for i, name in enumerate(classes)}
    for i, name in enumerate(names):
        if name not in positions:
            error = unknown_name("label", name, classes)
            raise ValueError(f"{error} for {title(i)}, with {len(classes)} class_names")
    return [positions[name] for name in names]


def _check_groups(groups: Sequence[Hashable], parts: np.ndarray) -> None:
    first: dict[Hashable, int] = {}
    for group, part in zip(groups, parts.tolist(), strict=True):
        if first.setdefault(group, part) != part:
            raise ValueError(
                "A group is in two parts that the data itself names: the held-out figure would "
                f"be too good. Received: group {group!r} in {PARTS[first[group]]} and "
                f"{PARTS[part]}"
            )


def _duplicates(inputs: Sequence[str] | Images, parts: np.ndarray) -> list[str]:
    """Note inputs that training shares with a held-out part."""
    if isinstance(inputs, Images):
        if not isinstance(inputs, EncodedImages) or not inputs.in_files:
            return []
        return _shared(
            len(inputs),
            parts,
            [lambda i: Path(inputs[i]).stat().st_size, lambda i: _file_hash(inputs[i])],
            "images",
        )
    return _shared(len(inputs), parts, [lambda i: inputs[i].strip()], "texts")


def _shared(
    count: int, parts: np.ndarray, keys: list[Callable[[int], Hashable]], what: str
) -> list[str]:
    # Each key is asked only of inputs that the cheaper key before it could not tell apart.
    candidates = [list(range(count))]
    for key in keys:
        finer: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
        for number, group in enumerate(candidates):
            for i in group:
                finer[number, key(i)].append(i)
        candidates = [g for g in finer.values() if len(set(parts[g].tolist())) > 1]
    notes = []
    for part in (1, 2):
        shared = sum(int((parts[g] == part).sum()) for g in candidates if (parts[g] == 0).any())
        if shared:
            notes.append(
                f"{what} of the {PARTS[part]} part that the training part has too: {shared} "
                "(its figure is somewhat too good)"
            )
    return notes


def _file_hash(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
