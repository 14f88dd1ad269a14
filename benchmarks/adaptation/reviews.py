"""The Amazon reviews of the DANN paper, as counts and as features."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse import linalg
from sklearn.datasets import load_svmlight_files
from sklearn.utils.extmath import randomized_svd
from transfer.stopwatch import Elapsed, Stopwatch

DOMAINS = ("books", "dvd", "electronics", "kitchen")
_TERMS = 5000
_DIRECTIONS = 300
# Of every example's features; smaller ones are learned more slowly.
_LENGTH = 5.0


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
    return _of_length_one(counts.log1p().astype("float32"))


@dataclass(frozen=True)
class Features:
    """Features by domain and part, and what it took to make them."""

    of: dict[tuple[str, str], np.ndarray]
    elapsed: Elapsed


def semantic_features(one: str, other: str) -> Features:
    """Return features of two domains' parts, found without labels.

    Log counts are weighed by how rare a term is in the training reviews of both domains, and
    projected on the first singular directions of those (latent semantic analysis, Deerwester et
    al. 1990): terms that occur with the same ones become alike, whichever domain they are from.
    Each domain is centred on its own training reviews: what all of its reviews have in common
    tells nothing of a single one. The axes are then turned at random: Adam takes equal steps along
    every axis, and would otherwise learn from the last, noisy direction as fast as from the first.
    """
    return _semantic_features(*sorted((one, other)))


@lru_cache(maxsize=6)
def _semantic_features(one: str, other: str) -> Features:
    watch = Stopwatch()
    parts = {
        (domain, part): reviews()[domain, part].counts
        for domain in (one, other)
        for part in ("train", "test")
    }
    training = sparse.vstack([parts[one, "train"], parts[other, "train"]]).tocsr()
    occurrences = np.asarray((training > 0).sum(axis=0)).ravel()
    rarity = np.log((1 + training.shape[0]) / (1 + occurrences)).astype("float32")

    def weighed(counts: sparse.csr_matrix) -> sparse.csr_matrix:
        return _of_length_one(counts.log1p().multiply(rarity).tocsr().astype("float32"))

    directions = randomized_svd(weighed(training), _DIRECTIONS, random_state=0)[2].T
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((_DIRECTIONS, _DIRECTIONS)))[0]
    turned = {name: weighed(counts) @ directions @ turn for name, counts in parts.items()}
    found = {
        (domain, part): _LENGTH * _of_length_one(rows - turned[domain, "train"].mean(axis=0))
        for (domain, part), rows in turned.items()
    }
    return Features(found, watch.elapsed())


def _of_length_one(rows):
    if sparse.issparse(rows):
        lengths = linalg.norm(rows, axis=1)
        return sparse.diags(1 / np.maximum(lengths, 1e-8)).astype("float32") @ rows
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-8)).astype("float32")
