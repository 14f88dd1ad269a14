"""Find texts whose tags disagree with a linear probe on the vectors of their words."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.labels.classes import class_evidence
from kerastl.seeing.inspecting.problem import Problem

# Words outside of entities for each word inside: more only teach what most words are.
_OUTSIDE = 5
_FEWEST_WORDS = 2_000


def entity_problems(
    examples: AllExamples, whole: TaggedSplit, backbone: Any, groups: np.ndarray, seed: int
) -> list[Problem]:
    """Report the texts with words whose entity type looks wrong.

    Args:
        examples: The texts.
        whole: The same texts with their tags.
        backbone: The backbone that reads them.
        groups: Group of each text; copies are held out together.
        seed: Seed of the sample of words and of the folds.

    Returns:
        One problem for each text, the surest first.
    """
    from kerastl.tasks.embedding.embedding import Embedding

    kinds = ("no entity", *whole.types)
    type_of = np.array([0 if tag == "O" else kinds.index(tag[2:]) for tag in whole.class_names])
    words = Embedding(backbone).word_embeddings(examples.texts)
    places = [
        (text, word, int(type_of[whole.labels[text, place]]), vector)
        for text, offsets in enumerate(whole.words)
        for place, word in enumerate(offsets)
        if (vector := _vector(words[text], word)) is not None
    ]
    labels = np.array([kind for _, _, kind, _ in places], np.int64)
    chosen = _sampled(labels, seed)
    places, labels = [places[i] for i in chosen], labels[chosen]
    vectors = np.stack([vector for *_, vector in places]).astype("float32")
    of_text = groups[[text for text, *_ in places]]
    evidence = class_evidence(vectors - vectors.mean(axis=0), labels, len(kinds), of_text, seed)
    probable, found = evidence.probable, {}
    for row in evidence.ranked().tolist():
        text, (start, end), kind, _ = places[row]
        if text not in found:
            word = printable(whole.inputs[text][start:end])
            other = printable(kinds[int(evidence.best[row])])
            found[text] = Problem(
                "label",
                examples.key(text),
                examples.split(text),
                "",
                "",
                f"{word!r} is tagged {printable(kinds[kind])}, and looks like {other}",
                float((1 + evidence.margin[row]) / 2),
                text,
                probable=bool(probable[row]),
            )
    return list(found.values())


def _sampled(labels: np.ndarray, seed: int) -> np.ndarray:
    inside = np.flatnonzero(labels > 0)
    outside = np.random.default_rng(seed).permutation(np.flatnonzero(labels == 0))
    most = max(_OUTSIDE * len(inside), _FEWEST_WORDS)
    return np.sort(np.concatenate([inside, outside[:most]]))


def _vector(words: Any, offsets: np.ndarray) -> np.ndarray | None:
    """Return the vector of the word at some offsets, or None if the backbone did not read it."""
    start, end = offsets.tolist()
    overlapping = [each.vector for each in words if each.start < end and start < each.end]
    return np.mean(overlapping, axis=0) if overlapping else None
