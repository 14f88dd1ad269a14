"""Hash the inputs of a split: equal inputs in equal order have equal hashes."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from kerastl.basics.files.regular_file import open_regular
from kerastl.data.images.encoded_images import EncodedImages, Images

_DIGEST_SIZE = 16  # bytes


def fingerprint(inputs: Any) -> str:
    """Return the hash of a split's inputs; see `Split.fingerprint`.

    Args:
        inputs: Images, or a sequence of strings.

    Returns:
        32 hexadecimal digits.
    """
    total = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    if isinstance(inputs, Images):
        total.update(b"images")
        with ThreadPoolExecutor() as pool:
            for digest in pool.map(lambda i: _image(inputs, i), range(len(inputs))):
                total.update(digest)
    else:
        total.update(b"texts")
        for text in inputs:
            # JSON marks the end of each text and can encode any Python string.
            total.update(json.dumps(text).encode() + b"\n")
    return total.hexdigest()


def _image(images: Images, index: int) -> bytes:
    held = images[index]
    pixel_range = images.range_of(index) if isinstance(images, EncodedImages) else None
    # Decoded pixels are converted already.
    suffix = b"" if pixel_range is None else f" {pixel_range}".encode()
    if isinstance(held, str):
        with open_regular(held) as file:  # read in pieces: an image may be large
            return hashlib.file_digest(file, _blake2b).digest() + suffix
    digest = _blake2b(suffix)
    if isinstance(images, EncodedImages):
        digest.update(held)
    else:
        digest.update(f"{held.dtype.str} {held.shape} ".encode())
        digest.update(np.ascontiguousarray(held))
    return digest.digest()


def _blake2b(content: bytes = b"") -> Any:
    return hashlib.blake2b(content, digest_size=_DIGEST_SIZE)
