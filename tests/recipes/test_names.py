"""The sentences in `recipes/names` match their README."""

from pathlib import Path

import kerastl as ktl

FILE = Path(__file__).resolve().parents[2] / "recipes" / "names" / "sentences.conll"


def test_there_are_enough_of_each_type_and_none_twice():
    train = ktl.data.conll(FILE).train
    assert len(train) == 64
    assert set(train.types) == {"person", "place", "organization"}
    assert min(train.class_counts().values()) >= 20
    assert len(set(train.inputs)) == 64
    assert f"{len(train)} sentences" in (FILE.parent / "README.md").read_text()
