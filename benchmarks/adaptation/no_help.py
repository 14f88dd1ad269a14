"""Targets that adaptation must not claim to have helped on."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from shared_folder import shared

import kerastl as ktl
from adaptation.photos import photo_recipe, photo_source, photos_of
from adaptation.recipe_run import recipe_run
from adaptation.sentence_domains import sentences_of, source_of
from adaptation.target_trained import text_recipe
from adaptation.task import Outcome, Task

_IDENTICAL = "identical domains"
_PAIRS = (_IDENTICAL, "unrelated target", "half the classes", "imbalanced target")
_METHODS = ("auto", "self_training", "domain_standardization", "dann")
_EXPLANATION = """
*Identical domains*: half of the IMDB sentences to the other half. *Unrelated target*: IMDB to
1,000 queries of clinc150, where no label is right; its accuracy is set to 0. *Half the classes*:
Office catalogue photos to the webcam photos of the first five classes. *Imbalanced target*: IMDB
to Amazon sentences, 450 positive and 50 negative. Goals: at most 1 of 5 seeds is called *helped*;
what is kept loses at most half a point, with `auto` in all cases and with any method on identical
domains. The rule for puzzling targets was found on seed 0 of the unrelated one. The rule that keeps
the baseline where the target is not one for adaptation was made after self-training had lost 4
points on identical domains.
"""


@dataclass(frozen=True)
class _Case:
    """Source and target, with the names of the target's classes."""

    recipe: Callable[[], ktl.Recipe]
    data: ktl.data.Dataset
    inputs: list[str]
    labels: list[str]


def _run(pair: str, seed: int, method: str) -> Outcome:
    case = _case(pair, seed)
    return recipe_run(case.recipe(), case.data, case.inputs, case.labels, method, seed)


@lru_cache
def _case(pair: str, seed: int) -> _Case:
    generator = np.random.default_rng(seed)
    if pair == "half the classes":
        paths, labels = photos_of("webcam")
        kept = np.flatnonzero(np.isin(labels, sorted(set(labels))[:5]))
        return _Case(photo_recipe, photo_source("amazon", seed), *_chosen(paths, labels, kept))
    if pair == _IDENTICAL:
        texts, labels = sentences_of("imdb")
        order = generator.permutation(len(texts))
        half = _chosen(texts, labels, order[:500])
        data = ktl.data.arrays(*half, validation_split=0.2, seed=seed)
        return _Case(text_recipe, data, *_chosen(texts, labels, order[500:]))
    data = source_of("imdb", seed)
    if pair == "unrelated target":
        path = shared() / "text" / "clinc150" / "data_full.json"
        queries = [text for text, _ in json.loads(path.read_text("utf-8"))["train"]]
        drawn = generator.permutation(len(queries))[:1000]
        return _Case(text_recipe, data, *_chosen(queries, [""] * len(queries), drawn))
    texts, labels = sentences_of("amazon")
    positive, negative = (
        generator.permutation(np.flatnonzero(np.array(labels) == name))
        for name in ("positive", "negative")
    )
    drawn = np.concatenate([positive[:450], negative[:50]])
    return _Case(text_recipe, data, *_chosen(texts, labels, drawn))


def _chosen(texts: list[str], labels: list[str], rows: np.ndarray) -> tuple[list[str], list[str]]:
    return [texts[i] for i in rows], [labels[i] for i in rows]


def _missed(results) -> list[str]:
    found = []
    for pair, method in product(_PAIRS, _METHODS):
        own = results.select(method, pair)
        claimed = sum(result.verdict == "helped" for result in own)
        if len(own) and claimed > len(own) / 5:
            found.append(f"{pair}, {method}: called helped in {claimed} of {len(own)} seeds")
        gains = [each.kept_accuracy - each.baseline_accuracy for each in own]
        bound = pair == _IDENTICAL or method == "auto"
        if bound and own and np.mean(gains) < -0.005:
            found.append(f"{pair}, {method}: what is kept loses {-np.mean(gains):.3f}, over .005")
    return found


TASK = Task(
    "no_help",
    "Where adaptation must not help",
    _EXPLANATION,
    _PAIRS,
    _METHODS,
    _run,
    _missed,
)
