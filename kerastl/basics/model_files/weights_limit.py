"""Limit the weights that are made while a model is loaded."""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kerastl.basics.model_files.errors import RefusedModelError

# A model is made several times, for example once more with nested models flattened.
_COPIES = 8
# A file may hold a weight in 8 bits.
_WIDER = 4
_ONE_WEIGHT = 64 * 2**20
# Stages that the saved model does not use are made, too.
_ALL_WEIGHTS = 512 * 2**20
_BYTES = 4
_lock = threading.RLock()


@contextmanager
def weights_limit(layer_class: Any, stored: int, source: str) -> Iterator[None]:
    """Refuse weights that are larger than those in the file, before they are made.

    Args:
        layer_class: `keras.Layer`, or that of tf-keras.
        stored: Bytes of the weights in the file.
        source: The file, for errors.

    Raises:
        RefusedModelError: If a layer would make larger weights inside the block.
    """
    left = _COPIES * stored + _ALL_WEIGHTS
    thread = threading.get_ident()
    original = layer_class.add_weight
    signature = inspect.signature(original)

    def add_weight(self: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal left
        if threading.get_ident() == thread:
            given = signature.bind(self, *arguments, **options).arguments
            shape = given.get("shape") or ()
            sizes = [shape] if isinstance(shape, int) else list(shape)
            size = _BYTES * math.prod(each or 1 for each in sizes)
            left -= size
            if size > _WIDER * stored + _ONE_WEIGHT or left < 0:
                raise RefusedModelError(
                    f"The model is not loaded: layer {self.name!r} makes weights of "
                    f"{size / 1e6:,.0f} MB, and the file holds {stored / 1e6:,.0f} MB. "
                    f"Received: {source!r}"
                )
        return original(self, *arguments, **options)

    with _lock:
        # Keras has no other place where the size of a weight is known before it is made.
        layer_class.add_weight = add_weight
        try:
            yield
        finally:
            layer_class.add_weight = original
