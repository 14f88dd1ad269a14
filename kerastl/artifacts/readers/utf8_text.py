"""Refuse text that is not UTF-8 inside the graph."""

from typing import Any


def utf8_text(raw: Any) -> Any:
    """Return strings unchanged, or stop with an error that gives the positions of invalid ones.

    A tokenizer reads an invalid byte as an unknown character, so that the scores of a text in
    another encoding look as good as any. `predict` refuses such a text, too.

    Args:
        raw: A `tf.string` tensor of shape `(N,)`, also symbolic.

    Returns:
        The same tensor.

    Raises:
        tf.errors.InvalidArgumentError: If a string is not UTF-8.
    """
    import tensorflow as tf

    repaired = tf.strings.unicode_transcode(raw, "UTF-8", "UTF-8", errors="replace")
    positions = tf.where(raw != repaired)[:, 0]
    message = "Every text must be encoded in UTF-8. Received: invalid bytes in the texts at"
    check = tf.debugging.Assert(tf.size(positions) == 0, [message, positions], summarize=10)
    # In eager mode there is no operation: the error was raised.
    with tf.control_dependencies([] if check is None else [check]):
        return tf.identity(raw)
