"""Write a model as a SavedModel for TensorFlow Serving."""

from pathlib import Path
from typing import Any

from kerastl.artifacts.exportable import Exportable

RAW_SIGNATURE = "serving_default"
TENSOR_SIGNATURE = "tensors"


def write_saved_model(exportable: Exportable, directory: Path) -> None:
    """Write a SavedModel with two signatures.

    `serving_default` takes raw input (`image_bytes` or `text`, strings of shape `(N,)`), and
    `tensors` the model's own named inputs. Both return `scores` (float32) and the outputs of the
    task's measure: for a classifier `label` (string) and `labels` (the class names in the order of
    the scores). Every output has one row for each example, so that a server may join requests into
    batches. A request is an error if one of its inputs or scores is NaN or infinite. If words have
    scores, `serving_default` also returns their places: `start` and `end`.

    Args:
        exportable: The model with its labels and its reader.
        directory: The directory to write, such as `saved_model/1`.
    """
    import keras
    import tensorflow as tf

    def finite(values: Any, what: str) -> Any:
        if not values.dtype.is_floating:
            return values
        return tf.debugging.check_numerics(values, f"{what} must be finite")

    def answer(inputs: dict[str, Any]) -> dict[str, Any]:
        # A request fails rather than answer NaN, for which `argmax` is some class. Inputs are
        # checked as well, because a fused ReLU turns NaN into 0.
        checked = {name: finite(value, f"The input {name}") for name, value in inputs.items()}
        scores = finite(exportable.scores(checked)["scores"], "The scores")
        return {"scores": scores, **exportable.measure.answer(scores, exportable.class_names)}

    def answer_raw(raw: Any) -> dict[str, Any]:
        reader = exportable.reader
        return {**answer(reader.read(raw)), **reader.places(raw)}

    # A tokenizer has no tables to track before its first call.
    exportable.reader.read(tf.constant(exportable.reader.samples()[:1]))
    # The archive finds the model's variables by itself; track(model) would write them twice.
    archive = keras.export.ExportArchive()
    for resource in exportable.reader.trackables():
        archive.track(resource)
    raw = tf.TensorSpec((None,), tf.string, name=exportable.reader.input_name)
    archive.add_endpoint(RAW_SIGNATURE, answer_raw, input_signature=[raw])
    archive.add_endpoint(
        TENSOR_SIGNATURE, answer, input_signature=[exportable.signature(batch_size=None)]
    )
    archive.write_out(str(directory), verbose=False)
