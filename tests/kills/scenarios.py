"""The programs that are killed: what each does, and how it goes on afterwards."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import keras
import numpy as np
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Bundle
from kerastl.search import VectorIndex
from kerastl.tasks.classification import criterion
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.checkpoint.checkpoint import Checkpoint
from tests.training import tiny

Span = Callable[[str], AbstractContextManager[None]]
Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Scenario:
    """A program that is killed while it works.

    Attributes:
        phases: The names of the spans in which it is killed.
        prepare: Writes what is there before, and returns the result that a killed program may
            leave, if there is one.
        work: Does the work in a folder, and returns the result.
        go_on: Resumes or loads after a kill, and returns the result.
        leaves: The names in the folder at the end.
    """

    phases: tuple[str, ...]
    prepare: Callable[[Path], Arrays | None]
    work: Callable[[Path, Span], Arrays]
    go_on: Callable[[Path], Arrays]
    leaves: frozenset[str]


@contextlib.contextmanager
def unmarked(name: str) -> Iterator[None]:
    """Mark nothing."""
    yield


def weights(recipe: Any) -> Arrays:
    return [np.asarray(each) for each in recipe.model.get_weights()]


def recipe() -> Any:
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def marked(function: Callable[..., Any], span: Span, name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **settings: Any) -> Any:
        with span(name):
            return function(*arguments, **settings)

    return call


def write_photos(folder: Path) -> None:
    for number, (pixels, label) in enumerate(zip(*tiny.images(36), strict=True)):
        (folder / "photos" / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / "photos" / label / f"{number}.png")


class Epochs(keras.callbacks.Callback):
    """Mark the batches of every epoch."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self._span = span
        self._open = contextlib.ExitStack()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if batch == 0:
            self._open.enter_context(self._span("tuning"))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._open.close()


def fit(folder: Path, span: Span = unmarked) -> Arrays:
    """Read a folder of images, compute features, fit a probe and fine-tune, with a checkpoint."""
    with span("reading"):
        data = ktl.data.image_folder(folder / "photos", validation_split=0.25, seed=0)
    of = marked(OpenFeatureCache.of, span, "features")
    with (
        mock.patch.object(OpenFeatureCache, "of", of),
        mock.patch.object(criterion, "fit_probe", marked(criterion.fit_probe, span, "probe")),
        mock.patch.object(Checkpoint, "save", marked(Checkpoint.save, span, "checkpoint")),
    ):
        made = recipe()
        made.fit(
            data,
            [
                ktl.Phase("head", linear_probe=True),
                ktl.Phase("last:1", epochs=2, learning_rate=3e-2, augment=True, keep="last"),
            ],
            batch_size=8,
            cache=folder / "cache",
            checkpoint=folder / "checkpoint",
            resume=True,
            callbacks=[Epochs(span)],
            verbose=0,
        )
    return weights(made)


def adapt(folder: Path, span: Span = unmarked) -> Arrays:
    """Train a baseline and adapt it to darker images, with a checkpoint."""
    made = recipe()
    target = (tiny.images(36, seed=1)[0] * 0.7).astype("uint8")
    with span("adaptation"):
        made.fit(
            ktl.data.arrays(*tiny.images(36), validation_split=0.25, seed=0),
            [ktl.Phase("head", epochs=2, learning_rate=1e-2)],
            adapt_to=ktl.adaptation.Target(target, keep_adapted=True),
            adaptation="dann",
            batch_size=8,
            checkpoint=folder / "checkpoint",
            resume=True,
            verbose=0,
        )
    return weights(made)


def built(seed: int) -> Any:
    """Return a recipe with random weights and a data set to export with."""
    keras.utils.set_random_seed(seed)
    made = recipe()
    made.build(("blue", "green", "red"))
    made.data = ktl.data.arrays(*tiny.images(36), validation_split=0.5, seed=0)
    return made


def save_old(folder: Path) -> Arrays:
    made = built(1)
    made.save(folder / "run")
    return weights(made)


def save(folder: Path, span: Span) -> Arrays:
    made = built(2)
    with span("save"):
        made.save(folder / "run", overwrite=True)
    return weights(made)


def loaded(folder: Path) -> Arrays:
    return weights(ktl.load(folder / "run"))


def write_bundle(folder: Path, seed: int, span: Span = unmarked) -> Arrays:
    made = built(seed)
    with span("export"):
        made.export(
            folder / "bundle",
            formats=("tflite",),
            quantize=("float32",),
            max_drop=None,
            min_agreement=None,
            overwrite=True,
        )
    return read_bundle(folder)


def read_bundle(folder: Path) -> Arrays:
    """Check the checksums of a bundle, and return the content of its model."""
    import hashlib

    bundle = Bundle.load(folder / "bundle")
    for line in (bundle.directory / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        content = (bundle.directory / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
    return [np.frombuffer(bundle.path("tflite/float32").read_bytes(), np.uint8)]


def vectors(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(20_000, 64)).astype("float32")


def write_index(folder: Path, seed: int, span: Span = unmarked) -> Arrays:
    index = VectorIndex(vectors(seed), [str(seed)] * 20_000)
    with span("index"):
        index.save(folder / "index", overwrite=True)
    return read_index(folder)


def read_index(folder: Path) -> Arrays:
    index = VectorIndex.load(folder / "index")
    return [np.asarray(index.vectors), np.array([int(each) for each in index.inputs])]


def nothing(folder: Path) -> None:
    return None


def photos(folder: Path) -> None:
    write_photos(folder)


SCENARIOS = (
    Scenario(
        ("reading", "features", "probe", "tuning", "checkpoint"),
        photos,
        fit,
        fit,
        frozenset({"photos", "cache"}),
    ),
    Scenario(("adaptation",), nothing, adapt, adapt, frozenset()),
    Scenario(("save",), save_old, save, loaded, frozenset({"run"})),
    Scenario(
        ("export",),
        lambda folder: write_bundle(folder, 1),
        lambda folder, span: write_bundle(folder, 2, span),
        read_bundle,
        frozenset({"bundle"}),
    ),
    Scenario(
        ("index",),
        lambda folder: write_index(folder, 1),
        lambda folder, span: write_index(folder, 2, span),
        read_index,
        frozenset({"index"}),
    ),
)


def clean(folder: Path) -> None:
    """Delete a folder that a scenario has used."""
    shutil.rmtree(folder, ignore_errors=True)
