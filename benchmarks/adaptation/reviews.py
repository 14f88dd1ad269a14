"""The Amazon reviews of the DANN paper, as counts and as features."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.datasets import load_svmlight_files
from transfer.stopwatch import Elapsed, Stopwatch

from adaptation.latent_features import latent_features, of_length_one

DOMAINS = ("books", "dvd", "electronics", "kitchen")
_TERMS = 5000


@dataclass(frozen=True)
class Part:
    """Reviews of one domain: counts of terms, shape `(reviews, 5000)`, and labels, 0 or 1."""

    counts: sparse.csr_matrix
    labels: np.ndarray


@lru_cache(maxsize=1)
def reviews() -> dict[tuple[str, str], Part]:
    """Read the official parts, by domain and `"train"` or `"test"`."""
    # Read here, as the environment of a peer has no kerastl to find the folder with.
    shared = os.environ.get("KERASTL_SHARED")
    if not shared:
        raise SystemExit("set KERASTL_SHARED to the folder with real weights and data sets")
    folder = Path(shared) / "adaptation" / "amazon_dann_bow5000"
    names = [(domain, part) for domain in DOMAINS for part in ("train", "test")]
    files = [str(folder / f"{domain}_{part}.svmlight") for domain, part in names]
    read = load_svmlight_files(files, n_features=_TERMS)
    return {
        name: Part(read[2 * i], (read[2 * i + 1] > 0).astype("int32"))
        for i, name in enumerate(names)
    }


def log_counts(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return logarithms of counts, every review of length 1."""
    return of_length_one(counts.log1p().astype("float32"))


@dataclass(frozen=True)
class Features:
    """Features by domain and part, and what it took to make them."""

    of: dict[tuple[str, str], np.ndarray]
    elapsed: Elapsed


def semantic_features(one: str, other: str) -> Features:
    """Return the latent features of two domains' parts."""
    return _semantic_features(*sorted((one, other)))


@lru_cache(maxsize=6)
def _semantic_features(one: str, other: str) -> Features:
    watch = Stopwatch()
    counts = {
        (domain, part): reviews()[domain, part].counts
        for domain in (one, other)
        for part in ("train", "test")
    }
    return Features(latent_features(counts), watch.elapsed())
