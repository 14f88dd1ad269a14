"""Find text that is not UTF-8 inside the graph."""

from typing import Any


def utf8_texts(raw: Any) -> tuple[Any, Any]:
    """Return texts, empty where they are not UTF-8, and the errors of those.

    A tokenizer reads an invalid byte as an unknown character, so that the scores of a text in
    another encoding look as good as any. `predict` refuses such a text, too.

    Args:
        raw: A `tf.string` tensor of shape `(N,)`, also symbolic.

    Returns:
        Two tensors of the same shape: the texts, and an error or `""` for each.
    """
    import tensorflow as tf

    raw = tf.convert_to_tensor(raw)
    repaired = tf.strings.unicode_transcode(raw, "UTF-8", "UTF-8", errors="replace")
    is_valid = raw == repaired
    error = "The text must be encoded in UTF-8. Received: invalid bytes"
    return tf.where(is_valid, raw, ""), tf.where(is_valid, "", error)
