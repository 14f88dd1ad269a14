"""Errors of single examples, as strings inside an exported graph."""

from collections.abc import Sequence
from typing import Any


def first_errors(errors: Sequence[Any]) -> Any:
    """Return the first error of each example.

    Args:
        errors: `tf.string` tensors of shape `(N,)`; `""` where an example has no error.

    Returns:
        A tensor of the same shape.
    """
    import tensorflow as tf

    found, *others = errors
    for other in others:
        found = tf.where(found == "", other, found)
    return found


def check_no_errors(errors: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return tensors unchanged, or stop if an example has an error.

    Args:
        errors: A `tf.string` tensor of shape `(N,)`.
        values: The tensors.

    Returns:
        The same tensors.

    Raises:
        tf.errors.InvalidArgumentError: If an example has an error. The message has the position
            and the error of the first such example.
    """
    import tensorflow as tf

    positions = tf.where(errors != "")[:, 0]
    message = ["Cannot read every example. Received: these positions and the first error"]
    check = tf.debugging.Assert(
        tf.size(positions) == 0,
        [*message, positions, tf.gather(errors, positions[:1])],
        summarize=10,
    )
    # In eager mode there is no operation: the error was raised.
    with tf.control_dependencies([] if check is None else [check]):
        return {name: tf.identity(value) for name, value in values.items()}
