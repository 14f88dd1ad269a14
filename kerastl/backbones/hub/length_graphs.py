"""A text function traced once for each sequence length."""

from collections.abc import Callable
from typing import Any


class LengthGraphs:
    """Run a function of texts and a length in a `tf.function` for that length.

    Tracing a tokenizer takes longer than tokenizing a thousand texts, so the number of texts never
    causes a new trace.

    Args:
        pack: Called in the graph with a string tensor of shape `(N,)` and the length.
    """

    def __init__(self, pack: Callable[[Any, int], Any]) -> None:
        self._pack = pack
        self._graphs: dict[int, Any] = {}

    def __call__(self, texts: Any, sequence_length: int) -> Any:
        """Pack strings or a string tensor; the tensor may be symbolic inside a `tf.function`."""
        import tensorflow as tf

        if sequence_length not in self._graphs:
            self._graphs[sequence_length] = tf.function(
                lambda strings: self._pack(strings, sequence_length),
                [tf.TensorSpec((None,), tf.string)],
                autograph=False,
            )
        return self._graphs[sequence_length](tf.convert_to_tensor(texts, tf.string))
