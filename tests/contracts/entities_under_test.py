"""The small recipe of token classification, with sentences it can learn."""

from pathlib import Path
from typing import Any

import numpy as np

import kerastl as ktl
from kerastl.data.texts.bio import entities
from tests.contracts.recipes_under_test import Case

PEOPLE = ["ada", "marie", "alan", "grace"]
FAMILIES = ["curie", "lovelace", "turing", "hopper"]
PLACES = ["paris", "london", "rome", "oslo"]
OTHERS = ["moved", "to", "saw", "in", "with", "spoke", "quietly"]


def sentences(count: int) -> tuple[list[str], list[list[tuple[int, int, str]]]]:
    """Write sentences of which names and places are marked."""
    generator = np.random.default_rng(0)
    texts, marked = [], []
    for _ in range(count):
        text, found = "", []
        for _ in range(generator.integers(3, 6)):
            kind = generator.choice(["person", "place", ""], p=[0.25, 0.25, 0.5])
            if kind == "person":
                words = f"{generator.choice(PEOPLE)} {generator.choice(FAMILIES)}"
            else:
                words = str(generator.choice(PLACES if kind else OTHERS))
            start = len(text) + bool(text)
            text = f"{text} {words}".strip()
            if kind:
                found.append((start, start + len(words), str(kind)))
        texts.append(text)
        marked.append(found)
    return texts, marked


def found_again(predictions: list[Any], split: ktl.data.TaggedSplit) -> float:
    """Return the F1 of predicted spans."""
    right = named = 0
    for index, answer in enumerate(predictions):
        places = split.words[index]
        true = {
            (places[first, 0], places[stop - 1, 1], label)
            for label, first, stop in entities(split.tags(index))
        }
        guessed = {(entity.start, entity.end, entity.label) for entity in answer}
        right += len(true & guessed)
        named += len(true) + len(guessed)
    return 2 * right / max(1, named)


def check_entities(answer: Any, data: ktl.data.Dataset) -> None:
    """Demand spans in order, each of a known type and with a probability."""
    ends = [0, *(entity.end for entity in answer)]
    for end, entity in zip(ends, answer, strict=False):
        assert end <= entity.start < entity.end
        assert entity.label in data.train.types
        assert 0 < entity.score <= 1
        assert len(entity.text) == entity.end - entity.start


def entity_case(folder: Path | None = None) -> Case:
    """A tiny BERT and sentences in which every word has one tag."""
    texts, marked = sentences(120)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary += [*PEOPLE, *FAMILIES, *PLACES, *OTHERS, "."]

    def make() -> ktl.Recipe:
        backbone = ktl.backbone(
            "bert",
            weights=None,
            vocabulary=vocabulary,
            num_layers=1,
            num_heads=2,
            hidden_dim=16,
            intermediate_dim=32,
            max_sequence_length=16,
        )
        return ktl.TokenClassification(backbone)

    return Case(
        make=make,
        data=ktl.data.spans(texts, marked, validation_split=0.2, test_split=0.2, seed=0),
        raw=[texts[0]] * 2,
        first_stage="embeddings",
        learnable=0.5,
        default_needs_more=True,
        quick=[ktl.Phase("all", epochs=8, learning_rate=1e-2)],
        figure=lambda evaluation: evaluation.f1,
        recount=found_again,
        check_answer=check_entities,
    )
