"""The answers of a served model: outputs and an error for each example of a request."""

from typing import Any

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.readers.example_errors import first_errors
from kerastl.heads.unfamiliarity import SCORES, UNFAMILIARITY

IS_UNKNOWN = "is_unknown"
"""The output with whether an example belongs to no class, if the model can tell."""
ERROR = "error"
"""The output with an error for each example, `""` for one that was answered."""


def example_answers(exportable: Exportable, inputs: dict[str, Any], errors: Any) -> dict[str, Any]:
    """Compute all outputs for examples, some of which have an error.

    A server joins the requests of several clients into one batch. One example must not fail the
    others, so its error is an output. The other outputs of an example with an error cannot be
    taken for an answer: strings are empty, counts 0, and real numbers the lowest float32. It is not
    NaN because JSON has none: a strict reader would refuse the whole response.

    Args:
        exportable: The model with its measure.
        inputs: The model's named inputs, at least one row.
        errors: The error of each example, or `""`; a `tf.string` tensor of shape `(N,)`.

    Returns:
        `scores`, the outputs of the measure, `unfamiliarity` and `is_unknown` if the model tells
        unknown inputs, and `error`, each with `N` as its first size.
    """
    import tensorflow as tf

    is_read = errors == ""
    # A fused ReLU turns NaN into 0: inputs with an error do not reach the model.
    safe = {name: tf.where(_rows(is_read, each), each, 0) for name, each in inputs.items()}
    answers = exportable.traced_scores(safe)
    scores = answers[SCORES]
    is_finite = tf.reduce_all(tf.math.is_finite(scores), axis=tf.range(1, tf.rank(scores)))
    not_finite = tf.where(is_finite, "", "The scores must be finite")
    errors = first_errors([errors, not_finite])
    is_answer = errors == ""
    # For NaN `argmax` is some class.
    scores = tf.where(_rows(is_answer, scores), scores, 0)
    measure = exportable.measure
    outputs = {SCORES: scores, **measure.answer(scores, exportable.class_names)}
    if exportable.unknown is not None:
        unfamiliarity = answers[UNFAMILIARITY]
        outputs[UNFAMILIARITY] = unfamiliarity
        outputs[IS_UNKNOWN] = unfamiliarity > exportable.unknown.threshold
    kept = {
        name: value
        if name in measure.constant_outputs
        else tf.where(_rows(is_answer, value), value, _no_answer(value.dtype))
        for name, value in outputs.items()
    }
    return {**kept, ERROR: errors}


def with_a_row(values: Any) -> Any:
    """Return values unchanged, or one row of zeros in place of none.

    Not every operation takes an empty batch. The caller drops the row from the outputs.
    """
    import tensorflow as tf

    missing = tf.maximum(1 - tf.shape(values)[0], 0)
    return tf.pad(values, [[0, missing], *([[0, 0]] * (values.shape.rank - 1))])


def _rows(condition: Any, values: Any) -> Any:
    import tensorflow as tf

    return tf.reshape(condition, [-1, *([1] * (values.shape.rank - 1))])


def _no_answer(dtype: Any) -> Any:
    import tensorflow as tf

    if dtype == tf.string:
        return tf.constant("")
    return tf.cast(dtype.min if dtype.is_floating else 0, dtype)
