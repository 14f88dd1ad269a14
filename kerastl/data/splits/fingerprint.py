"""What a split holds, as one short text: equal for equal inputs in equal order."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images

_DIGEST_SIZE = 16  # bytes


def fingerprint(inputs: Any) -> str:
    """Do the work of `Split.fingerprint`.

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
            # JSON marks where one text ends, and takes any character that Python does.
            total.update(json.dumps(text).encode() + b"\n")
    return total.hexdigest()


def _image(images: Images, index: int) -> bytes:
    held = images[index]
    if isinstance(held, str):
        with open(held, "rb") as file:  # read in pieces: an image may be large
            return hashlib.file_digest(file, _blake2b).digest()
    digest = _blake2b()
    if isinstance(images, EncodedImages):
        digest.update(held)
    else:
        digest.update(f"{held.dtype.str} {held.shape} ".encode())
        digest.update(np.ascontiguousarray(held))
    return digest.digest()


def _blake2b() -> Any:
    return hashlib.blake2b(digest_size=_DIGEST_SIZE)
