"""Write a model as a SavedModel for TensorFlow Serving."""

from pathlib import Path
from typing import Any

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.readers.example_errors import check_no_errors
from kerastl.artifacts.saved_model.example_answers import ERROR, example_answers, with_a_row
from kerastl.artifacts.saved_model.save_functions import save_functions

RAW_SIGNATURE = "serving_default"
STRICT_SIGNATURE = "strict"
TENSOR_SIGNATURE = "tensors"

MAX_EXAMPLES = 128
"""The default limit of the examples of a request: a tiny image becomes as large as any other."""


def write_saved_model(
    exportable: Exportable, directory: Path, max_examples: int = MAX_EXAMPLES
) -> None:
    """Write a SavedModel with three signatures.

    `serving_default` takes raw input (`image_bytes` or `text`, strings of shape `(N,)`), and
    `tensors` the model's own named inputs. Both return `scores` (float32), the outputs of the
    task's measure, for a classifier `label` (string) and `labels` (the class names in the order of
    the scores), and `error` (string): why an example has no answer, or `""`. If the model tells
    unknown inputs, both return `unfamiliarity` (float32) and `is_unknown` (bool), too. Every output
    has one row for each example, so that a server may join requests into batches, and no example
    changes the answer of another. If words have scores, `serving_default` also returns their
    places: `start` and `end`.

    `strict` is `serving_default` without `error`: an example without an answer fails the request.

    Args:
        exportable: The model with its labels and its reader.
        directory: The directory to write, such as `saved_model/1`.
        max_examples: The largest number of examples of a request or a joined batch; more fail it.
            Defaults to 128.
    """
    import tensorflow as tf

    reader = exportable.reader

    def answer(inputs: dict[str, Any]) -> dict[str, Any]:
        count = tf.shape(next(iter(inputs.values())))[0]
        inputs = {name: with_a_row(each) for name, each in _limited(inputs, max_examples).items()}
        outputs = example_answers(exportable, inputs, reader.input_errors(inputs))
        return {name: value[:count] for name, value in outputs.items()}

    def answer_raw(raw: Any) -> dict[str, Any]:
        count = tf.size(raw)
        raw = with_a_row(_limited({"raw": raw}, max_examples)["raw"])
        inputs, errors = reader.read_each(raw)
        outputs = {**example_answers(exportable, inputs, errors), **reader.places(raw)}
        return {name: value[:count] for name, value in outputs.items()}

    raw = tf.TensorSpec((None,), tf.string, name=reader.input_name)
    # A tokenizer has no tables to track before its first call.
    if reader.trackables():
        reader.read(tf.constant(reader.samples()[:1]))
    # Two signatures call it: its operations are in the file once.
    answered = tf.function(answer_raw, [raw], autograph=False)

    def answer_strictly(raw: Any) -> dict[str, Any]:
        outputs = answered(raw)
        return check_no_errors(outputs.pop(ERROR), outputs)

    named = exportable.signature(batch_size=None)
    signatures = {
        RAW_SIGNATURE: answered,
        STRICT_SIGNATURE: tf.function(answer_strictly, [raw], autograph=False),
        TENSOR_SIGNATURE: tf.function(answer, [named], autograph=False),
    }
    save_functions(directory, signatures, reader.trackables())


def _limited(values: dict[str, Any], max_examples: int) -> dict[str, Any]:
    """Return values unchanged, or stop at more rows than the limit."""
    import tensorflow as tf

    counts = [tf.shape(value)[0] for value in values.values()]
    message = f"A request must have at most {max_examples:,} examples. Received: this number"
    check = tf.debugging.Assert(
        tf.reduce_max(counts) <= max_examples, [message, tf.reduce_max(counts)]
    )
    with tf.control_dependencies([check]):
        return {name: tf.identity(value) for name, value in values.items()}
