"""The reviews in `recipes/reviews` match their README."""

import csv
import itertools
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "recipes" / "reviews"


@pytest.fixture(params=["movies", "products"])
def rows(request):
    with (FOLDER / f"{request.param}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_enough_and_half_are_positive(rows):
    labels = Counter(row["label"] for row in rows)
    assert len(rows) >= 400
    assert labels["positive"] == labels["negative"] == len(rows) / 2


def test_hard_cases_are_there_with_both_labels(rows):
    kinds = Counter((row["kind"], row["label"]) for row in rows)
    for kind in ("negation", "irony", "mixed"):
        assert min(kinds[kind, "positive"], kinds[kind, "negative"]) >= 15
    assert {kind for kind, _ in kinds} == {"plain", "negation", "irony", "mixed"}


def test_no_two_are_alike_and_none_is_a_template(rows):
    words = [frozenset(row["text"].lower().split()) for row in rows]
    for one, other in itertools.combinations(words, 2):
        assert len(one & other) / len(one | other) < 0.6
    openings = Counter(tuple(row["text"].lower().split()[:2]) for row in rows)
    assert max(openings.values()) <= 8
