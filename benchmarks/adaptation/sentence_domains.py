"""Sentences with a sentiment, by domain."""

from functools import lru_cache

import numpy as np
from main_job import rt_polarity
from shared_folder import shared

import kerastl as ktl

PAIRS = ("imdb → amazon", "yelp → amazon", "rt_polarity → amazon", "rt_polarity → yelp")
"""Movies and restaurants to products and restaurants."""


@lru_cache
def sentences_of(name: str, seed: int = 0) -> tuple[list[str], list[str]]:
    """Return a domain's 1,000 sentences and the names of their classes.

    Args:
        name: `"amazon"`, `"imdb"`, `"yelp"` or `"rt_polarity"`.
        seed: Draws those of rt_polarity, of which there are more. Defaults to 0.
    """
    if name == "rt_polarity":
        return _drawn_movie_sentences(seed)
    (path,) = (shared() / "text" / "sentiment_labelled_sentences").glob(f"{name}*labelled.txt")
    # Split on line feeds alone: a sentence may hold another line separator.
    rows = [line.rsplit(b"\t", 1) for line in path.read_bytes().split(b"\n") if line.strip()]
    names = ("negative", "positive")
    return [text.decode("utf-8") for text, _ in rows], [names[int(label)] for _, label in rows]


def source_of(name: str, seed: int) -> ktl.data.Dataset:
    """Return a domain's sentences with a fifth of them held out."""
    return ktl.data.arrays(*sentences_of(name, seed), validation_split=0.2, seed=seed)


def _drawn_movie_sentences(seed: int) -> tuple[list[str], list[str]]:
    texts, labels = rt_polarity()
    drawn_texts, drawn_labels = [], []
    for number, name in ((1, "positive"), (0, "negative")):
        lines = [text for text, each in zip(texts, labels, strict=True) if each == name]
        drawn = np.random.default_rng([seed, number]).permutation(len(lines))[:500]
        drawn_texts += [lines[i] for i in drawn]
        drawn_labels += [name] * len(drawn)
    return drawn_texts, drawn_labels
