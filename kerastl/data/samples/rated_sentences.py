"""Sentences from movie and product reviews, each rated by about twenty people."""

import io
import tarfile
from typing import TYPE_CHECKING

from kerastl.basics.arguments import check_number
from kerastl.data.samples.source_archive import SourceArchive

if TYPE_CHECKING:
    import pandas

_ARCHIVE = SourceArchive(
    "vaderSentiment", "3.3.2", "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
)
_RATINGS = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_FOLDER = "hutto_ICWSM_2014"


def movie_sentences(clear: float = 1.5) -> "pandas.DataFrame":
    """Read sentences from movie reviews with their mean human rating.

    The data is that of Hutto and Gilbert 2014, "VADER: A Parsimonious Rule-based Model for
    Sentiment Analysis of Social Media Text", under the MIT licence, in the source archive of the
    package vaderSentiment. The first call downloads 2.5 MB from the package index.

    Args:
        clear: Least size of the rating. Sentences that are rated nearer to 0 are left out: people
            disagree on many of them. 0 keeps all 10,605. Defaults to 1.5, which keeps 7,079.

    Returns:
        A table with the columns `text`; `rating`, the mean of all ratings, from -4 (negative) to
        4 (positive); and `label`, `"positive"` or `"negative"` by the sign of the rating, None for
        a rating of 0.

    Raises:
        ConnectionError: If the archive cannot be downloaded.
        ValueError: If `clear` is below 0 or above 4.

    Example:

    ```python
    sentences = ktl.data.samples.movie_sentences().sample(750, random_state=0)
    data = ktl.data.dataframe(sentences, text="text", label="label", validation_split=0.2)
    ```
    """
    return _sentences("movie", clear)


def product_sentences(clear: float = 1.5) -> "pandas.DataFrame":
    """Read sentences from product reviews with their mean human rating.

    The source is that of `movie_sentences`.

    Args:
        clear: Least size of the rating. 0 keeps all 3,708. Defaults to 1.5, which keeps 1,762.

    Returns:
        A table as that of `movie_sentences`, with one more column: `review`, the number of the
        review that a sentence is from. Pass it as `group`, so that the sentences of a review stay
        in one split.

    Raises:
        ConnectionError: If the archive cannot be downloaded.
        ValueError: If `clear` is below 0 or above 4.
    """
    return _sentences("amazon", clear)


def _sentences(kind: str, clear: float) -> "pandas.DataFrame":
    import pandas

    check_number("clear", clear, "[0, 4]")
    rows = []
    for line in _content(kind).replace(b"\r\n", b"\n").split(b"\n"):
        if line.strip():
            identity, rating, text = line.split(b"\t")
            rows.append(
                (text.decode("utf-8", "replace"), float(rating), identity.split(b"_")[0].decode())
            )
    table = pandas.DataFrame(rows, columns=["text", "rating", "review"])
    table = table[table.rating.abs() >= clear].reset_index(drop=True)
    names = {1: "positive", -1: "negative", 0: None}
    table["label"] = [names[(rating > 0) - (rating < 0)] for rating in table.rating]
    # Every movie sentence has a number of its own.
    return table.drop(columns="review") if kind == "movie" else table


def _content(kind: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(_ARCHIVE.read())) as package:
        inner = package.extractfile(_RATINGS)
        assert inner is not None
        with tarfile.open(fileobj=inner) as ratings:
            found = ratings.extractfile(f"{_FOLDER}/{kind}ReviewSnippets_GroundTruth.txt")
            assert found is not None
            return found.read()
