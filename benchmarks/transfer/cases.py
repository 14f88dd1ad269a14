"""The data sets and backbones of the transfer benchmark."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from main_job import photos, rt_polarity
from shared_folder import MOBILENETS, image_weights, minilm, shared

import kerastl as ktl


@dataclass(frozen=True)
class Case:
    """A data set with a backbone.

    Attributes:
        data: `"trashnet6"`, `"sign_digits"`, `"rt_polarity"`, `"clinc150, 15 a class"` or
            `"clinc150, 50 a class"`.
        backbone: A key of the applications above, or `"MiniLM"`.
    """

    data: str
    backbone: str

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.data}, {self.backbone}"

    @property
    def modality(self) -> Literal["image", "text"]:
        """What the backbone takes."""
        return "text" if self.backbone == "MiniLM" else "image"

    @property
    def flips(self) -> bool:
        """Whether a mirrored image is still of its class."""
        return self.data != "sign_digits"

    def dataset(self, seed: int) -> ktl.data.Dataset:
        """Draw what a seed trains and validates on; the test part is always the same."""
        read = {"trashnet6": photos, "sign_digits": _sign_digits, "rt_polarity": _rt_polarity}
        if self.data in read:
            return read[self.data](seed)
        return _clinc150(seed, int(self.data.split()[1]))

    def recipe(self) -> ktl.Recipe:
        """Make an untrained recipe."""
        if self.modality == "text":
            return ktl.TextClassification("bert", weights=minilm())
        name, alpha, _ = MOBILENETS[self.backbone]
        backbone = ktl.backbone(name, alpha=alpha, weights=self.weights)
        return ktl.ImageClassification(
            backbone, augmentation="default" if self.flips else "no_flip"
        )

    @property
    def weights(self) -> Path:
        """The file of pre-trained weights."""
        return image_weights(self.backbone)

    @property
    def builder(self) -> tuple[str, float]:
        """Name and width of the application."""
        return MOBILENETS[self.backbone][:2]


CASES = [
    Case(data, backbone) for data in ("trashnet6", "sign_digits") for backbone in MOBILENETS
] + [
    Case(data, "MiniLM") for data in ("rt_polarity", "clinc150, 15 a class", "clinc150, 50 a class")
]


def _sign_digits(seed: int) -> ktl.data.Dataset:
    # Images of one person are neighbours in the order of their numbers: the last fifth of
    # each class is for testing, and the rest is drawn in runs of neighbours.
    paths, labels, runs, test = [], [], [], []
    for folder in sorted((shared() / "images" / "sign_digits").iterdir()):
        files = sorted(folder.glob("*.JPG"), key=lambda path: int(path.stem.split("_")[1]))
        for position, file in enumerate(files):
            paths.append(str(file))
            labels.append(folder.name)
            runs.append(position * 20 // len(files))
            test.append(position >= 0.8 * len(files))
    held_back = np.array(test)
    # The 20 runs of a class hold 5 images each; a seed draws 3 of the first 16 to validate.
    drawn = np.random.default_rng(seed).permutation(16)[:3]
    validates = np.isin(runs, drawn) & ~held_back
    return _parts("image", paths, labels, ~held_back & ~validates, validates, held_back)


def _rt_polarity(seed: int) -> ktl.data.Dataset:
    texts, labels = rt_polarity()
    order = np.random.default_rng(12345).permutation(len(texts))
    drawn = np.random.default_rng(seed).permutation(order[2000:])[:1000]
    masks = [np.isin(np.arange(len(texts)), part) for part in (drawn[:800], drawn[800:])]
    return _parts("text", texts, labels, *masks, np.isin(np.arange(len(texts)), order[:2000]))


def _clinc150(seed: int, per_class: int) -> ktl.data.Dataset:
    content = json.loads((shared() / "text" / "clinc150" / "data_full.json").read_text("utf-8"))
    rows = [*content["train"], *content["test"]]
    texts, labels = [text for text, _ in rows], np.array([label for _, label in rows])
    training = len(content["train"])
    generator = np.random.default_rng(seed)
    kind = np.zeros(len(rows), int)
    kind[training:] = 3
    for label in np.unique(labels):
        drawn = generator.permutation(np.flatnonzero(labels[:training] == label))[:per_class]
        held_out = round(0.2 * per_class)
        kind[drawn[held_out:]], kind[drawn[:held_out]] = 1, 2
    return _parts("text", texts, list(labels), *(kind == part for part in (1, 2, 3)))


def _parts(modality: str, raw: list, labels: list, *masks: np.ndarray) -> ktl.data.Dataset:
    names = tuple(sorted(set(labels)))
    splits = []
    for mask in masks:
        chosen = np.flatnonzero(mask)
        inputs = ktl.data.Split.from_raw([raw[i] for i in chosen], modality).inputs
        indices = [names.index(labels[i]) for i in chosen]
        splits.append(ktl.data.Split(modality, inputs, indices, names))
    return ktl.data.Dataset(*splits)
