"""Find images that look almost the same."""

from __future__ import annotations

import numpy as np

from kerastl.seeing.inspecting.groups import Groups, buckets, pairs_within
from kerastl.seeing.inspecting.image_facts import ImageFacts

# Bits of 256 that differ between two copies of an image, and grey values between their pixels.
# Resized and compressed copies stay below both; consecutive photos of one scene rarely do.
_MOST_BITS = 12
_MOST_GREY = 6.0
# With at most 12 different bits, one of 16 pieces of 16 bits is equal.
_PIECES = 16
# Images of one colour have no structure to compare.
_LEAST_CONTRAST = 4.0
_MOST_IN_BUCKET = 20


def join_near_images(facts: ImageFacts, groups: Groups) -> None:
    """Join images whose difference hashes and grey copies are almost equal.

    Args:
        facts: What was read of the images.
        groups: The groups, which grow.
    """
    hashes = facts.hashes
    flat = facts.grey.reshape(len(hashes), -1)
    plain = flat.std(axis=1) < _LEAST_CONTRAST
    usable = np.array([bool(digest) for digest in facts.digests], bool) & ~plain
    packed = np.packbits(hashes, axis=1)
    pieces = packed.view(np.uint16).reshape(len(hashes), _PIECES)
    for piece in range(_PIECES):
        keys = [int(key) if ok else None for key, ok in zip(pieces[:, piece], usable, strict=True)]
        for bucket in buckets(keys):
            for one, other in pairs_within(bucket, _MOST_IN_BUCKET):
                if groups.of(one) != groups.of(other) and _alike(packed, flat, one, other):
                    groups.join(one, other)


def _alike(packed: np.ndarray, flat: np.ndarray, one: int, other: int) -> bool:
    bits = int(np.bitwise_count(packed[one] ^ packed[other]).sum())
    if bits > _MOST_BITS:
        return False
    apart = np.abs(flat[one].astype(np.int16) - flat[other].astype(np.int16)).mean()
    return bool(apart <= _MOST_GREY)
