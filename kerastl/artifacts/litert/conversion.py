"""Convert a model to a float32 LiteRT file, from which every variant is made."""

import re
from pathlib import Path

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.metadata.metadata_graph import MetadataGraph
from kerastl.artifacts.saved_model.save_functions import save_functions


def convert_float32(exportable: Exportable, workspace: Path) -> bytes:
    """Convert the model for LiteRT, one example at a time, with built-in operators only.

    The conversion goes through a SavedModel: `TFLiteConverter.from_concrete_functions` turns
    Keras variables into empty handles, and `model.export(format="litert")` may write operators
    that the LiteRT interpreter does not have.

    Args:
        exportable: The model.
        workspace: An existing directory for the temporary SavedModel.

    Returns:
        The content of a `.tflite` file: the model's named inputs, and `scores` as first output.

    Raises:
        ValueError: If the model needs an operator that LiteRT lacks.
    """
    import tensorflow as tf

    fixed = workspace / "fixed_size"
    scores = tf.function(exportable.scores, [exportable.signature(batch_size=1)])
    save_functions(fixed, {"serving_default": scores})
    converter = tf.lite.TFLiteConverter.from_saved_model(str(fixed))
    try:
        converted = bytes(converter.convert())
    except Exception as error:
        if type(error).__name__ != "ConverterError":
            raise
        raise _unsupported(error) from error
    graph = MetadataGraph(converted)
    if len(graph.outputs()) == 1:
        return converted
    # MediaPipe and programs for phones take the first output for the scores.
    graph.put_output_first("scores")
    return graph.to_bytes()


def _unsupported(error: Exception) -> ValueError:
    listed = re.search(r"(?:Select|Custom) ops: ([\w, ]+)", str(error))
    where = re.search(r'loc\((?:callsite\()?.*?"([^"]+)', str(error))
    operators = listed.group(1).strip() if listed else "an operator without a name"
    layer = f" (at {where.group(1)!r})" if where else ""
    return ValueError(
        "LiteRT cannot express this model with its built-in operators: replace the layer, or "
        f"remove 'tflite' from formats. Received: {operators}{layer}"
    )
