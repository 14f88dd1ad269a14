"""Find held-out examples that the training split has too."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np

from kerastl.basics.files.regular_file import open_regular
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.splits.splitting import PARTS


def duplicate_notes(inputs: Sequence[str] | Images, parts: np.ndarray) -> list[str]:
    """Describe the held-out inputs that the training split has too.

    Texts are compared without surrounding spaces, image files by a hash of their bytes. Images that
    are not in files are not compared.

    Args:
        inputs: Images or texts.
        parts: The split of each input: integers that index `PARTS`, shape `(count,)`.

    Returns:
        One sentence for each held-out split with such inputs.

    Example:

    >>> duplicate_notes(["good", "bad", "good"], np.array([0, 0, 2]))
    ['texts of the test split also in training: 1 (leakage: metrics on this split are optimistic)']
    """
    if isinstance(inputs, Images):
        if not isinstance(inputs, EncodedImages) or not inputs.in_files:
            return []
        return _shared(
            len(inputs),
            parts,
            [lambda i: Path(inputs[i]).stat().st_size, lambda i: _file_hash(inputs[i])],
            "images",
        )
    return _shared(len(inputs), parts, [lambda i: inputs[i].strip()], "texts")


def _shared(
    count: int, parts: np.ndarray, keys: list[Callable[[int], Hashable]], what: str
) -> list[str]:
    # Each key is computed only for inputs whose cheaper keys, before it, are equal.
    candidates = [list(range(count))]
    for key in keys:
        finer: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
        for number, group in enumerate(candidates):
            for i in group:
                finer[number, key(i)].append(i)
        candidates = [g for g in finer.values() if len(set(parts[g].tolist())) > 1]
    notes = []
    for part in (1, 2):
        shared = sum(int((parts[g] == part).sum()) for g in candidates if (parts[g] == 0).any())
        if shared:
            notes.append(
                f"{what} of the {PARTS[part]} split also in training: {shared} "
                "(leakage: metrics on this split are optimistic)"
            )
    return notes


def _file_hash(path: str) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
