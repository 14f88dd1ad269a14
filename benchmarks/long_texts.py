"""Measure which tokens of long texts a classifier of sentiment must read.

    KERASTL_SHARED=... python benchmarks/long_texts.py [--seeds 0 1 2]

Each text has eight neutral sentences (queries of clinc150) and one sentence with an opinion
(`sentiment_labelled_sentences`): first, in the middle, last, or by chance first or last. The model
reads 32 tokens of about 90. Every method is a linear probe on frozen MiniLM features:
the three truncations; *windows*, the mean of the features of consecutive windows of 32 tokens; and
*whole*, a sequence length that holds every text. *Chosen* is the truncation that `fit` chooses on
the training split alone, and its probe. Seeds draw opinions, neutral sentences and splits.
Results are kept in benchmarks/results/long-texts.jsonl; a result that the file holds is not
measured again. docs/long-texts.md is written from all of them.
"""

import argparse
import json
import os
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from adaptation.sentence_domains import sentences_of
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import minilm, shared
from spread import spread

import kerastl as ktl
from kerastl.backbones.hub.truncation import TRUNCATIONS
from kerastl.recipe.choosing.before_training import choose_before_training
from kerastl.tasks.embedding.classifier import EmbeddingClassifier
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "long-texts.md"
_PATH = FOLDER / "long-texts.jsonl"
_PLACES = ("first", "middle", "last", "first or last")
_METHODS = (*TRUNCATIONS, "windows", "whole", "chosen")
_LENGTH = 32
_NEUTRAL = 8
_TRAIN, _TEST = 120, 200


@dataclass(frozen=True)
class Result:
    """One method on one draw."""

    place: str
    method: str
    seed: int
    accuracy: float
    choice: str
    """The truncation that `fit` chose; empty for other methods."""
    machine: str


def texts_of(place: str, seed: int) -> ktl.data.Dataset:
    """Draw long texts, in one order of opinions and neutral sentences for all places."""
    generator = np.random.default_rng(seed)
    opinions = [
        pair
        for name in ("amazon", "imdb", "yelp")
        for pair in zip(*sentences_of(name), strict=True)
    ]
    content = json.loads((shared() / "text" / "clinc150" / "data_full.json").read_text("utf-8"))
    neutral = generator.permutation([text for text, _ in content["train"]])
    rows = []
    for number, row in enumerate(generator.permutation(len(opinions))[: _TRAIN + _TEST]):
        opinion, label = opinions[row]
        around = [f"{each}." for each in neutral[_NEUTRAL * number :][:_NEUTRAL]]
        at_end = bool(generator.integers(2))
        position = {"first": 0, "middle": _NEUTRAL // 2, "last": _NEUTRAL}.get(
            place, _NEUTRAL * at_end
        )
        rows.append((" ".join([*around[:position], opinion, *around[position:]]), label))
    names = ("negative", "positive")
    train, test = (
        ktl.data.Split("text", [t for t, _ in part], [names.index(y) for _, y in part], names)
        for part in (rows[:_TRAIN], rows[_TRAIN:])
    )
    return ktl.data.Dataset(train, None, test)


class Probe:
    """Linear probes on the features of one encoder."""

    @cached_property
    def _backbone(self) -> ktl.Backbone:
        return ktl.backbone("bert", weights=minilm())

    def accuracy(self, method: str, data: ktl.data.Dataset) -> float:
        """Fit a probe on features of the training split, and test it."""
        embed = self._windows if method == "windows" else self._embedding(method).embed
        classifier = EmbeddingClassifier.fit(
            lambda inputs, size: embed(inputs, size), data.train, "probe"
        )
        return classifier.evaluate(data.test).accuracy

    def _embedding(self, method: str) -> ktl.Embedding:
        if method not in self._embeddings:
            options = {"sequence_length": 256} if method == "whole" else {"truncation": method}
            self._embeddings[method] = ktl.Embedding(
                self._backbone, normalize=False, **{"sequence_length": _LENGTH, **options}
            )
        return self._embeddings[method]

    @cached_property
    def _embeddings(self) -> dict[str, ktl.Embedding]:
        return {}

    def _windows(self, split: ktl.data.Split, batch_size: int) -> np.ndarray:
        """Return the mean of features over consecutive windows, by their number of tokens."""
        packer = self._backbone.packer
        assert packer is not None
        texts = list(split.inputs)
        lengths = packer.lengths(texts)
        whole = packer(texts, int(lengths.max()))["token_ids"].numpy()
        room = _LENGTH - packer.special_count
        rows, owners = [], []
        for number, length in enumerate(lengths):
            tokens = whole[number, 1 : length - 1]
            for start in range(0, max(len(tokens), 1), room):
                rows.append([packer.start, *tokens[start : start + room], packer.end])
                owners.append(number)
        sizes = np.array([len(row) for row in rows])
        ids = np.full((len(rows), _LENGTH), packer.pad, np.int32)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
        mask = (np.arange(_LENGTH) < sizes[:, None]).astype(np.int32)
        inputs = {"token_ids": ids, "padding_mask": mask}
        vectors = self._embedding("head").model.predict(inputs, batch_size=batch_size, verbose=0)
        weights = np.zeros((len(texts), len(rows)), np.float32)
        weights[owners, np.arange(len(rows))] = sizes - packer.special_count
        return weights @ vectors / weights.sum(axis=1, keepdims=True)


