"""The data sets and backbones of the transfer benchmark."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from few_shot import sentiment
from main_job import photos, rt_polarity
from shared_folder import NETWORKS, image_backbone, image_weights, minilm, shared

import kerastl as ktl


@dataclass(frozen=True)
class Case:
    """A data set with a backbone.

    Attributes:
        data: `"trashnet6"`, `"sign_digits"`, `"office amazon"`, `"office webcam"`,
            `"rt_polarity"`, `"uci sentences"` or `"clinc150, N a class"`.
        backbone: A key of `NETWORKS`, or `"MiniLM"`.
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
        read = {
            "trashnet6": photos,
            "sign_digits": _sign_digits,
            "office amazon": partial(_office, "amazon"),
            "office webcam": partial(_office, "webcam"),
            "rt_polarity": _rt_polarity,
            "uci sentences": _uci_sentences,
        }
        if self.data in read:
            return read[self.data](seed)
        return _clinc150(seed, int(self.data.split()[1]))

    def recipe(self, pooling: str | None = None) -> ktl.Recipe:
        """Make an untrained recipe.

        Args:
            pooling: As for the recipe's class. Defaults to None: its default.
        """
        if self.modality == "text":
            return ktl.TextClassification("bert", weights=minilm(), pooling=pooling)
        augmentation = "default" if self.flips else "no_flip"
        return ktl.ImageClassification(
            image_backbone(self.backbone), augmentation=augmentation, pooling=pooling
        )

    def plain_probe(self) -> ktl.Recipe:
        """Make a recipe whose head reads the mean of each channel, or of all tokens."""
        return self.recipe("mean" if self.modality == "text" else "average")

    @property
    def weights(self) -> Path:
        """The file of pre-trained weights."""
        return image_weights(self.backbone)

    @property
    def builder(self) -> tuple[str, dict]:
        """Name and options of the application."""
        return NETWORKS[self.backbone][:2]


_PHOTOS = ("trashnet6", "sign_digits", "office amazon", "office webcam")
_TEXTS = (
    "rt_polarity",
    "uci sentences",
    "clinc150, 5 a class",
    "clinc150, 15 a class",
    "clinc150, 50 a class",
)
CASES = [Case(data, backbone) for data in _PHOTOS for backbone in NETWORKS] + [
    Case(data, "MiniLM") for data in _TEXTS
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


def _office(domain: str, seed: int) -> ktl.data.Dataset:
    files = sorted((shared() / "adaptation" / "office10_images" / domain).glob("*/*"))
    paths, labels = [str(file) for file in files], np.array([file.parent.name for file in files])
    # A third of each class is for testing, the same with every seed.
    held_back = _share_of_classes(labels, np.ones(len(labels), bool), 1 / 3, seed=12345)
    validates = _share_of_classes(labels, ~held_back, 0.2, seed)
    return _parts("image", paths, list(labels), ~held_back & ~validates, validates, held_back)


def _share_of_classes(labels: np.ndarray, among: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Draw a share of each class among some examples; return a mask of all of them."""
    generator = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(among & (labels == label)))
        drawn[rows[: round(share * len(rows))]] = True
    return drawn


def _uci_sentences(seed: int) -> ktl.data.Dataset:
    rows, test = sentiment()
    # Some sentences come twice; those of the test part are not trained on.
    known = {text for text, _ in test}
    rows = [row for row in dict.fromkeys(rows) if row[0] not in known]
    drawn = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))[:900]]
    texts, labels = zip(*drawn, *test, strict=True)
    part = np.repeat([0, 1, 2], [720, 180, len(test)])
    return _parts("text", list(texts), list(labels), *(part == each for each in range(3)))


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
