import hashlib
import subprocess

import numpy as np
import pytest

import kerastl as ktl
from kerastl.data.samples.source_archive import SourceArchive


@pytest.fixture
def movies():
    try:
        return ktl.data.samples.movie_sentences()
    except ConnectionError as error:
        pytest.skip(f"the package index cannot be reached: {error}")


def test_movie_sentences_are_rated_by_people(movies):
    assert list(movies.columns) == ["text", "rating", "label"]
    assert len(movies) == 7079
    assert movies.rating.abs().min() >= 1.5
    assert movies.rating.abs().max() <= 4
    assert set(movies.label[movies.rating > 0]) == {"positive"}
    assert set(movies.label[movies.rating < 0]) == {"negative"}


def test_all_sentences_can_be_kept(movies):
    every = ktl.data.samples.movie_sentences(clear=0)
    assert len(every) == 10605
    assert every.label[every.rating == 0].isna().all()
    assert set(movies.text) <= set(every.text)


def test_product_sentences_know_their_review(movies):
    products = ktl.data.samples.product_sentences()
    assert len(products) == 1762
    assert products.review.nunique() < len(products)
    data = ktl.data.dataframe(
        products, text="text", label="label", group="review", validation_split=0.3
    )
    texts = [set(split.inputs) for split in (data.train, data.validation)]
    reviews = [set(products.review[products.text.isin(each)]) for each in texts]
    # Few short sentences, such as "i love it!", are in several reviews.
    assert len(reviews[0] & reviews[1]) < 0.1 * products.review.nunique()


@pytest.mark.parametrize("clear", [-1, 5, "1", float("nan")])
def test_a_rating_that_does_not_exist_is_refused(clear):
    with pytest.raises(ValueError, match=r"`clear` must be .*Received: "):
        ktl.data.samples.movie_sentences(clear)


def test_a_failed_download_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "no_index").as_uri())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(ConnectionError, match=r"pip could not download .*Received: "):
        ktl.data.samples.movie_sentences()
    assert not list(tmp_path.rglob("*.tar.gz"))


def test_an_archive_with_another_hash_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    archive = SourceArchive("somewhere", "1.0", hashlib.sha256(b"right").hexdigest())
    kept = tmp_path / "datasets" / archive.name
    kept.parent.mkdir()
    kept.write_bytes(b"wrong")

    def write(command, **options):
        (tmp_path / "datasets" / archive.name).write_bytes(b"wrong")
        folder = command[command.index("-d") + 1]
        with open(f"{folder}/{archive.name}", "wb") as file:
            file.write(b"wrong, too")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", write)
    with pytest.raises(ConnectionError, match="another hash"):
        archive.read()
    kept.write_bytes(b"right")
    assert archive.read() == b"right"


def test_digits_have_one_form():
    handwritten, printed = (
        ktl.data.samples.handwritten_digits(),
        ktl.data.samples.printed_digits(50),
    )
    for images, labels in (handwritten, printed):
        assert images.dtype == np.uint8
        assert images.shape == (len(labels), 32, 32)
        assert set(labels) <= set(range(10))
    assert len(handwritten[0]) == 1797
    np.testing.assert_array_equal(printed[0], ktl.data.samples.printed_digits(50)[0])
    assert (printed[0] != ktl.data.samples.printed_digits(50, seed=1)[0]).any()
