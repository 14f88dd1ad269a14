"""The cases by name, cheap ones first."""

from collections.abc import Callable

import numpy as np
from main_job import photos, rt_polarity
from shared_folder import NETWORKS, image_backbone, minilm, shared

import kerastl as ktl
from artifacts.case import Case

_BLOCK = 200
_SENTENCES = 500


def sign_digits(seed: int) -> ktl.data.Dataset:
    """Read hand signs; a block of neighbours is the test part, the next one validates.

    A person's ten images follow each other by number, and blocks of 200 begin with a person:
    nobody is in two parts. Every seed tests on another block.
    """
    paths = sorted((shared() / "images" / "sign_digits").glob("*/*"), key=lambda path: path.name)
    whole = ktl.data.arrays([str(path) for path in paths], [path.parent.name for path in paths])
    turned = np.roll(np.arange(len(paths)), -_BLOCK * seed)
    test, validation, train = np.split(turned, [_BLOCK, 2 * _BLOCK])
    return ktl.data.Dataset(*(whole.train.subset(part) for part in (train, validation, test)))


def sentences(seed: int) -> ktl.data.Dataset:
    """Read 800 movie reviews to train on, 200 to validate on, and a fixed 500 for testing."""
    texts, labels = rt_polarity()
    order = np.random.default_rng(12345).permutation(len(texts))
    test, rest = order[:_SENTENCES], order[2000:]
    drawn = np.random.default_rng(seed).permutation(rest)[:1000]
    every = np.concatenate([drawn, test])
    whole = ktl.data.arrays([texts[i] for i in every], [labels[i] for i in every]).train
    parts = np.split(np.arange(len(every)), [800, 1000])
    return ktl.data.Dataset(*(whole.subset(part) for part in parts))


def _minilm() -> ktl.Recipe:
    return ktl.TextClassification("bert", weights=minilm(), sequence_length=128)


def _network(name: str) -> Callable[[], ktl.Recipe]:
    return lambda: ktl.ImageClassification(image_backbone(name))


CASES = {
    case.name: case
    for case in (
        *(
            Case(f"{name}, {data}", read, _network(name))
            for name in NETWORKS
            for data, read in (("trashnet6", photos), ("sign_digits", sign_digits))
        ),
        Case("MiniLM, rt-polarity", sentences, _minilm),
    )
}
