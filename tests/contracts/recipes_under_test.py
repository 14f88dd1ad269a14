"""One small recipe of every task, with data it can learn and raw inputs to predict."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import kerastl as ktl
from tests.training import tiny

POSITIVE = ["lovely", "great", "fine", "superb", "charming", "bright"]
NEGATIVE = ["awful", "dull", "poor", "terrible", "boring", "grim"]


def classes_recounted(predictions: list[Any], split: ktl.data.Split) -> float:
    """Return the share of right labels."""
    truth = [split.class_names[label] for label in split.labels]
    return float(np.mean([each.label for each in predictions] == np.array(truth)))


def check_probabilities(prediction: Any, data: ktl.data.Dataset) -> None:
    """Demand one probability a class, and the label of the highest."""
    assert prediction.probability == max(prediction.probabilities.values())
    assert tuple(prediction.probabilities) == data.class_names
    assert abs(sum(prediction.probabilities.values()) - 1) < 1e-5


@dataclass(frozen=True)
class Case:
    """What the contract needs to know of a task."""

    make: Callable[[], ktl.Recipe]
    data: ktl.data.Dataset
    raw: list[Any]
    first_stage: str
    learnable: float
    """Figure on validation that a recipe which learns anything exceeds."""
    quick: Any = "feature_extraction"
    """The shortest schedule after which the recipe answers sensibly."""
    default_needs_more: bool = False
    """Whether the default schedule learns too little from examples as few as these."""
    figure: Callable[[Any], float] = lambda evaluation: evaluation.accuracy
    """The one figure of an evaluation that the exported files are judged by, too."""
    recount: Callable[[list[Any], ktl.data.Split], float] = classes_recounted
    """The same figure, from predictions and the labels of their split."""
    check_answer: Callable[[Any, ktl.data.Dataset], None] = check_probabilities
    """Whether one prediction is what the task promises."""
    min_agreement: float | None = 0.9
    """What export demands of every file of a network as tiny as these."""


def image_case(folder: Path) -> Case:
    """Images whose class shows in their colour, with a tiny network."""
    path = folder / "raw.png"
    images, labels = tiny.images(count=90)
    Image.fromarray(images[0]).save(path)
    return Case(
        make=lambda: ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE)),
        data=ktl.data.arrays(images, labels, validation_split=0.2, test_split=0.2, seed=0),
        raw=[str(path), path, path.read_bytes(), Image.open(path), images[0]],
        first_stage="stage1",
        learnable=0.6,
    )


def tiny_bert(words: list[str]) -> Any:
    """Return a BERT of one narrow layer that knows some words."""
    return ktl.backbone(
        "bert",
        weights=None,
        vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words],
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=16,
    )


def film_words() -> list[str]:
    """Return the words of `films`, with digits as their parts."""
    return [*POSITIVE, *NEGATIVE, "a", "film", *(f"##{d}" for d in range(10)), *"0123456789"]


def films() -> tuple[list[str], list[str]]:
    """Write texts whose class shows in their words; return also the classes."""
    generator = np.random.default_rng(0)
    texts, labels = [], []
    for number in range(120):
        words = (NEGATIVE, POSITIVE)[number % 2]
        texts.append(f"a {generator.choice(words)} film {generator.choice(words)} {number}")
        labels.append(("bad", "good")[number % 2])
    return texts, labels


def text_case(folder: Path) -> Case:
    """Texts whose class shows in their words, with a tiny BERT."""
    texts, labels = films()
    return Case(
        make=lambda: ktl.TextClassification(tiny_bert(film_words())),
        data=ktl.data.arrays(texts, labels, validation_split=0.2, test_split=0.2, seed=0),
        raw=[texts[0]] * 3,
        first_stage="embeddings",
        learnable=0.6,
    )


def few_shot_case(folder: Path) -> Case:
    """The same texts, for a sentence encoder that is tuned contrastively."""
    return replace(
        text_case(folder),
        make=lambda: ktl.FewShotTextClassification(
            tiny_bert(film_words()), max_steps=30, learning_rate=3e-3
        ),
        quick="auto",
    )


_LABELS_AND_NUMBERS = "tests.contracts.labels_and_numbers_under_test"
CASES = {
    "few_shot_text_classification": f"{__name__}:few_shot_case",
    "image_classification": f"{__name__}:image_case",
    "image_multi_label_classification": f"{_LABELS_AND_NUMBERS}:image_labels",
    "image_regression": f"{_LABELS_AND_NUMBERS}:image_numbers",
    "object_detection": "tests.contracts.boxes_under_test:box_case",
    "text_classification": f"{__name__}:text_case",
    "text_multi_label_classification": f"{_LABELS_AND_NUMBERS}:text_labels",
    "text_regression": f"{_LABELS_AND_NUMBERS}:text_numbers",
    "token_classification": "tests.contracts.entities_under_test:entity_case",
}
"""Where the case of each task is, as `module:function`; the modules need `Case` from here."""


def case(task: str, folder: Path) -> Case:
    """Return the case of a task.

    Args:
        task: A name in the table of tasks.
        folder: Where files of the case may be written.
    """
    module, _, function = CASES[task].partition(":")
    made: Case = getattr(importlib.import_module(module), function)(folder)
    return made
