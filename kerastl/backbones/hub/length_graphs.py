"""One graph for each length of sequences, whatever the number of texts."""

from collections.abc import Callable
from typing import Any


class LengthGraphs:
    """Run a function of texts and a length in the graph of that length.

    Making the graph of a tokenizer takes longer than tokenizing a thousand texts, so none is made
    again because there are more or fewer of them.

    Args:
        pack: Called in the graph with a string tensor of shape `(N,)` and the length.
    """

    def __init__(self, pack: Callable[[Any, int], Any]) -> None:
        self._pack = pack
        self._graphs: dict[int, Any] = {}

    def __call__(self, texts: Any, sequence_length: int) -> Any:
        """Call it on strings, or on a string tensor, symbolic inside a `tf.function`."""
        import tensorflow as tf

        if sequence_length not in self._graphs:
            self._graphs[sequence_length] = tf.function(
                lambda strings: self._pack(strings, sequence_length),
                [tf.TensorSpec((None,), tf.string)],
                autograph=False,
            )
        return self._graphs[sequence_length](tf.convert_to_tensor(texts, tf.string))