def chosen(data: ktl.data.Dataset, seed: int) -> str:
    """Return the truncation that a training chooses."""
    recipe = ktl.TextClassification(
        "bert", weights=minilm(), sequence_length=_LENGTH, feature_stages="last"
    )
    with OpenFeatureCache(FeatureCache.of(None), lambda line: None) as features:
        choose_before_training(
            recipe,
            data,
            ktl.schedules.ProbeGuidedFineTune(),
            features,
            batch_size=32,
            seed=seed,
            deadline=None,
            say=lambda line: None,
        )
    return recipe.chosen_truncation


def run(method: str, place: str, seed: int, probe: Probe, known: list[Result]) -> Result:
    """Train on one draw and test."""
    data, choice = texts_of(place, seed), ""
    where = f"{machine()}, {keras.backend.backend()} backend"
    if method == "chosen":
        choice = chosen(data, seed)
        same = (place, choice, seed)
        (accuracy,) = [r.accuracy for r in known if (r.place, r.method, r.seed) == same]
    else:
        accuracy = probe.accuracy(method, data)
    return Result(place, method, seed, accuracy, choice, where)


def page(results: list[Result]) -> str:
    """Write the table."""
    lines = [
        "# Long texts, measured",
        "",
        "`python benchmarks/long_texts.py`: one sentence with an opinion among eight neutral ones.",
        f"MiniLM is frozen and reads {_LENGTH} tokens of about 90; a linear probe is fitted on",
        f"{_TRAIN} texts and tested on {_TEST}. Test accuracy, mean and standard deviation, of",
        f"seeds {', '.join(map(str, sorted({each.seed for each in results})))}.",
        "*Windows* is the mean of the features of consecutive windows, *whole* a sequence length",
        "that holds every text: both compute about three times as much. *Chosen* is the truncation",
        "that `fit` chooses on the training texts; the other column has the choices.",
        *(f"Measured on {each}." for each in sorted({each.machine for each in results})),
        "",
        f"| opinion | {' | '.join(_METHODS)} | choices |",
        f"|---|{'---|' * len(_METHODS)}---|",
    ]
    for place in _PLACES:
        own = [each for each in results if each.place == place]
        cells = [spread([e.accuracy for e in own if e.method == method]) for method in _METHODS]
        choices = Counter(each.choice for each in own if each.choice)
        cells.append(", ".join(f"{name} ({n})" for name, n in choices.most_common()))
        lines.append(f"| {place} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_READING, ""])


_READING = [
    "If the opinion is where the truncation reads, the probe finds it; elsewhere its accuracy is",
    "about that of a guess, .5. The mean of windows and the whole text do not find one sentence",
    "among nine with so few training texts: the mean of all tokens hardly depends on it.",
    "",
    "kerastl does not average windows. The head reads the mean of the features of all windows, so",
    "that a LiteRT file, which has a fixed shape, would have to be divided into encoder and head,",
    "and each program that reads it would have to run the encoder once a window. A longer",
    "`sequence_length` needs no such division.",
]


def main() -> None:
    """Run what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--methods", nargs="*", choices=_METHODS, default=_METHODS)
    options = parser.parse_args()
    results, probe = [Result(**row) for row in read_lines(_PATH)], Probe()
    for seed, place, method in product(options.seeds, _PLACES, options.methods):
        if any((r.place, r.method, r.seed) == (place, method, seed) for r in results):
            continue
        results.append(run(method, place, seed, probe, results))
        print(results[-1], flush=True)
        append_lines(_PATH, results[-1:])
    _PAGE.write_text(page(results), "utf-8")


if __name__ == "__main__":
    main()
