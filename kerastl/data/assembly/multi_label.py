"""Check multi-label examples, split them and make their `Dataset`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.examples import Examples, check_examples, divide_examples
from kerastl.data.assembly.labels import order_classes, read_labels
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.splitting import PARTS


def assemble_multi_label(
    examples: Examples,
    class_names: Sequence[str] | None,
    validation_split: float,
    test_split: float,
    seed: int,
) -> Dataset:
    """Check multi-label examples and split them.

    Args:
        examples: The examples of a source. Each of `labels` is a list of labels.
        class_names: All labels, or None for the labels of the training examples.
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
    listed = [_read(each, examples, i) for i, each in enumerate(examples.labels)]
    names = _names(listed, class_names, parts)
    position = {name: i for i, name in enumerate(names)}
    labels = np.zeros((len(listed), len(names)), np.float32)
    for i, each in enumerate(listed):
        for name in each:
            if name not in position:
                known = "`class_names`" if class_names is not None else "the training split"
                kind = f"label of the {PARTS[parts[i]]} split, not in {known}"
                raise ValueError(f"{unknown_name(kind, name, names)} for {examples.name(i)}")
            labels[i, position[name]] = 1
    whole = MultiLabelSplit(examples.modality, examples.inputs, labels, names)
    if len(whole) < 2:
        raise ValueError(
            f"Multi-label classification needs two examples or more. Received: {whole!r}"
        )
    data = divide_examples(examples, whole, parts, validation_split, test_split, seed)
    _check_training(data)
    return data


def _read(value: Any, examples: Examples, index: int) -> list[str]:
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise ValueError(
            "Every example needs a list of labels, which may be empty. "
            f"Received: {value!r} for {examples.name(index)}"
        )
    return read_labels(list(value), lambda _: examples.name(index))


def _names(
    listed: list[list[str]], class_names: Sequence[str] | None, parts: np.ndarray
) -> tuple[str, ...]:
    if class_names is not None:
        names = tuple(str(name) for name in class_names)
        order_classes(names)
        if len(set(names)) < len(names):
            raise ValueError(
                f"`class_names` must not repeat a label. Received: class_names={list(names)!r}"
            )
        return names
    order_classes([name for each in listed for name in each])
    trained = [n for each, part in zip(listed, parts, strict=True) if not part for n in each]
    if not trained:
        raise ValueError("No training example has a label. Received: empty lists of labels")
    return order_classes(trained)


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
