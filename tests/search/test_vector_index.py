import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.basics.files.damaged import DamagedFileError
from kerastl.search import Hit, VectorIndex


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(20, 4)).astype("float32")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, 12))
def test_hits_are_those_of_all_cosines_sorted(seed, k):
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(9, 3))
    query = generator.normal(size=3)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    cosines = vectors @ query / lengths
    hits = VectorIndex(vectors).search(query, k)
    assert [hit.position for hit in hits] == np.argsort(-cosines).tolist()[:k]
    assert [hit.similarity for hit in hits] == pytest.approx(np.sort(cosines)[::-1][:k])


def test_one_query_gives_hits_and_several_give_lists(vectors):
    texts = [f"text {number}" for number in range(20)]
    known = dict(zip(texts, vectors, strict=True))
    index = VectorIndex(vectors, texts, lambda asked: np.stack([known[each] for each in asked]))
    (hit,) = index.search("text 7", k=1)
    assert hit == Hit(7, "text 7", pytest.approx(1.0))
    assert [each[0].input for each in index.search(["text 3", "text 5"], k=2)] == [
        "text 3",
        "text 5",
    ]
    assert index.search([]) == []
    assert str(hit).endswith("text 7")


def test_a_saved_index_finds_the_same(vectors, tmp_path):
    index = VectorIndex(vectors, ["ä", *map(str, range(19))])
    folder = index.save(tmp_path / "index")
    loaded = VectorIndex.load(folder)
    # A mapped file that another program truncates would end the process.
    assert not isinstance(loaded.vectors, np.memmap)
    assert loaded.search(vectors[0], 3) == index.search(vectors[0], 3)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        index.save(folder)
    index.save(folder, overwrite=True)


def test_inputs_that_json_cannot_hold_keep_their_positions(vectors, tmp_path):
    folder = VectorIndex(vectors, [np.zeros(3)] * 20).save(tmp_path / "index")
    (hit,) = VectorIndex.load(folder).search(vectors[4], 1)
    assert (hit.position, hit.input) == (4, None)


def test_misuse_says_what_to_do(vectors, tmp_path):
    index = VectorIndex(vectors)
    for use, match in (
        (lambda: index.search("text"), "pass embed="),
        (lambda: index.search(np.zeros(5)), "vectors of width 4"),
        (lambda: index.search(vectors[0], k=0), "at least 1"),
        (lambda: VectorIndex(vectors, ["one"]), "one input for each vector"),
        (lambda: VectorIndex(vectors[:0]), "at least one"),
    ):
        with pytest.raises(ValueError, match=match):
            use()
    with pytest.raises(FileNotFoundError, match=r"index\.json"):
        VectorIndex.load(tmp_path)
    folder = index.save(tmp_path / "index")
    (folder / "index.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(ValueError, match="newer kerastl"):
        VectorIndex.load(folder)


def test_altered_vectors_are_named(vectors, tmp_path):
    folder = VectorIndex(vectors).save(tmp_path / "index")
    content = bytearray((folder / "vectors.npy").read_bytes())
    content[-1] ^= 1
    (folder / "vectors.npy").write_bytes(content)
    with pytest.raises(DamagedFileError, match=r"vectors\.npy is damaged: its checksum"):
        VectorIndex.load(folder)
