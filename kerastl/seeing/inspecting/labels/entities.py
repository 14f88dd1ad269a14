"""Find texts whose tags disagree with a linear probe on the vectors of their words."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.assembly.label_text import entities_text
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.data.texts.bio import entities
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.labels.classes import class_evidence
from kerastl.seeing.inspecting.problem import Problem

# Words outside of entities for each word inside: more only teach what most words are.
_OUTSIDE = 5
_FEWEST_WORDS = 2_000
NO_ENTITY = "no entity"


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

    kinds = (NO_ENTITY, *whole.types)
    type_of = np.array([0 if tag == "O" else kinds.index(tag[2:]) for tag in whole.class_names])
    words = Embedding(backbone).word_embeddings(examples.texts)
    places = [
        (text, place, int(type_of[whole.labels[text, place]]), vector)
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
    probable = evidence.probable
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in evidence.ranked().tolist():
        found[places[row][0]].append((row, places[row][1]))
    problems = []
    for text, rows in found.items():
        sure = [each for each in rows if probable[each[0]]] or rows
        first, word = rows[0]
        start, end = whole.words[text][word].tolist()
        other = printable(kinds[int(evidence.best[first])])
        said = printable(whole.inputs[text][start:end])
        problems.append(
            Problem(
                "label",
                examples.key(text),
                examples.split(text),
                examples.given(text),
                _retagged(whole, text, {w: kinds[int(evidence.best[row])] for row, w in sure}),
                f"{said!r} is tagged {printable(kinds[places[first][2]])}, and looks like {other}",
                float(evidence.score[first]),
                text,
                probable=bool(probable[first]),
            )
        )
    return problems


def _retagged(whole: TaggedSplit, text: int, changed: dict[int, str]) -> str:
    """Return the entities of a text, with other types for some of its words."""
    tags: list[str] = []
    for word, tag in enumerate(whole.tags(text)):
        kind = changed.get(word, tag[2:] or NO_ENTITY)
        follows = bool(tags) and tags[-1][2:] == kind and (word in changed or tag[0] == "I")
        tags.append("O" if kind == NO_ENTITY else f"{'I' if follows else 'B'}-{kind}")
    places = whole.words[text]
    return entities_text(
        [
            (kind, int(places[first, 0]), int(places[stop - 1, 1]))
            for kind, first, stop in entities(tags)
        ]
    )


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
