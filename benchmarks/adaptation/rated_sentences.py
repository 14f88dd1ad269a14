"""Movie and product sentences that several people have rated."""

from functools import lru_cache

import numpy as np

import kerastl as ktl

# Ratings are from -4 to 4. Sentences between are mixed or neutral.
_CLEAR = 1.5
_TRAINED, _HELD_OUT = 600, 150


def movies(seed: int) -> ktl.data.Dataset:
    """Return 600 labelled movie sentences and 150 held out, drawn by seed."""
    texts, labels = rated("movie")
    drawn = np.random.default_rng(seed).permutation(len(texts))[: _TRAINED + _HELD_OUT]
    chosen = [texts[i] for i in drawn], [labels[i] for i in drawn]
    share = _HELD_OUT / (_TRAINED + _HELD_OUT)
    return ktl.data.arrays(*chosen, validation_split=share, seed=seed)


def products() -> tuple[list[str], list[str]]:
    """Return all product sentences with a clear rating, and the names of their classes."""
    return rated("amazon")


@lru_cache
def rated(kind: str) -> tuple[list[str], list[str]]:
    """Return sentences whose mean rating is beyond 1.5, and the names of their classes.

    Args:
        kind: `"movie"` or `"amazon"`.
    """
    samples = ktl.data.samples
    table = samples.movie_sentences() if kind == "movie" else samples.product_sentences()
    table = table[table.rating.abs() > _CLEAR]
    return table.text.tolist(), table.label.tolist()
