"""Find texts that are almost the same."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np

from kerastl.seeing.inspecting.groups import Groups, buckets, pairs_within

_SHINGLE = 5  # characters
_LEAST_SHARE = 0.8
_FEWEST_SHINGLES = 15
# Texts that share 80 % are compared in 98 of 100 cases, those that share half in 19.
_BANDS, _ROWS = 13, 6
_MOST_IN_BUCKET = 10
_LEAST_AGREEMENT = 0.65
_NO_WORD = re.compile(r"[^\w]+")


def normalized_text(text: str) -> str:
    """Return a text without differences of case, punctuation, spaces and Unicode forms.

    >>> normalized_text("What's  NEW?")
    'what s new'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip()


def join_near_texts(texts: Sequence[str], groups: Groups, seed: int = 0) -> None:
    """Join texts that are equal when normalized, or share 80 % of their runs of 5 characters.

    Candidates come from MinHash (Broder 1997); the share is then counted exactly.

    Args:
        texts: The texts.
        groups: The groups, which grow.
        seed: Seed of the hash functions. Defaults to 0.
    """
    normalized = [normalized_text(text) for text in texts]
    for bucket in buckets(each or None for each in normalized):
        for other in bucket[1:]:
            groups.join(bucket[0], other)
    # Of equal texts, the first one is compared.
    firsts = [index for index in range(len(texts)) if groups.of(index) == index]
    shingles = [_shingles(normalized[index]) for index in firsts]
    signatures = _signatures(shingles, seed)
    long_enough = [len(each) >= _FEWEST_SHINGLES for each in shingles]
    for band in range(_BANDS):
        part = np.ascontiguousarray(signatures[:, band * _ROWS : (band + 1) * _ROWS])
        keys = [row.tobytes() if ok else None for row, ok in zip(part, long_enough, strict=True)]
        for bucket in buckets(keys):
            for one, other in pairs_within(bucket, _MOST_IN_BUCKET):
                is_new = groups.of(firsts[one]) != groups.of(firsts[other])
                # The share of equal signatures estimates the share of equal shingles.
                agreement = np.mean(signatures[one] == signatures[other]) if is_new else 0.0
                if (
                    agreement >= _LEAST_AGREEMENT
                    and _share(shingles[one], shingles[other]) >= _LEAST_SHARE
                ):
                    groups.join(firsts[one], firsts[other])


def _shingles(text: str) -> np.ndarray:
    # Of a very long text, the beginning tells it apart.
    text = text[:20_000]
    runs = {text[start : start + _SHINGLE] for start in range(max(0, len(text) - _SHINGLE + 1))}
    codes = [zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs]
    return np.unique(np.array(codes, np.uint64))


def _signatures(shingles: Sequence[np.ndarray], seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    count = _BANDS * _ROWS
    # Odd factors modulo 2 ** 64 permute the codes; the shift brings the high bits down.
    factors = generator.integers(0, 2**63, count, np.uint64) * np.uint64(2) + np.uint64(1)
    offsets = generator.integers(0, 2**64, count, np.uint64, endpoint=False)
    signatures = np.zeros((len(shingles), count), np.uint64)
    for row, codes in enumerate(shingles):
        if len(codes) >= _FEWEST_SHINGLES:
            hashed = (codes[:, None] + offsets) * factors
            hashed ^= hashed >> np.uint64(31)
            signatures[row] = (hashed * factors).min(axis=0)
    return signatures


def _share(one: np.ndarray, other: np.ndarray) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)
