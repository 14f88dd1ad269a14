"""A text function traced once for each sequence length."""

from collections.abc import Callable, Hashable
from typing import Any


class LengthGraphs:
    """Run a function of texts and settings in a `tf.function` for these settings.

    Tracing a tokenizer takes longer than tokenizing a thousand texts, so the number of texts never
    causes a new trace.

    Args:
        pack: Called in the graph with a string tensor of shape `(N,)` and the settings, such as
            the sequence length.
    """

    def __init__(self, pack: Callable[..., Any]) -> None:
        self._pack = pack
        self._graphs: dict[tuple[Hashable, ...], Any] = {}

    def __call__(self, texts: Any, *settings: Hashable) -> Any:
        """Pack strings or a string tensor; the tensor may be symbolic inside a `tf.function`."""
        import tensorflow as tf

        if settings not in self._graphs:
            made = tf.function(
                lambda strings: self._pack(strings, *settings),
                [tf.TensorSpec((None,), tf.string)],
                autograph=False,
            )
            # TensorFlow warns of a function that is traced several times, and takes those of all
            # settings for one. It does not count concrete functions. Outside of the graph that
            # this may be called in, so that others can use it as well.
            with tf.init_scope():
                self._graphs[settings] = made.get_concrete_function()
        return self._graphs[settings](tf.convert_to_tensor(texts, tf.string))
