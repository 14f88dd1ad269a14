"""Check multi-label examples, split them and make their `Dataset`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.examples import Examples, check_examples, divide_examples
from kerastl.data.assembly.labels import order_classes, to_integers
from kerastl.data.assembly.listed_classes import ClassNames, ListedClasses
from kerastl.data.assembly.plain_labels import PlainLabel, plain_labels
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.splitting import PARTS


def assemble_multi_label(
    examples: Examples,
    class_names: ClassNames | ListedClasses | None,
    validation_split: float,
    test_split: float,
    seed: int,
) -> Dataset:
    """Check multi-label examples and split them.

    Args:
        examples: The examples of a source. Each of `labels` is a list of labels.
        class_names: All labels in order, or None for the labels of the training examples. Integers
            in `examples.labels` are then positions in it.
        validation_split: Fraction to hold out for validation.
        test_split: Fraction to hold out for testing.
        seed: Seed of the split.

    Returns:
        The data set. Its splits are `MultiLabelSplit`s.

    Raises:
        ValueError: If a label is unusable, no training example has one of the labels, or there is
            only one example.
    """
    parts = check_examples(examples, validation_split, test_split)
    counts = [_count(each, examples, i) for i, each in enumerate(examples.labels)]
    owners = np.repeat(np.arange(len(counts)), counts)
    flat = [label for each in examples.labels for label in each]
    plain = plain_labels(flat, lambda k: examples.name(int(owners[k])))
    columns, names = _columns(examples, plain, owners, class_names, parts)
    labels = np.zeros((len(counts), len(names)), np.float32)
    labels[owners, columns] = 1
    whole = MultiLabelSplit(examples.modality, examples.inputs, labels, names)
    if len(whole) < 2:
        raise ValueError(
            f"Multi-label classification needs two examples or more. Received: {whole!r}"
        )
    data = divide_examples(examples, whole, parts, validation_split, test_split, seed)
    _check_training(data)
    return data


def _count(value: Any, examples: Examples, index: int) -> int:
    if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__len__"):
        raise ValueError(
            "Every example needs a list of labels, which may be empty. "
            f"Received: {value!r} for {examples.name(index)}"
        )
    return len(value)


def _columns(
    examples: Examples,
    labels: list[PlainLabel],
    owners: np.ndarray,
    class_names: ClassNames | ListedClasses | None,
    parts: np.ndarray,
) -> tuple[list[int], tuple[str, ...]]:
    """Return the column of each label, and the names of the columns."""

    def title(k: int) -> str:
        return examples.name(int(owners[k]))

    if class_names is not None:
        listed = ListedClasses.of(class_names)
        return listed.positions(labels, title, typed=examples.typed), listed.names
    written = [str(label) for label in labels]
    order_classes(written)
    trained = [n for n, owner in zip(written, owners, strict=True) if parts[owner] == 0]
    if not trained:
        raise ValueError("No training example has a label. Received: empty lists of labels")
    names = order_classes(trained)
    for k, name in enumerate(written):
        if name not in names:
            kind = f"label of the {PARTS[parts[owners[k]]]} split, not in the training split"
            raise ValueError(f"{unknown_name(kind, name, names)} for {title(k)}")
    return to_integers(written, names).tolist(), names


def _check_training(data: Dataset) -> None:
    counts = data.train.class_counts()
    nobody = [name for name, count in counts.items() if not count]
    if nobody:
        raise ValueError(
            "Every label needs a training example: add examples with the label, or leave it out. "
            f"Received: no training example with {', '.join(map(repr, nobody))}"
        )
    always = [name for name, count in counts.items() if count == len(data.train)]
    if always:
        data.notes.append(f"every training example has the label {', '.join(always)}")
