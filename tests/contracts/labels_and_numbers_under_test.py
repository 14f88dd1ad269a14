"""The small recipes of multi-label classification and regression, with data they can learn."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import kerastl as ktl
from tests.contracts.recipes_under_test import Case, tiny_bert
from tests.training import tiny

COLOURS = ["red", "green", "blue"]
WORDS = {"sport": "goal", "weather": "rain", "film": "actor"}
OTHERS = ["the", "of", "in", "late"]
PARTS: dict[str, Any] = {"validation_split": 0.25, "test_split": 0.25, "seed": 0}


def coloured(count: int, folder: Path) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Draw images in which any of three colours is light; return also which, and raw inputs."""
    generator = np.random.default_rng(0)
    light = generator.integers(0, 2, (count, 3))
    images = generator.integers(0, 90, (count, tiny.SIZE, tiny.SIZE, 3))
    images = (images + 150 * light[:, None, None, :]).astype("uint8")
    path = folder / "raw.png"
    Image.fromarray(images[0]).save(path)
    return images, light, [str(path), path, path.read_bytes(), Image.open(path), images[0]]


def written(count: int) -> tuple[list[str], np.ndarray]:
    """Write texts in which each of three words stands or not; return also which do."""
    generator = np.random.default_rng(0)
    has = generator.integers(0, 2, (count, len(WORDS)))
    texts = []
    for row in has:
        named = [word for word, there in zip(WORDS.values(), row, strict=True) if there]
        words = [*named, *generator.choice(OTHERS, 3)]
        texts.append(" ".join(generator.permutation(words)))
    return texts, has


def listed(has: np.ndarray, names: list[str]) -> list[list[str]]:
    """Turn rows of 0 and 1 into lists of names."""
    return [[name for name, there in zip(names, row, strict=True) if there] for row in has]


def labels_recounted(predictions: list[Any], split: ktl.data.MultiLabelSplit) -> float:
    """Return the micro-F1 of labels that are named."""
    right = named = 0
    for answer, truth in zip(predictions, listed(split.labels, split.class_names), strict=True):
        right += len(set(answer.labels) & set(truth))
        named += len(answer.labels) + len(truth)
    return 2 * right / named


def check_labels(answer: Any, data: ktl.data.Dataset) -> None:
    """Demand a probability for each label, and the surest named first."""
    assert tuple(answer.probabilities) == data.class_names
    sure = [answer.probabilities[name] for name in answer.labels]
    assert sure == sorted(sure, reverse=True)
    assert all(0 <= each <= 1 for each in answer.probabilities.values())


def numbers_recounted(predictions: list[Any], split: ktl.data.NumberSplit) -> float:
    """Return the mean R² of the targets."""
    found = []
    for name, true in zip(split.class_names, split.labels.T, strict=True):
        error = np.square([each.values[name] for each in predictions] - true).sum()
        found.append(1 - error / np.square(true - true.mean()).sum())
    return float(np.mean(found))


def check_numbers(answer: Any, data: ktl.data.Dataset) -> None:
    """Demand a number for each target, inside an interval of some width."""
    assert tuple(answer.values) == tuple(answer.intervals) == data.class_names
    for name, value in answer.values.items():
        low, high = answer.intervals[name]
        assert low < value < high
        assert np.isfinite([low, high]).all()


LABELS: dict[str, Any] = {
    "learnable": 0.7,
    "figure": lambda evaluation: evaluation.micro_f1,
    "recount": labels_recounted,
    "check_answer": check_labels,
}
NUMBERS: dict[str, Any] = {
    "learnable": 0.5,
    "figure": lambda evaluation: evaluation.r2,
    "recount": numbers_recounted,
    "check_answer": check_numbers,
    # Eight-bit weights move the numbers of a tiny network by more than a tenth of their spread.
    "min_agreement": None,
}


def image_labels(folder: Path) -> Case:
    """Images with a label for each light colour."""
    images, light, raw = coloured(120, folder)
    size = (tiny.SIZE, tiny.SIZE)
    return Case(
        make=lambda: ktl.ImageMultiLabelClassification(tiny.backbone(), image_size=size),
        data=ktl.data.multi_label(images, listed(light, COLOURS), **PARTS),
        raw=raw,
        first_stage="stage1",
        **LABELS,
    )


def image_numbers(folder: Path) -> Case:
    """Images with two sums of light colours, in units of their own."""
    images, light, raw = coloured(120, folder)
    values = np.stack([1000 + 500 * light[:, 0], light.sum(axis=1) / 100], axis=1)
    size = (tiny.SIZE, tiny.SIZE)
    return Case(
        make=lambda: ktl.ImageRegression(tiny.backbone(), image_size=size),
        data=ktl.data.numbers(images, values, target_names=["redness", "light"], **PARTS),
        raw=raw,
        first_stage="stage1",
        **NUMBERS,
    )


def text_labels(folder: Path) -> Case:
    """Texts with a label for each of three words."""
    texts, has = written(160)
    return Case(
        make=lambda: ktl.TextMultiLabelClassification(tiny_bert([*WORDS.values(), *OTHERS])),
        data=ktl.data.multi_label(texts, listed(has, list(WORDS)), **PARTS),
        raw=[texts[0]] * 2,
        first_stage="embeddings",
        **LABELS,
    )


def text_numbers(folder: Path) -> Case:
    """Texts with the number of their telling words, in hundreds."""
    texts, has = written(160)
    return Case(
        make=lambda: ktl.TextRegression(tiny_bert([*WORDS.values(), *OTHERS])),
        data=ktl.data.numbers(texts, 100 * has.sum(axis=1), target_names="words", **PARTS),
        raw=[texts[0]] * 2,
        first_stage="embeddings",
        **NUMBERS,
    )
